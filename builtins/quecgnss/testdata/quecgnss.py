import quecgnss, quecstar
print(quecgnss.get_state(), quecgnss.read(100), quecgnss.init(), quecgnss.get_state())
quecstar.gnss_fix(31.821349, 117.115644, 40.5, 36, 90, 5)
print(quecgnss.configSet(1, 3), quecgnss.configGet(1), quecgnss.configSet(0, 2), quecgnss.configGet(9), quecgnss.setPriority(1), quecgnss.getPriority())
n, data = quecgnss.read(50)
print(n, data)
n, more = quecgnss.read(4096)
text = (data + more).decode()
print(text)
for line in text.split("\r\n")[:-1]:
    body, sum = line[1:].split("*")
    x = 0
    for ch in body:
        x ^= ord(ch)
    print(body[:5], "%02X" % x == sum)
print(quecgnss.gnssEnable(0), quecgnss.get_state(), quecgnss.gnssEnable(7))
