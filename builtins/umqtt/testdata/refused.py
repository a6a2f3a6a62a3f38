# What connect, subscribe and the client's constructor raise.
import usys
from umqtt import MQTTClient

port = int(usys.argv[1])

try:
    MQTTClient("x", "127.0.0.1", keepalive=3)
except ValueError as e:
    print("keepalive:", e)

try:
    MQTTClient("x", "no-such-host.invalid", 1883).connect()
except Exception as e:
    print(type(e).__name__, e)

for wrong in ("mqtt", 1.5, 1 << 40, -1):
    try:
        MQTTClient("x", "127.0.0.1", wrong)
    except (TypeError, ValueError) as e:
        print(type(e).__name__, e)

try:
    MQTTClient("x", "127.0.0.1", 1).connect()
except ValueError as e:
    print(e)

c = MQTTClient("x", "127.0.0.1", port)
try:
    c.subscribe("a")
except AssertionError as e:
    print("assert:", e)
c.set_callback(lambda topic, msg: None)
try:
    c.subscribe("a")
except OSError as e:
    print("OSError", e.args[0])
try:
    c.wait_msg()
except OSError as e:
    print("OSError", e.args[0])
c.connect()
try:
    c.subscribe("foreign/#")
except Exception as e:
    print(type(e).__name__, e)
try:
    c.publish("a", "b", qos=2)
except ValueError as e:
    print(e)
c.disconnect()
