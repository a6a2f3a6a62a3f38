import utime


def wait(got, n):
    while len(got) < n:
        utime.sleep_ms(1)
    return got


import sms, quecstar
got = []
print(sms.setCallback(got.append))
quecstar.sms_arrives("+8618226172342", "hello {you}")
quecstar.sms_arrives("10010", "流量")
print(wait(got, 2), sms.getMsgNums(), sms.getSaveLoc())
for i in range(3):
    print(sms.searchTextMsg(i))
for i in range(2):
    pdu = sms.searchPduMsg(i)
    print(pdu, sms.getPduLength(pdu), sms.decodePdu(pdu, sms.getPduLength(pdu)), sms.decodePdu(pdu, 3))
print(sms.getPduLength("0891683108501505F0040D91688122162743F200000211529003332318C16030180C0683C16030180C0683E170381C0E87"))
print(sms.decodePdu("0891683110305005F0240BA19169256015F70000022141013044230B31D98C56B3DD70B97018", 29))
print(sms.sendTextMsg("10086", "hi", "GSM"), sms.sendPduMsg("10086", "余额", "UCS2"), sms.sendTextMsg("10086", "余额", "GSM"), sms.sendTextMsg("", "x", "GSM"), quecstar.sms_sent())
print(sms.sendTextMsg("10086", "hi", "gsm"), sms.sendPduMsg("10086", "余额", "Ucs2"))
try:
    sms.sendTextMsg("10086", "hi", "7bit")
except ValueError as e:
    print(e)
quecstar.sms_fails()
print(sms.sendTextMsg("10086", "hi", "GSM"))
print(sms.deleteMsg(0), sms.deleteMsg(0), sms.deleteMsg(0, 4), sms.getMsgNums())
print(sms.setSaveLoc("SM", "SM", "XX"), sms.setSaveLoc("SM", "ME", "MT"), sms.getSaveLoc())
print(sms.getCenterAddr(), sms.setCenterAddr("+861"), sms.getCenterAddr())
