import ble, quecstar, utime

events = []
def drain(n):
    while len(events) < n:
        utime.sleep_ms(1)
    out = events[:]
    events.clear()
    for e in out:
        print("  ", e)

LONG = bytes(range(16))
ADDR = b"\x06\x05\x04\x03\x02\x01"
print(ble.connect(0, ADDR), ble.clientInit(events.append), ble.connect(0, ADDR), ble.gattStart(), ble.scanStart())
drain(1)
handles = quecstar.ble_server("thermo", ADDR, [
    (0x1800, [(0x2A00, 0x02, b"thermo")]),
    (0x180F, [(0x2A19, 0x12, b"\x64"), (0x2A1A, 0x0A, b"a longer value than one message takes", [(0x2901, b"state")])], [0]),
    (LONG, [(LONG, 0x2C, b"xy")]),
], -40, b"\x02\x01\x06")
print(handles, ble.scanStop())
drain(1)

print("connect", ble.connect(0, bytearray(ADDR)), ble.connect(0, ADDR), ble.connect(0, b"123"))
drain(2)
print("services", ble.discoverAllService(1), ble.discoverAllService(7))
drain(3)
print("by uuid", ble.discoverByUUID(1, 1, 0x180F, bytearray(16)), ble.discoverByUUID(1, 0, 0, LONG), ble.discoverByUUID(1, 1, 0x1234, bytearray(16)), ble.discoverByUUID(1, 2, 0, LONG))
drain(3)
print("includes", ble.discoverAllIncludes(1, 4, 11), ble.discoverAllIncludes(1, 1, 3), ble.discoverAllIncludes(1, 5, 4), ble.discoverAllIncludes(1, 0, 4))
drain(4)
print("characteristics", ble.discoverAllChara(1, 4, 11), ble.discoverAllChara(1, 12, 14))
drain(4)
print("descriptors", ble.discoverAllCharaDesc(1, 8, 8), ble.discoverAllCharaDesc(1, 90, 99))
drain(2)

print("read", ble.readCharaByHandle(1, 10, 0, 0), ble.readCharaByHandle(1, 10, 20, 1), ble.readCharaByHandle(1, 10, 99, 0), ble.readCharaByHandle(1, 99, 0, 0))
drain(4)
print("by uuid", ble.readCharaByUUID(1, 4, 11, 1, 0x2A19, bytearray(16)), ble.readCharaByUUID(1, 4, 11, 1, 0x2A20, bytearray(16)), ble.readCharaDesc(1, 11, 0))
drain(3)
print("write", ble.writeChara(1, 10, 0, 0, b"new"), ble.writeChara(1, 7, 0, 0, b"1"), ble.writeCharaNoRsp(1, 14, b"z"), ble.writeCharaNoRsp(1, 7, b"z"), ble.writeChara(1, 10, 0, 0, bytes(21)))
drain(4)
print(quecstar.ble_server_value(ADDR, 10), quecstar.ble_server_value(ADDR, 14), quecstar.ble_server_value(ADDR, 7, b"\x32"))

print("mtu", ble.exchangeMtu(1, 300), ble.exchangeMtu(1, 5), ble.writeChara(1, 10, 0, 0, bytes(21)))
drain(2)
print("notify", quecstar.ble_server_notify(ADDR, 7, b"\x31"), ble.writeCharaDesc(1, 8, b"\x01\x00"), quecstar.ble_server_notify(ADDR, 7, b"\x30"), quecstar.ble_server_notify(ADDR, 7, b"\x2f", True), ble.writeCharaDesc(1, 8, b"\x02\x00"), quecstar.ble_server_notify(ADDR, 7, b"\x2f", True))
drain(4)

print("gone", quecstar.ble_server_gone(ADDR), ble.readCharaByHandle(1, 7, 0, 0), ble.disconnect(1))
drain(1)
print("waits", ble.connect(0, ADDR), ble.cancelConnect(ADDR), ble.cancelConnect(ADDR), ble.connect(0, ADDR))
quecstar.ble_server("thermo", ADDR)
quecstar.ble_server("second", b"second")
print(ble.connect(1, b"second"), ble.disconnect(1))
drain(5)
print("none", ble.discoverAllService(2))
drain(1)
for bad in (lambda: quecstar.ble_server("x", b"12345"), lambda: quecstar.ble_server("x", ADDR, [(1, [], [5])]), lambda: quecstar.ble_server("x", ADDR, [(1, [(2, 999, b"")])]), lambda: quecstar.ble_server("x", ADDR, [(1 << 16, [])]), lambda: quecstar.ble_server("x", ADDR, [(1,)]), lambda: quecstar.ble_server("x", ADDR, [5]), lambda: quecstar.ble_server_value(b"nobody", 1), lambda: quecstar.ble_server_value(ADDR, 9)):
    try:
        bad()
        print("no error")
    except (ValueError, TypeError, OSError) as e:
        print(type(e).__name__, e)
