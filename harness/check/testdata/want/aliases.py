import utime as time
import uos, usys, ure as re, ujson, machine
from machine import Pin as P, UART, Timer
from umqtt import MQTTClient

time.perf_counter()  # want: error: module utime has no perf_counter; use ticks_us() and ticks_diff()
time.sleepms(5)  # want: error: module utime has no sleepms; did you mean sleep_ms?
time.sleep(1, 2)  # want: error: utime.sleep takes 1 argument, not 2
time.sleep()  # want: error: utime.sleep lacks its argument
time.sleep_ms(milliseconds=5)  # want: error: utime.sleep_ms has no parameter milliseconds
time.sleep(*[1])
uos.path.join("a", "b")  # want: error: module uos has no path; use stat() and slices
uos.makedirs("a")  # want: error: module uos has no makedirs; call mkdir() for each folder
re.findall("a", "b")  # want: error: module ure has no findall; call search() in a loop
ujson.dumps({}, indent=2)  # want: error: ujson.dumps has no parameter indent

pin = P(P.GPIO1, P.OUT, P.PULL_DISABLE, 0)
pin.write(1)
pin.toggle()  # want: error: machine.Pin has no toggle
pin.write()  # want: error: machine.Pin.write lacks its argument
P.GPIO999  # want: error: machine.Pin has no GPIO999
machine.Pin(machine.Pin.GPIO1, machine.Pin.OUT, machine.Pin.PULL_DISABLE, 0).toggle()  # want: machine.Pin has no toggle
machine.Pim(1)  # want: error: module machine has no Pim; did you mean Pin?


class Meter:
    uart = None

    def __init__(self, port, timer):
        self.uart = UART(port, 115200, 8, 0, 1, 0)
        self.timer = timer
        self.client = MQTTClient("id", "server")

    def go(self):
        self.uart.wryte(b"x")  # want: error: machine.UART has no wryte; did you mean write?
        self.timer.anything()
        self.client.publish("t")  # want: error: umqtt.MQTTClient.publish lacks its argument msg
        self.other.uart.anything()


def either(x):
    p = P(P.GPIO1, P.OUT, P.PULL_DISABLE, 0) if x else None
    p = x
    p.anything()


def prepared(t):
    if hasattr(time, "monotonic"):
        time.monotonic()
    try:
        time.process_time()  # want: note: module utime has no process_time
    except AttributeError:
        pass
    t.anything()


def shadow(time):
    time.anything()
