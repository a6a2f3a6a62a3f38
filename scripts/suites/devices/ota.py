"""Takes new firmware from Huawei IoTDA: tells its version, fetches the package in pieces, checks it, and starts again with it."""

import hmac
import modem
import request
import ubinascii
import ujson
import uos
from hashlib import sha256
from umqtt import MQTTClient

SECRET = "ac4263b86eaf6442997a"
PIECE = 4096
device = "ota_" + modem.getDevImei()
topics = "$oc/devices/" + device + "/sys/"
upgrade = None


def read(name, default):
    try:
        with open(name) as f:
            return f.read()
    except OSError:
        return default


def write(name, text):
    with open(name + ".new", "w") as f:
        f.write(text)
    uos.rename(name + ".new", name)


def tell(kind, paras):
    event = {"service_id": "$ota", "event_type": kind, "paras": paras}
    client.publish(topics + "events/up", ujson.dumps({"services": [event]}), qos=1)


def progress(percent, code=0, text=""):
    tell("upgrade_progress_report", {"result_code": code, "progress": percent, "version": version, "description": text})


def on_message(topic, msg):
    global upgrade
    for service in ujson.loads(msg)["services"]:
        if service["event_type"] == "version_query":
            tell("version_report", {"fw_version": version})
        elif service["event_type"] == "firmware_upgrade":
            upgrade = service["paras"]


def piece(have):
    """The package from a place on; an upgrade that was cut goes on where it was."""
    answer = request.get(upgrade["url"], decode=False, timeout=10, headers={
        "Authorization": "Bearer " + upgrade["access_token"], "Range": "bytes=%d-%d" % (have, have + PIECE - 1)})
    if answer.status_code not in (200, 206):
        raise OSError("the server answers with %d" % answer.status_code)
    return b"".join(list(answer.content))


def download():
    size = upgrade["file_size"]
    data = b""
    tries = 0
    while len(data) < size:
        try:
            data += piece(len(data))
            tries = 0
        except OSError as e:
            print("cut at", len(data), e)
            tries += 1
            if tries > 20:
                raise
        progress(len(data) * 90 // size)
    return data


def install():
    global upgrade
    if upgrade["file_size"] > uos.statvfs("/usr")[0] * uos.statvfs("/usr")[3]:
        progress(0, 5, "no space")
    else:
        data = download()
        if ubinascii.hexlify(sha256(data).digest()).decode() != upgrade["sign"]:
            progress(90, 7, "checksum")
        else:
            write("/usr/version.txt", upgrade["version"])
            print("restart")
            from misc import Power
            Power.powerRestart()
    upgrade = None


version = read("/usr/version.txt", "1.0")
stamp = "2026010100"
password = hmac.new(stamp.encode(), SECRET.encode(), digestmod=sha256).hexdigest()
client = MQTTClient(device + "_0_0_" + stamp, "a15fbbd7ce.iot-mqtts.cn-north-4.myhuaweicloud.com", 1883, device, password, keepalive=60)
client.set_callback(on_message)
client.connect()
client.subscribe(topics + "events/down", 1)
print("version", version)
tell("version_report", {"fw_version": version})
while True:
    client.wait_msg()
    if upgrade:
        install()
