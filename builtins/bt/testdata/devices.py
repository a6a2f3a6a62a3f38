import bt, quecstar, utime

events = []
def heard(n):
    while len(events) < n:
        utime.sleep_ms(1)
    out = events[:]
    events.clear()
    return out

PHONE, SENSOR, NOBODY = b"\x01\x02\x03\x04\x05\x06", b"\x11\x12\x13\x14\x15\x16", b"nobody"
print(bt.hfpInit(), bt.init(events.append), bt.hfpInit(), bt.sppInit(), bt.a2dpavrcpInit(), bt.start(), heard(1))

quecstar.bt_device("phone", PHONE, -40, signal=3, battery=4)
print(bt.startInquiry(15), bt.startInquiry(15), heard(1))
quecstar.bt_device("sensor", SENSOR, -70, 0x1F00)
print(heard(1), bt.cancelInquiry(), bt.cancelInquiry(), heard(1))
print(bt.startInquiry(15), quecstar.bt_inquiry_end(), quecstar.bt_inquiry_end(), heard(3)[2])
print(bt.setChannel(2), bt.setChannel(3), bt.startInquiry(16))

print("serial port", bt.sppSend("x"), bt.sppConnect(NOBODY), heard(1), bt.sppConnect(SENSOR), bt.sppConnect(SENSOR), heard(1))
quecstar.bt_spp_data(b"\x01\x02")
print(heard(1), bt.sppSend("abc"), bt.sppSend(b"\xff"), quecstar.bt_spp_sent(), quecstar.bt_spp_sent(), bt.sppDisconnect(), bt.sppDisconnect(), heard(1))

print("calls", bt.hfpConnect(NOBODY), heard(1), bt.hfpConnect(PHONE), heard(4))
print(bt.hfpAnswerCall(PHONE), quecstar.bt_call(PHONE, "rings"), heard(2), bt.hfpAnswerCall(PHONE), heard(4))
print(bt.hfpSetVolume(PHONE, 15), bt.hfpSetVolume(PHONE, 16), bt.hfpSetVolume(SENSOR, 1), bt.hfpRejectCall(PHONE), bt.hfpRejectAfterAnswer(PHONE), heard(2))
quecstar.bt_call(PHONE, "rings")
print(bt.hfpRejectCall(PHONE), heard(3))
for does in ("dials", "alerts", "answered", "ends"):
    quecstar.bt_call(PHONE, does)
print([e[:3] for e in heard(8)])
print(bt.hfpEnableVR(PHONE), bt.hfpEnableVR(PHONE), heard(2), bt.hfpDisableVR(PHONE, 1), bt.hfpDisableVR(PHONE), heard(1))
print(bt.hfpDisonnect(PHONE), bt.hfpDisconnect(PHONE), heard(1))

print("music", bt.a2dpGetConnStatus(), bt.a2dpGetAddr(), bt.avrcpStart(), bt.avrcpGetVolume(), bt.setVisibleMode(3), quecstar.bt_connect(PHONE, "a2dp"))
print(bt.a2dpGetConnStatus(), bt.avrcpGetConnStatus(), bt.a2dpGetAddr(), bt.avrcpGetPlayStatus(), bt.avrcpStart(), bt.avrcpNext(), bt.avrcpNext(), bt.avrcpPrev(), bt.avrcpSetVolume(11), bt.avrcpSetVolume(12))
print(quecstar.bt_player(PHONE), bt.avrcpPause(), bt.avrcpGetPlayStatus(), bt.avrcpGetVolume(), bt.a2dpDisconnect(SENSOR), bt.a2dpDisconnect(PHONE), bt.a2dpGetConnStatus())

# Out of reach and back.
print(quecstar.bt_connect(PHONE, "hfp"), len(heard(4)), quecstar.bt_reach(PHONE, 0), heard(1), bt.reconnect())
print(quecstar.bt_reach(PHONE, 1), bt.reconnect(), heard(4)[0], bt.a2dpGetConnStatus(), bt.reconnect_set(25, 2), bt.reconnect_set(-1, 2))
quecstar.bt_reach(PHONE, 0)
quecstar.bt_reach(PHONE, 1)
print([e[0] for e in heard(5)], quecstar.bt_disconnect(PHONE), heard(1), bt.a2dpGetConnStatus())

print(bt.startInquiry(0), bt.stop(), [e for e in heard(4) if e[0] != 6], bt.hfpRelease(), bt.hfpRelease(), bt.sppRelease(), bt.a2dpavrcpRelease(), bt.release(), bt.reconnect())
for bad in (lambda: quecstar.bt_device("x", PHONE), lambda: quecstar.bt_device("x", b"x"), lambda: quecstar.bt_device("x", b"123456", battery=9), lambda: quecstar.bt_connect(PHONE, "spp"), lambda: quecstar.bt_connect(PHONE, "x"), lambda: quecstar.bt_call(PHONE, "rings"), lambda: quecstar.bt_spp_data("x"), lambda: quecstar.bt_player(NOBODY)):
    try:
        bad()
        print("no error")
    except (ValueError, OSError) as e:
        print(type(e).__name__, e)
