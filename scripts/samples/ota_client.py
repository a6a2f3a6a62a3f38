"""A device of Huawei IoTDA that takes new versions of its program over the air.

It tells the platform its version, fetches the package that it is offered in pieces, so that a lost connection costs one
of them, checks it, puts it in the place of the program, and restarts the module. Only what is whole and right is put
there. The documents are "OTA Upgrade" (iot_01_0047), and of the events iot_06_v5_3030 and iot_06_v5_3031.
"""

import hmac
import request
import ubinascii
import ujson
import uos
import utime
from hashlib import sha256
from misc import Power
from umqtt import MQTTClient

SERVER = "a15fbbd7ce.iot-mqtts.cn-north-4.myhuaweicloud.com"
STAMP = "2026010100"  # the platform takes any: check type 0 in the client id
PIECE = 4096  # bytes that are fetched at once
TRIES = 20  # to get a piece

# What is told of an upgrade that is not made.
NO_SPACE = 5
DOWNLOAD_FAILED = 6
WRONG_PACKAGE = 7
INSTALL_FAILED = 10


class UpgradeError(Exception):
    """Has the code, and the text, that the platform is told."""


class OtaClient:
    def __init__(self, device, secret, program, version):
        self.program = program
        self.version = version
        self.topics = "$oc/devices/" + device + "/sys/"
        self.offer = None
        password = hmac.new(STAMP.encode(), secret.encode(), digestmod=sha256).hexdigest()
        self.mqtt = MQTTClient(device + "_0_0_" + STAMP, SERVER, 1883, device, password, keepalive=60)
        self.mqtt.set_callback(self.on_message)

    def connect(self):
        self.mqtt.connect()
        self.mqtt.subscribe(self.topics + "events/down", 1)
        self.mqtt.subscribe(self.topics + "commands/#", 1)
        self.tell("version_report", {"sw_version": self.version, "fw_version": self.version})

    def report(self, service, properties):
        body = {"services": [{"service_id": service, "properties": properties}]}
        self.mqtt.publish(self.topics + "properties/report", ujson.dumps(body), qos=1)

    def serve(self):
        """Takes what comes, for ever."""
        while True:
            self.mqtt.wait_msg()
            if self.offer:
                offer, self.offer = self.offer, None
                self.upgrade(offer)

    def on_message(self, topic, msg):
        where = topic.decode()
        if "/sys/commands/" in where:
            answer = self.topics + "commands/response/request_id=" + where.split("=")[-1]
            self.mqtt.publish(answer, ujson.dumps({"result_code": 0}), qos=1)
            return
        for event in ujson.loads(msg)["services"]:
            kind = event["event_type"]
            if kind == "version_query":
                self.tell("version_report", {"sw_version": self.version, "fw_version": self.version})
            elif kind.startswith("software_upgrade") or kind.startswith("firmware_upgrade"):
                self.offer = event["paras"]

    def tell(self, kind, paras):
        event = {"service_id": "$ota", "event_type": kind, "paras": paras}
        self.mqtt.publish(self.topics + "events/up", ujson.dumps({"services": [event]}), qos=1)

    def progress(self, percent, code=0, text=""):
        self.tell("upgrade_progress_report", {
            "result_code": code, "progress": percent, "version": self.version, "description": text})

    def upgrade(self, offer):
        print("upgrade from", self.version, "to", offer["version"])
        try:
            data = self.download(offer)
            if ubinascii.hexlify(sha256(data).digest()).decode() != offer["sign"].lower():
                raise UpgradeError(WRONG_PACKAGE, "the package is not what was promised")
            self.install(data)
        except UpgradeError as e:
            code, text = e.args
            print("no upgrade:", text)
            self.progress(0, code, text)
            return
        print("restart")
        Power.powerRestart()

    def download(self, offer):
        size = offer["file_size"]
        flash = uos.statvfs("/usr")
        if size > flash[0] * flash[3]:
            raise UpgradeError(NO_SPACE, "%d bytes do not fit" % size)
        data = b""
        failed = 0
        while len(data) < size:
            try:
                data = self.fetch(offer, data)
                failed = 0
            except OSError as e:
                failed += 1
                print("cut at", len(data), e)
                if failed == TRIES:
                    raise UpgradeError(DOWNLOAD_FAILED, "cut at %d bytes: %s" % (len(data), e))
                utime.sleep(1)
            self.progress(len(data) * 90 // size)
        return data

    def fetch(self, offer, data):
        """The package so far, and the next piece of it."""
        headers = {"Range": "bytes=%d-%d" % (len(data), len(data) + PIECE - 1)}
        if "access_token" in offer:  # a package of the platform's own; that of an object store has all in its address
            headers["Authorization"] = "Bearer " + offer["access_token"]
        answer = request.get(offer["url"], headers=headers, decode=False, timeout=10)
        body = b"".join(list(answer.content))
        if answer.status_code == 200:  # a server that knows no ranges sends all
            return body
        if answer.status_code != 206:
            raise UpgradeError(DOWNLOAD_FAILED, "the server answers with %d" % answer.status_code)
        return data + body

    def install(self, data):
        """Puts the new program in the place of the old one, which is there until the new one is whole."""
        try:
            compile(data.decode(), self.program, "exec")
            with open(self.program + ".new", "wb") as f:
                f.write(data)
            uos.rename(self.program + ".new", self.program)
        except (SyntaxError, UnicodeError, OSError) as e:
            raise UpgradeError(INSTALL_FAILED, "it cannot be installed: %s" % e)
