"""Reports once more than IoTDA takes, and once what it takes."""

import hmac
import modem
import ujson
import utime
from hashlib import sha256
from umqtt import MQTTClient

device = "flood_" + modem.getDevImei()
stamp = "2026010100"
password = hmac.new(stamp.encode(), b"ac4263b86eaf6442997a", digestmod=sha256).hexdigest()
client = MQTTClient(device + "_0_0_" + stamp, "a15fbbd7ce.iot-mqtts.cn-north-4.myhuaweicloud.com", 1883, device, password, keepalive=60)
client.connect()
for size in (1 << 20, 100):
    report = {"services": [{"service_id": "Log", "properties": {"text": "x" * size}}]}
    client.publish("$oc/devices/" + device + "/sys/properties/report", ujson.dumps(report), qos=1)
    utime.sleep(1)
client.disconnect()
