"""A water meter on Huawei IoTDA: it reports every minute, and its valve does what the cloud says."""

import _thread
import hmac
import modem
import ujson
import utime
from hashlib import sha256
from umqtt import MQTTClient

SECRET = "ac4263b86eaf6442997a"
SERVER = "a15fbbd7ce.iot-mqtts.cn-north-4.myhuaweicloud.com"

device = "meter_" + modem.getDevImei()
topics = "$oc/devices/" + device + "/sys/"
values = {"litres": 0, "valve": "open"}
client = None


def report():
    values["litres"] += 1
    body = {"services": [{"service_id": "Meter", "properties": values}]}
    client.publish(topics + "properties/report", ujson.dumps(body), qos=1)


def on_message(topic, msg):
    topic = topic.decode()
    if "/sys/commands/" not in topic:
        return
    request = ujson.loads(msg)
    code = 1
    if request["command_name"] == "valve":
        values["valve"] = "open" if request["paras"]["open"] else "closed"
        print("the valve is", values["valve"])
        code = 0
    request_id = topic.split("request_id=")[1]
    client.publish(topics + "commands/response/request_id=" + request_id, ujson.dumps({"result_code": code}), qos=1)
    report()


def connect():
    global client
    stamp = "%04d%02d%02d%02d" % utime.gmtime()[:4]
    password = hmac.new(stamp.encode(), SECRET.encode(), digestmod=sha256).hexdigest()
    client = MQTTClient(device + "_0_1_" + stamp, SERVER, 1883, device, password, keepalive=60, reconn=False)
    client.set_callback(on_message)
    client.connect()
    client.subscribe(topics + "commands/#", 1)
    report()


def reporter():
    while True:
        utime.sleep(60)
        try:
            report()
        except (OSError, ValueError) as e:
            print("no report:", e)


def main():
    connect()
    _thread.start_new_thread(reporter, ())
    while True:
        try:
            client.wait_msg()
        except (OSError, ValueError) as e:
            print("lost:", e)
            client.close()
            utime.sleep(5)
            try:
                connect()
            except (OSError, ValueError) as e:
                print("no connection:", e)


if __name__ == "__main__":
    main()
