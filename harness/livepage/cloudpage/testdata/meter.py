"""A meter that obeys: it answers commands, sets properties, and tells its version."""

import hmac
import ujson
from hashlib import sha256
from umqtt import MQTTClient

DEVICE = "meter_1"
STAMP = "2026010100"
TOPICS = "$oc/devices/" + DEVICE + "/sys/"
password = hmac.new(STAMP.encode(), b"s3cret", digestmod=sha256).hexdigest()
mqtt = MQTTClient(DEVICE + "_0_0_" + STAMP, "a.iot-mqtts.cn-north-4.myhuaweicloud.com", 1883, DEVICE, password,
    keepalive=60)


def report(properties):
    body = {"services": [{"service_id": "Control", "properties": properties}]}
    mqtt.publish(TOPICS + "properties/report", ujson.dumps(body), qos=1)


def tell(kind, paras):
    body = {"services": [{"service_id": "$ota", "event_type": kind, "paras": paras}]}
    mqtt.publish(TOPICS + "events/up", ujson.dumps(body), qos=1)


def on_event(event):
    if event["event_type"] == "version_query":
        tell("version_report", {"sw_version": "1.0", "fw_version": "1.0"})
    else:
        version = event["paras"]["version"]
        tell("upgrade_progress_report", {"result_code": 0, "progress": 100, "version": version})


def on_message(topic, text):
    topic = topic.decode()
    number = topic.split("request_id=")[-1]
    if "/sys/commands/" in topic:
        order = ujson.loads(text)
        answer = {"result_code": 0, "response_name": order["command_name"], "paras": order["paras"]}
        mqtt.publish(TOPICS + "commands/response/request_id=" + number, ujson.dumps(answer), qos=1)
    elif "/sys/properties/set/" in topic:
        mqtt.publish(TOPICS + "properties/set/response/request_id=" + number, '{"result_code": 0}', qos=1)
        report(ujson.loads(text)["services"][0]["properties"])
    elif topic.endswith("/events/down"):
        for event in ujson.loads(text)["services"]:
            on_event(event)


mqtt.set_callback(on_message)
mqtt.connect()
for part in ("commands/#", "properties/set/#", "events/down", "messages/down"):
    mqtt.subscribe(TOPICS + part, 1)
report({"limit": 12, "state": "</script><img src=x onerror=\"window.pwned=1\">"})
while True:
    mqtt.wait_msg()
