# Threads that compute without end starve nobody: the script ends when all others have done their share.
import _thread, utime, queue, sys_bus
import uasyncio
from osTimer import osTimer
from machine import Timer, ExtInt, Pin
import quecstar

stop = False
seen = {"sleep": 0, "ostimer": 0, "timer": 0, "queue": 0, "bus": 0, "extint": 0, "async": 0}


def spin():
    while not stop:
        pass


def spin_calls():
    while not stop:
        utime.ticks_ms()


def spin_try():
    while not stop:
        try:
            raise ValueError
        except ValueError:
            pass


def spin_list():
    while not stop:
        [i for i in range(10)]


for f in (spin, spin, spin_calls, spin_try, spin_list):
    _thread.start_new_thread(f, ())


def sleeps():
    while not stop:
        utime.sleep_ms(1)
        seen["sleep"] += 1


def count(kind):
    def f(*args):
        seen[kind] += 1
    return f


q = queue.Queue()


def gets():
    while True:
        if q.get() is None:
            break
        seen["queue"] += 1


def puts():
    while not stop:
        q.put(1)
        sys_bus.publish("topic", 1)
        quecstar.pin_level(2, 1 - quecstar.pin_level(2))
        utime.sleep_ms(1)
    q.put(None)


_thread.start_new_thread(sleeps, ())
_thread.start_new_thread(gets, ())
_thread.start_new_thread(puts, ())
sys_bus.subscribe("topic", count("bus"))
e = ExtInt(ExtInt.GPIO2, ExtInt.IRQ_RISING_FALLING, ExtInt.PULL_PU, count("extint"))
e.enable()
o = osTimer()
o.start(1, 1, count("ostimer"))
t = Timer(Timer.Timer1)
t.start(1, Timer.PERIODIC, count("timer"))


async def ticks():
    while min(seen.values()) < 20:
        seen["async"] += 1
        await uasyncio.sleep_ms(1)


uasyncio.run(ticks())
stop = True
o.stop()
t.stop()
print("all made progress")
