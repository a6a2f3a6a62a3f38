import utime, threading
import utimer
from umqtt import MQTTClient, MQTTServer
import usr.helper
try:
    import ujson
    import json2
except ImportError:
    json2 = None
import net as n


class C:
    def go(self):
        utime.sleepms(5)
        utime.sleep_ms(5)
        print(f"{self.x}", "7".zfill(3), undefined_name)
        return n.csqQueryPoll(), n.nothing()


def f(a, /, b):
    return {**a}


f(*[1], *[2])
