import hmac
import ubinascii
import urandom
import utime
from umqtt import MQTTClient

_SDK = "12010126"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


class TXyun:
    """A device of Tencent Cloud's IoT Hub, by its own key."""

    def __init__(self, productID, devicename, devicePsk, ProductSecret=None):
        self.productID = productID
        self.devicename = devicename
        self.devicePsk = devicePsk
        self.ProductSecret = ProductSecret
        self.mqtt_client = None
        self._state = -1
        self._callback = None
        self._failed = None
        self._on = False
        self._started = False

    def setMqtt(self, clean_session=False, keepAlive=300, reconn=True):
        if not self.devicePsk:
            raise NotImplementedError("TenCentYun: a devicePsk is needed: getting one by the ProductSecret is not there yet")
        client = self.productID + self.devicename
        connection = "".join([urandom.choice(_LETTERS) for _ in range(5)])
        user = "%s;%s;%s;%d" % (client, _SDK, connection, utime.time() + 3600)
        password = hmac.new(ubinascii.a2b_base64(self.devicePsk), user.encode(), digestmod="sha256").hexdigest() + ";hmacsha256"
        self.mqtt_client = MQTTClient(client, "%s.iotcloud.tencentdevices.com" % self.productID, 1883, user, password, keepAlive, reconn=reconn)
        self.mqtt_client.set_callback(self._message)
        try:
            self.mqtt_client.connect(clean_session)
        except Exception as e:
            self._state = 1
            return -1
        self._state = 0
        return 0

    def _message(self, topic, msg):
        if self._callback is not None:
            self._callback(topic, msg)

    def setCallback(self, sub_cb):
        self._callback = sub_cb

    def error_register_cb(self, func):
        self._failed = func
        self.mqtt_client.error_register_cb(func)

    def subscribe(self, topic, qos=0):
        try:
            self.mqtt_client.subscribe(topic, qos)
        except OSError:
            return -1
        return 0

    def publish(self, topic, msg, retain=False, qos=0):
        try:
            self.mqtt_client.publish(topic, msg, retain, qos)
        except OSError:
            return -1
        return 0

    def start(self):
        import _thread
        if not self._started:
            self._started = self._on = True
            _thread.start_new_thread(self._listen, ())

    def _listen(self):
        try:
            while self._on:
                self.mqtt_client.wait_msg()
        except Exception as e:
            if self._on:
                self._state = 2
                if self._failed is not None:
                    self._failed(str(e))

    def ping(self):
        self.mqtt_client.ping()

    def disconnect(self):
        self._on = self._started = False
        self._state = 3
        self.mqtt_client.disconnect()

    def close(self):
        self._on = self._started = False
        self._state = 3
        self.mqtt_client.close()

    def getTXyunsta(self):
        return self._state
