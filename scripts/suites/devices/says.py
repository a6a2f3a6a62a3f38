"""Says at Huawei IoTDA what its file tells it to, [[topic, what], …], and prints what it hears."""

import hmac
import modem
import ujson
from hashlib import sha256
from umqtt import MQTTClient

device = "says_" + modem.getDevImei()
topics = "$oc/devices/" + device + "/"
with open("/usr/says.json") as f:
    says = ujson.load(f)
stamp = "2026010100"
password = hmac.new(stamp.encode(), b"ac4263b86eaf6442997a", digestmod=sha256).hexdigest()
client = MQTTClient(device + "_0_0_" + stamp, "a15fbbd7ce.iot-mqtts.cn-north-4.myhuaweicloud.com", 1883, device, password, keepalive=60)
client.set_callback(lambda topic, msg: print("heard", topic.decode()[len(topics):], msg.decode()))
client.connect()
client.subscribe(topics + "sys/messages/down", 1)
client.subscribe(topics + "user/#", 1)
for topic, what in says:
    client.publish(topics + topic, what if isinstance(what, str) else ujson.dumps(what), qos=1)
print("said")
while True:
    client.wait_msg()
