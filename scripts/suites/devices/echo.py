"""Sends what comes on down/… back on up/…, over any MQTT broker; says when it is there and when it is lost."""

import ujson
import utime
from umqtt import MQTTClient

config = {"id": "echo", "qos": 1, "keepalive": 60, "clean": True}
try:
    with open("/usr/config.json") as f:
        config.update(ujson.load(f))
except OSError:
    pass  # a device out of the box


def on_message(topic, msg):
    print("got", topic, msg)
    client.publish("up" + topic.decode()[len("down"):], msg, qos=config["qos"])


def connect():
    client.connect(clean_session=config["clean"])
    client.subscribe("down/#", 1)
    client.publish("state", "here", retain=True, qos=1)
    print("here")


client = MQTTClient(config["id"], "mqtt.example.com", 1883, "user", "password", keepalive=config["keepalive"], reconn=False)
client.set_callback(on_message)
client.set_last_will("state", "lost", retain=True, qos=1)
wait = 1
while True:
    try:
        connect()
        wait = 1
        while True:
            client.wait_msg()
    except (OSError, ValueError) as e:
        print("lost:", e)
    client.close()
    utime.sleep(wait)
    wait = min(wait * 2, 60)
