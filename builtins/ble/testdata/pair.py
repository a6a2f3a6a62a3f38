import ble, quecstar, utime

events = []
def pair(link, *answer):
    n = ble.smpStartPair(link)
    while not events:
        utime.sleep_ms(1)
    asked = events.pop(0)
    confirmed = None
    if answer:
        confirmed = ble.smpUserConfirm(link, *answer)
    while not events:
        utime.sleep_ms(1)
    return n, asked, confirmed, events.pop(0)

ble.clientInit(lambda e: events.append(e) if e[0] in (63, 64, 17) else None)
ble.serverInit(lambda e: events.append(e) if e[0] in (63, 64, 17) else None)
ble.gattStart()
print(ble.smpGetConfig(), ble.smpSetConfig(5, 9, 1, 1), ble.smpSetConfig(4, 13, 123456, 600), ble.smpGetConfig(), ble.smpGetPairedDevInfo())

# (io_cap, auth_req) of the peer: what it can decides the mode.
peers = {"justworks": (3, 9), "compares": (4, 13), "enters1": (2, 13), "shows1": (0, 13), "leg1": (2, 5), "leg2": (0, 5), "leg3": (3, 0)}
link = 0
for name in sorted(peers):
    addr = (name + "______")[:6].encode()
    quecstar.ble_server(name, addr, (), -50, b"", 0, peers[name][0], peers[name][1], 654321 if name == "enters1" else 123456)
    link += 1
    ble.connect(0, addr)
    print(name, *[pair(link, *a) for a in {"justworks": [(1, 0)], "compares": [(1, 0)], "enters1": [()], "shows1": [(2, 1), (2, 123456)],
        "leg1": [()], "leg2": [(2, 123456)], "leg3": [(1, 0)]}[name]])
print(ble.smpGetPairedDevInfo(), ble.smpRemovePairedDev(b"shows1"), ble.smpRemovePairedDev(b"shows1"), len(ble.smpGetPairedDevInfo()), ble.smpCleanPairedDev(), ble.smpGetPairedDevInfo())
print(ble.smpUserConfirm(1, 1, 0), ble.smpStartPair(99))

# A pairing that is cancelled ends the connection.
print(pair(1, 0, 0))
while not events:
    utime.sleep_ms(1)
print(events.pop(), ble.smpStartPair(1))

# As server.
ble.advStart()
quecstar.ble_connect(b"phone1", 4, 13, 222222)
print(pair(0, 1, 0))
quecstar.ble_disconnect()
while not events:
    utime.sleep_ms(1)
print(events.pop())
ble.advStart()
quecstar.ble_connect(b"phone2", 2, 13)
print(pair(0), ble.smpGetPairedDevInfo())
