import ble, quecstar, utime

events = []
def drain(n):
    while len(events) < n:
        utime.sleep_ms(1)
    out = events[:]
    events.clear()
    for e in out:
        print("  ", e)

NONE, LONG = bytearray(16), bytearray(range(16))
print(ble.addService(1, 1, 1, 0x180F, NONE), ble.serverInit(events.append), ble.gattStart())
print(ble.setLocalName(0, "quec"), ble.setAdvData(b"\x02\x01\x06"), ble.setAdvRspData(b"\x05\x09quec"), quecstar.ble_advert())
print(ble.addService(1, 1, 1, 0x180F, NONE), ble.addService(1, 1, 1, 0x180A, NONE), ble.addService(0, 2, 0, 0, LONG), ble.addService(1, 3, 2, 0, NONE))
print(ble.addChara(1, 1, 0x12, 1, 0x2A19, NONE), ble.addChara(1, 1, 2, 1, 0x2A19, NONE), ble.addChara(9, 1, 2, 1, 0x2A19, NONE), ble.addChara(2, 1, 0x0C, 0, 0, LONG), ble.addChara(2, 2, 0x0A, 1, 0x2A29, NONE))
print(ble.addCharaValue(1, 1, 1, 1, 0x2A19, NONE, b"\x64"), ble.addCharaValue(1, 1, 1, 1, 0x2A20, NONE, b"\x64"), ble.addCharaValue(2, 1, 2, 0, 0, LONG, b"in"), ble.addCharaValue(2, 2, 0, 1, 0x2A29, NONE, b"hidden"), ble.addCharaValue(2, 3, 3, 1, 1, NONE, b""))
print(ble.addCharaDesc(1, 1, 3, 1, 0x2902, NONE, b"\x00\x00"), ble.addCharaDesc(1, 2, 3, 1, 0x2902, NONE, b""))
print(ble.addOrClearService(1, 1), ble.addOrClearService(2, 1), ble.advStart(), quecstar.ble_advert())

level, config, control, hidden = [quecstar.ble_handles(u)[-1] for u in (0x2A19, 0x2902, bytes(LONG), 0x2A29)]
print(quecstar.ble_handles(0x2800), quecstar.ble_handles(0x2801), level, config, control, hidden, quecstar.ble_handles(0x1234))
drain(1)
quecstar.ble_connect(b"\x01\x02\x03\x04\x05\x06")
print("read", quecstar.ble_read(level), quecstar.ble_read(quecstar.ble_handles(0x2A00)[0]))
drain(3)
print("write", quecstar.ble_write(config, b"\x01\x00"), quecstar.ble_write(control, b"go"))
drain(2)
print("change", ble.changeCharaValue(1, 1, b"\x32"), ble.changeCharaValue(1, 9, b""), quecstar.ble_read(level))
drain(1)
print("notify", ble.sendNotification(0, level, b"\x31"), ble.sendIndication(0, 99, b""), ble.sendNotification(0, level, bytes(21)), quecstar.ble_notified(), quecstar.ble_notified())
drain(2)
print("mtu", quecstar.ble_mtu(100), ble.sendNotification(0, level, bytes(21)), ble.discoverAllService(0))
drain(2)
for bad in (lambda: quecstar.ble_read(control), lambda: quecstar.ble_read(hidden), lambda: quecstar.ble_write(hidden, b""), lambda: quecstar.ble_write(level, b""), lambda: quecstar.ble_read(99), lambda: quecstar.ble_mtu(1)):
    try:
        bad()
        print("no error")
    except (OSError, ValueError) as e:
        print(e)
print(ble.addOrClearService(0, 1), quecstar.ble_handles(0x2A19), ble.addService(1, 1, 1, 0x180F, NONE), ble.serverRelease())
