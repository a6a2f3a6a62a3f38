# An exception of the callback comes out of wait_msg, and the client goes on.
import usys
from umqtt import MQTTClient

class Handler:
    def __init__(self):
        self.seen = 0

    def on_message(self, topic, msg):
        self.seen += 1
        print(topic, msg, type(topic) is bytes)
        if msg == b"bad":
            raise RuntimeError("cannot " + msg.decode())

h = Handler()
c = MQTTClient("cb", "127.0.0.1", str(int(usys.argv[1])), keepalive=30)  # a port may be a str, too
c.set_last_will("gone", "cb", retain=True, qos=1)
c.set_callback(h.on_message)
c.connect(clean_session=False)
c.subscribe(b"t", qos=1)
for payload in (b"good", "bad", bytearray(b"fine")):
    c.publish("t", payload, qos=1)
while h.seen < 3:
    try:
        print(c.wait_msg())
    except RuntimeError as e:
        print("raised:", e)
c.disconnect()
print(c.get_mqttsta())
