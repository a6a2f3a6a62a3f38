import utime


def wait(got, n):
    while len(got) < n:
        utime.sleep_ms(1)
    return got


import quecstar
from wakeup import WakeUp
got = []
p = WakeUp(WakeUp.WAKEUP2, WakeUp.PULL_PU)
print(p.read(), p.set_callback(got.append), p.enable())
for level in (1, 0, 0, 1):
    quecstar.wakeup_level(2, level)
print(wait(got, 2), p.read(), p.disable(), p.deinit(), p.deinit(), p.enable())
WakeUp(1, 0)
