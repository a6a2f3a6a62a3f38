import hmac
from umqtt import MQTTClient


class aLiYun:
    """A device of Alibaba Cloud's IoT platform, by its own secret."""

    def __init__(self, productKey, productSecret=None, DeviceName=None, DeviceSecret=None, MqttServer=None):
        self.productKey = productKey
        self.productSecret = productSecret
        self.DeviceName = DeviceName
        self.DeviceSecret = DeviceSecret
        self.server = MqttServer or "%s.iot-as-mqtt.cn-shanghai.aliyuncs.com" % productKey
        self.mqtt_client = None
        self._clean = False
        self._state = -1
        self._topics = {}
        self._callback = None
        self._failed = None
        self._on = False
        self._started = False

    def setMqtt(self, clientID, clean_session=False, keepAlive=300, reconn=True):
        if not self.DeviceSecret:
            raise NotImplementedError("aLiYun: a DeviceSecret is needed: getting one by the ProductSecret is not there yet")
        content = "clientId%sdeviceName%sproductKey%s" % (clientID, self.DeviceName, self.productKey)
        password = hmac.new(self.DeviceSecret.encode(), content.encode(), digestmod="sha256").hexdigest()
        self.mqtt_client = MQTTClient("%s|securemode=3,signmethod=hmacsha256|" % clientID, self.server, 1883,
                                      "%s&%s" % (self.DeviceName, self.productKey), password, keepAlive, reconn=reconn)
        self.mqtt_client.set_callback(self._message)
        self._clean = clean_session
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

    def getAliyunSta(self):
        return self._state
