import utime


def wait(got, n):
    while len(got) < n:
        utime.sleep_ms(1)
    return got


import voiceCall, quecstar
got, tones = [], []
print(voiceCall.setCallback(got.append), voiceCall.dtmfSetCb(tones.append), voiceCall.dtmfDetEnable(1))
print(voiceCall.callStart("10086"), voiceCall.callStart("10010"), wait(got, 3))
print(voiceCall.startDtmf("12#", 200), voiceCall.startDtmf("x", 200), voiceCall.startDtmf("1", 1))
quecstar.remote_dtmf("55")
print(wait(tones, 1), voiceCall.callEnd(), voiceCall.callEnd(), wait(got, 4)[3])
quecstar.incoming_call("+8613800000000")
print(wait(got, 5)[4], voiceCall.callAnswer(), wait(got, 6)[5])
quecstar.remote_hang_up()
print(wait(got, 7)[6])
print(voiceCall.setAutoAnswer(1))
quecstar.incoming_call("123")
print(wait(got, 9)[8], voiceCall.callEnd())
wait(got, 10)
print(voiceCall.setAutoCancel(1), voiceCall.getAutoCancelStatus())
quecstar.incoming_call("124")
print([g[0] for g in wait(got, 12)[10:]])
quecstar.callee("busy")
print(voiceCall.callStart("99"), [g[0] for g in wait(got, 14)[12:]])
print(voiceCall.getVolume(), voiceCall.setVolume(12), voiceCall.setVolume(2), voiceCall.getVolume(), voiceCall.setChannel(3), voiceCall.setAutoAnswer(256))
