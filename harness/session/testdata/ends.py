# The run goes on behind the main script while threads and timers have work, and ends though somebody
# listens to pins and topics. What callbacks and threads raise ends them alone.
import _thread, utime, sys_bus
from osTimer import osTimer
from machine import Timer, ExtInt

def late(text, ms):
    utime.sleep_ms(ms)
    print(text)

_thread.start_new_thread(late, ("thread 2", 400))
_thread.start_new_thread(late, ("thread 1", 100))
def raises(*a):
    raise ValueError("in a callback")
one = osTimer()
one.start(250, 0, lambda a: print("timer"))
ticks = []
many = osTimer()
def tick(a):
    ticks.append(1)
    if len(ticks) == 3:
        many.stop()
        print("three ticks")
    raise OSError(len(ticks))
many.start(200, 1, tick)
e = ExtInt(ExtInt.GPIO2, ExtInt.IRQ_RISING, ExtInt.PULL_PU, print)
e.enable()
sys_bus.subscribe("x", print)
_thread.start_new_thread(raises, ())
print("main ends")
