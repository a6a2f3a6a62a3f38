import log
import utime
import net
import misc
from machine import UART, Timer as Clock
from gnss import GnssGetData
import usr.helper as log

try:
    from machine import Screen
except ImportError:
    Screen = None

log.anything()
if hasattr(utime, "strftime"):
    print(utime.strftime("%Y"))
getattr(net, "nothing", None)
net.nothing()
try:
    misc.beep()
except Exception as e:
    print(e)
try:
    misc.boop()
except OSError:
    pass


def of_parameters(net, *, misc):
    return net.anything(), misc.anything(), lambda utime: utime.anything()


class Port:
    def __init__(self, other):
        self.timer = None
        self.uart = UART(UART.UART2, UART.GPIO24, 9600)
        self.timer = Clock(Clock.Timer1)
        self.either = UART(1)
        self.either = other
        self.gnss = GnssGetData(1, 9600, 8, 0, 1, 0)
        self.uart.mark = 1

    def go(self):
        self.uart.readline()
        self.uart.write(self.uart.mark, self.uart.__class__)
        self.timer.halt()
        self.either.readline()
        return self.gnss.getHeight(), self.gnss.getGeodeticHeight(), self.timer.ONE_SHOT


uart = UART(UART.REPL_UART)
uart.flush()
for uart2 in [UART(1)]:
    uart2.flush()
with UART(1) as uart3:
    uart3.flush()
