import utime


def wait(got, n):
    while len(got) < n:
        utime.sleep_ms(1)
    return got


import ble, quecstar
got, seen = [], []
print(ble.gattStart(), ble.serverInit(got.append), ble.clientInit(seen.append), ble.getPublicAddr(), ble.gattStart(), ble.getStatus(), ble.getPublicAddr())
print(ble.setLocalName(0, "quec"), ble.setAdvData(bytearray(31)), ble.setAdvData(bytearray(32)), ble.addService(1, 1, 1, 0x180F, bytearray(16)), ble.addChara(1, 1, 0x1A, 1, 0x2A19, bytearray(16)), ble.addCharaValue(1, 1, 3, 1, 0x2A19, bytearray(16), b"off"), ble.addOrClearService(1, 0), ble.advStart())
quecstar.ble_connect(b"\x01\x02\x03\x04\x05\x06")
quecstar.ble_write(3, b"on")
print(ble.sendNotification(0, 3, b"ok"), ble.sendNotification(5, 3, b"ok"))
quecstar.ble_disconnect()
for e in wait(got, 5):
    print(e)
print(quecstar.ble_advertise("tag", b"123456"), ble.setScanParam(1, 100, 50, 0, 0), ble.scanStart(), quecstar.ble_advertise("tag", b"123456", -50, b"\x02\x01\x06"), quecstar.ble_advertise("tag", b"123456"), ble.scanStop())
print(wait(seen, 2), ble.connect(0, bytearray(6)), ble.gattStop(), ble.serverRelease(), ble.serverRelease())
