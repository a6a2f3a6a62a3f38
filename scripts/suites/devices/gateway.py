"""A gateway on Huawei IoTDA: it knows the sensors behind it, reports for them, and takes new ones on and off."""

import _thread
import hmac
import modem
import ujson
import utime
from hashlib import sha256
from umqtt import MQTTClient

gateway = "gateway_" + modem.getDevImei()
topics = "$oc/devices/" + gateway + "/sys/"
sensors = []  # by their ids at the cloud


def send(topic, value):
    client.publish(topics + topic, ujson.dumps(value), qos=1)


def say(service, kind, paras):
    send("events/up", {"services": [{"service_id": service, "event_type": kind, "paras": paras}]})


def report(ids):
    """Reports that the sensors are there, and dry."""
    if ids:
        states = [{"device_id": i, "status": "ONLINE"} for i in ids]
        say("$sub_device_manager", "sub_device_update_status", {"device_statuses": states})
        dry = [{"service_id": "Leak", "properties": {"wet": 0}}]
        send("gateway/sub_devices/properties/report", {"devices": [{"device_id": i, "services": dry} for i in ids]})


def take_on(ids):
    new = [i for i in ids if i not in sensors]
    sensors.extend(new)
    for i in new:
        print("new", i)
    report(new)


def take_off(ids):
    for i in ids:
        if i in sensors:
            sensors.remove(i)
            print("gone", i)


def on_log_config(paras):
    print("log", paras["switch"])
    if paras["switch"] == "on":
        log = {"timestamp": str(utime.time()), "type": "DEVICE_STATUS", "content": "%d sensors" % len(sensors)}
        say("$log", "log_report", log)


events = {
    "time_sync_response": lambda p: print("time", p["server_send_time"]),
    "add_sub_device_notify": lambda p: take_on([d["device_id"] for d in p["devices"]]),
    "delete_sub_device_notify": lambda p: take_off([d["device_id"] for d in p["devices"]]),
    "add_sub_device_response": lambda p: take_on([d["device_id"] for d in p["successful_devices"]]),
    "delete_sub_device_response": lambda p: take_off(p["successful_devices"]),
    "sub_device_update_status_response": lambda p: None,
    "log_config": on_log_config,
}


def on_command(request, request_id):
    """One for the gateway takes a sensor on or off, one for a sensor makes it beep."""
    target, paras = request.get("object_device_id", gateway), request["paras"]
    code = 0
    if request["command_name"] == "pair":
        sensor = {"node_id": paras["node"], "product_id": paras["product"], "parent_device_id": gateway}
        say("$sub_device_manager", "add_sub_device_request", {"devices": [sensor]})
    elif request["command_name"] == "unpair":
        say("$sub_device_manager", "delete_sub_device_request", {"devices": [paras["sensor"]]})
    elif target in sensors:
        print("beep", target)
    else:
        code = 1
    send("commands/response/request_id=" + request_id, {"result_code": code})


def on_message(topic, msg):
    body = ujson.loads(msg)
    _, command, request_id = topic.decode().partition("sys/commands/request_id=")
    if command:
        on_command(body, request_id)
    for service in body.get("services", []):
        kind = service["event_type"]
        if kind in events:
            events[kind](service["paras"])
        else:
            print("ignored", kind)


def reporter():
    while True:
        utime.sleep(60)
        report(sensors)


stamp = "2026010100"
password = hmac.new(stamp.encode(), b"ac4263b86eaf6442997a", digestmod=sha256).hexdigest()
server = "a15fbbd7ce.iot-mqtts.cn-north-4.myhuaweicloud.com"
client = MQTTClient(gateway + "_0_0_" + stamp, server, 1883, gateway, password, keepalive=60)
client.set_callback(on_message)
client.connect()
client.subscribe(topics + "events/down", 1)
client.subscribe(topics + "commands/#", 1)
say("$time_sync", "time_sync_request", {"device_send_time": utime.time() * 1000})
say("$sub_device_manager", "sub_device_sync_request", {"version": 0})
_thread.start_new_thread(reporter, ())
while True:
    client.wait_msg()
