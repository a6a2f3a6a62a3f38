"""A gateway on Huawei IoTDA: it asks for the time, and reports for the sensor behind it."""

import hmac
import modem
import ujson
import utime
from hashlib import sha256
from umqtt import MQTTClient

gateway = "gateway_" + modem.getDevImei()
topics = "$oc/devices/" + gateway + "/sys/"


def on_message(topic, msg):
    for service in ujson.loads(msg).get("services", []):
        if service["event_type"] == "time_sync_response":
            print("time", service["paras"]["server_send_time"])
        else:
            print("ignored", service["event_type"])


stamp = "2026010100"
password = hmac.new(stamp.encode(), b"ac4263b86eaf6442997a", digestmod=sha256).hexdigest()
client = MQTTClient(gateway + "_0_0_" + stamp, "a15fbbd7ce.iot-mqtts.cn-north-4.myhuaweicloud.com", 1883, gateway, password, keepalive=60)
client.set_callback(on_message)
client.connect()
client.subscribe(topics + "events/down", 1)
ask = {"service_id": "$time_sync", "event_type": "time_sync_request", "paras": {"device_send_time": utime.time() * 1000}}
client.publish(topics + "events/up", ujson.dumps({"services": [ask]}), qos=1)
sensor = {"device_id": "sensor_1", "services": [{"service_id": "Leak", "properties": {"wet": 0}}]}
client.publish(topics + "gateway/sub_devices/properties/report", ujson.dumps({"devices": [sensor]}), qos=1)
while True:
    client.wait_msg()
