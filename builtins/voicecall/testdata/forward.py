import voiceCall, quecstar, utime
got = []
voiceCall.setCallback(got.append)

def arrives(number):
    n = len(got)
    quecstar.incoming_call(number)
    while len(got) == n:
        utime.sleep_ms(1)
    return got[-1][0], got[-1][6]

print(voiceCall.setFw(0, 1, ""), voiceCall.setFw(4, 3, "1"), voiceCall.setFw(0, 5, "1"), voiceCall.setFw(0, 2, ""), quecstar.call_forwards())
print(voiceCall.setFw(0, 3, "10010"), quecstar.call_forwards())
quecstar.incoming_call("123")
print(got, voiceCall.setFw(0, 0, ""), quecstar.call_forwards(), arrives("124"))
print(voiceCall.setFw(1, 3, "10086"), quecstar.incoming_call("125"), len(got), voiceCall.callEnd())
while len(got) < 2:
    utime.sleep_ms(1)
print(arrives("126"), voiceCall.callEnd(), voiceCall.setFw(0, 1, ""), quecstar.incoming_call("127"), quecstar.call_forwards(), voiceCall.setFw(0, 4, ""), quecstar.call_forwards())
