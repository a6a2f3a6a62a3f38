# A device that reports until the cloud tells it to stop, and then fails.
import ujson
import utime
from umqtt import MQTTClient

ID = "5fbbb784b4ec2202e982e643_meter"
order = []
c = MQTTClient("5fbbb784b4ec2202e982e643_meter_0_0_2026113000", "a.iot-mqtts.cn-north-4.myhuaweicloud.com", 1883, ID, "0" * 64, keepalive=60)
c.set_callback(lambda topic, msg: order.append((topic, msg)))
c.connect()
c.subscribe("$oc/devices/" + ID + "/sys/commands/#")
print("ready </script><img src=x onerror=alert(1)>")
n = 0
while not order:
    n += 1
    c.publish("$oc/devices/" + ID + "/sys/properties/report",
              ujson.dumps({"services": [{"service_id": "S", "properties": {"n": n}}]}))
    c.check_msg()
    utime.sleep_ms(200)
topic, msg = order[0]
c.publish(topic.decode().replace("commands/", "commands/response/"), '{"result_code": 0}')
utime.sleep_ms(300)
c.disconnect()
raise ValueError("told to " + ujson.loads(msg)["command_name"])
