import voiceCall, quecstar, utime

got = []
def until(f):
    while not f():
        utime.sleep_ms(1)

def call(number):
    n = len(got)
    print(voiceCall.callStart(number))
    until(lambda: [g for g in got[n:] if g[0] == 11])

def hang_up():
    n = len(got)
    voiceCall.callEnd()
    until(lambda: len(got) > n)

def size(name):
    with open(name, "rb") as f:
        return f.read(4), f.seek(0, 2)

voiceCall.setCallback(got.append)
print(voiceCall.startRecord(0, 2, "U:/a.amr"), voiceCall.stopRecord(), voiceCall.readRecordStream(bytearray(4), 4))
call("10086")
print(voiceCall.startRecord(2, 2, "U:/a.amr"), voiceCall.startRecord(0, 3, "U:/a.amr"), voiceCall.startRecord(0, 2, ""), voiceCall.startRecord(0, 2, "U:/a.amr"), voiceCall.startRecord(0, 2, "U:/b.amr"))
utime.sleep_ms(50)
print(voiceCall.stopRecord(), voiceCall.stopRecord())
head, n = size("/usr/a.amr")
print(head, 8 <= n <= 60)

# The end of a call ends a recording, and what cannot be written is told by an event.
print(voiceCall.startRecord(1, 0, "U:/c.wav"))
hang_up()
head, n = size("/usr/c.wav")
print(head, n >= 44, n % 2)

print(voiceCall.setAutoRecord(1, 1, 2, "U:/auto.wav"), voiceCall.setAutoRecord(2, 1, 2, "x"))
call("10010")
hang_up()
print(size("/usr/auto.wav")[0], voiceCall.setAutoRecord(0, 1, 2, "U:/auto.wav"))

# A stream gives packets while the call goes on; one that begins while it rings waits for the answer.
parts, data = [], b""
def stream(args):
    global data
    if args[2] == 1:
        buf = bytearray(args[1])
        print("packet", voiceCall.readRecordStream(buf, args[1]) == args[1], buf == args[0]) if len(parts) < 2 else voiceCall.readRecordStream(buf, args[1])
        data += buf
    parts.append(args[2])

quecstar.callee("rings")
voiceCall.callStart("99")
print(voiceCall.startRecordStream(0, 2, stream), parts)
quecstar.remote_answer()
until(lambda: len(parts) >= 3)
hang_up()
until(lambda: 3 in parts)
print(parts[:3], parts[-1], data[:7], set(data[6:]) == {0x7c}, voiceCall.readRecordStream(bytearray(1), 2))
