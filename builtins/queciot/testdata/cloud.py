import quecIot, quecstar, utime

heard = []


def wait(n):
    while len(heard) < n:
        utime.sleep_ms(1)
    out = heard[:]
    del heard[:]
    return out


print(quecIot.getWorkState(), quecIot.setEventCB(heard.append), quecIot.getServer(), quecIot.setConnmode(1), quecIot.getConnmode())
print(quecIot.init(), quecIot.getWorkState(), quecIot.setEventCB(heard.append), quecIot.setConnmode(1), quecIot.getDkDs())
print(quecIot.getServer(), quecIot.setServer(1, "http://here:2883"), quecIot.setServer(2, "x"), quecIot.getServer())
print(quecIot.setLifetime(0), quecIot.setLifetime(60), quecIot.getLifetime(), quecIot.setSessionFlag(1), quecIot.setSessionFlag(True), quecIot.getSessionFlag())
print(quecIot.setMcuVersion("M1", "1"), quecIot.setMcuVersion("M2", "1"), quecIot.setMcuVersion("M1", "2"), quecIot.setMcuVersion("", "1"), quecIot.getMcuVersion())
print(quecIot.setDkDs("d", "s"), quecIot.getDkDs(), quecIot.setPdpContextId(2), quecIot.getPdpContextId())
print(quecIot.phymodelReport(1, {1: True}), quecIot.setProductinfo("p1", "s1"), quecIot.getProductinfo())
print(quecIot.setConnmode(2), quecIot.setConnmode(1), quecIot.setConnmode(1), quecIot.getConnmode(), quecIot.getWorkState(), wait(3))
print(quecIot.setLifetime(70), quecIot.setPdpContextId(1))
for data in ({1: True, 2: "x", 3: 1.5, 4: [1, {5: b"y"}], 6: {7: 8}}, {}, {"a": 1}, {1: None}, {1: []}, [1], None):
    print(quecIot.phymodelReport(1, data))
print(wait(1))
print(quecIot.passTransSend(1, "text"), quecIot.passTransSend(0, bytearray(b"b")), quecIot.passTransSend(0, 5), wait(2))
print(quecIot.locReportOutside(["$GPGGA"]), quecIot.locReportInside("x"), quecIot.devInfoReport([1]), quecIot.statusReport((1, 2)), wait(3))
quecstar.quec_iot_event(5, 10211, [7, [1, 2]])
print(wait(1), quecIot.phymodelAck(0, 7, {1: 2}), wait(1))
quecstar.quec_iot_event(7, 10700)
print(wait(1), quecIot.otaRequest(0), quecIot.mcuFWDataRead(0, 10), quecIot.getDevInfo([1]), quecIot.subDevHTB("p", "d"))
print(quecIot.init(), quecIot.getWorkState(), wait(1), quecIot.setConnmode(0), quecIot.passTransSend(1, "x"))
