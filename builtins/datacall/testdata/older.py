# The names of firmware up to 2022.
import dataCall

print(dataCall.setApn(1, 0, "cmnet", "", "", 0), dataCall.getApn(0), dataCall.getApn(0, 1), dataCall.getApn(1), dataCall.getApn(0, 99))
print(dataCall.poweronAutoDatacall(0), dataCall.setDnsserver(1, 0, "8.8.8.8", "114.114.114.114"), dataCall.getInfo(1, 0)[2][3:])
print(dataCall.setApn(2, 0, "iot", "me", "123", 1, 1), dataCall.getInfo(2, 0)[2][0], dataCall.getPDPContext(2))


def apn(name, **more):
    d = {"profileIdx": 3, "ipType": 0, "apn": name, "username": "", "password": "", "authType": 0}
    d.update(more)
    return d


print(dataCall.startByUserApns({"1": apn("out of range", profileIdx=99), "2": apn("good")}), dataCall.getApn(0, 3))
print(dataCall.startByUserApns(apn_dict={"1": apn("other")}), dataCall.getApn(0, 3))
print(dataCall.startByUserApns({"1": apn("out of range", profileIdx=99)}))
with open("/usr/apns.json", "w") as f:
    f.write('{"b": {"profileIdx": 2, "ipType": 0, "apn": "second", "username": "", "password": "", "authType": 0}, "a": {"profileIdx": 2, "ipType": 0, "apn": "first", "username": "", "password": "", "authType": 0}}')
print(dataCall.stop(2), dataCall.startByUserApns(filename="/usr/apns.json"), dataCall.getApn(0, 2))
for wrong in ({"1": 2}, {"1": {}}, {"1": apn(5)}, {"1": apn("a", ipType="x")}, 7):
    try:
        dataCall.startByUserApns(wrong)
    except (TypeError, KeyError) as e:
        print(type(e).__name__, e)
try:
    dataCall.startByUserApns(filename="/usr/none.json")
except OSError as e:
    print(e)
