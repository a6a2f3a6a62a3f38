import utime


def wait(got, n):
    while len(got) < n:
        utime.sleep_ms(1)
    return got


import bt
got = []
print(bt.start(), bt.init(got.append), bt.start(), bt.getStatus(), bt.getLocalAddr(), bt.setLocalName(0, "quec"), bt.getLocalName(), bt.setVisibleMode(3), bt.getVisibleMode(), bt.setVisibleMode(4))
print(bt.sppInit(), bt.hfpDisableVR(bytearray(6), 1), bt.stop(), bt.stop(), wait(got, 2), bt.release())
