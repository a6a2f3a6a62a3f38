"""A water meter on Huawei IoTDA: it reports, answers what the cloud asks, and comes back when a connection is lost."""

import _thread
import hmac
import modem
import ujson
import urandom
import utime
from hashlib import sha256
from umqtt import MQTTClient

SECRET = "ac4263b86eaf6442997a"
SERVER = "a15fbbd7ce.iot-mqtts.cn-north-4.myhuaweicloud.com"
REPORT_EVERY = 30

device = "meter_" + modem.getDevImei()
topics = "$oc/devices/" + device + "/sys/"
values = {"litres": 0, "valve": "open", "limit": 100}
online = False
client = None


def send(topic, value, qos=1):
    return client.publish(topics + topic, ujson.dumps(value), qos=qos)


def report():
    values["litres"] += 1
    send("properties/report", {"services": [{"service_id": "Meter", "properties": values}]})


def command(request):
    name, paras = request["command_name"], request["paras"]
    if name != "valve":
        return {"result_code": 1, "paras": {"reason": "no command " + name}}
    values["valve"] = "open" if paras["open"] else "closed"
    return {"result_code": 0, "paras": {"valve": values["valve"]}}


def set_properties(request):
    for service in request["services"]:
        values.update(service["properties"])
    return {"result_code": 0}


def get_properties(request):
    return {"services": [{"service_id": "Meter", "properties": values}]}


def on_message(topic, msg):
    topic = topic.decode()
    print("got", topic, msg.decode())
    what, _, request_id = topic[len(topics):].partition("/request_id=")
    answers = {
        "commands": ("commands/response", command),
        "properties/set": ("properties/set/response", set_properties),
        "properties/get": ("properties/get/response", get_properties),
    }
    if what in answers:
        where, answer = answers[what]
        send(where + "/request_id=" + request_id, answer(ujson.loads(msg)))
    elif what == "messages/down":
        send("messages/up", {"content": ujson.loads(msg)["content"]})


def connect():
    global client, online
    stamp = "%04d%02d%02d%02d" % utime.gmtime()[:4]
    password = hmac.new(stamp.encode(), SECRET.encode(), digestmod=sha256).hexdigest()
    client = MQTTClient(device + "_0_1_" + stamp, SERVER, 1883, device, password, keepalive=60, reconn=False)
    client.set_callback(on_message)
    client.connect()
    client.subscribe(topics + "commands/#", 1)
    client.subscribe(topics + "properties/set/#", 1)
    client.subscribe(topics + "properties/get/#", 1)
    client.subscribe(topics + "messages/down", 1)
    online = True
    report()


def reporter():
    while True:
        utime.sleep(REPORT_EVERY)
        if online:
            report()


def main():
    global online
    _thread.start_new_thread(reporter, ())
    wait = 1
    while True:
        try:
            connect()
            wait = 1
            while True:
                client.wait_msg()
        except (OSError, ValueError) as e:
            print("lost:", e)
        online = False
        client.close()
        # A fleet that lost its network together must not come back together.
        utime.sleep(wait + urandom.random())
        wait = min(wait * 2, 60)


if __name__ == "__main__":
    main()
