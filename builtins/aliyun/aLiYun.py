import hmac
from umqtt import MQTTClient


class aLiYun(_Device):
    """A device of Alibaba Cloud's IoT platform, by its own secret."""

    def __init__(self, productKey, productSecret=None, DeviceName=None, DeviceSecret=None, MqttServer=None):
        super().__init__()
        self.productKey = productKey
        self.productSecret = productSecret
        self.DeviceName = DeviceName
        self.DeviceSecret = DeviceSecret
        self.server = MqttServer or "%s.iot-as-mqtt.cn-shanghai.aliyuncs.com" % productKey

    def setMqtt(self, clientID, clean_session=False, keepAlive=300, reconn=True):
        if not self.DeviceSecret:
            self.DeviceSecret = _kept_secret("/usr/secret.json", self.DeviceName)
        if not self.DeviceSecret:
            raise NotImplementedError("aLiYun: a DeviceSecret is needed: getting one by the ProductSecret is not there yet")
        content = "clientId%sdeviceName%sproductKey%s" % (clientID, self.DeviceName, self.productKey)
        password = hmac.new(self.DeviceSecret.encode(), content.encode(), digestmod="sha256").hexdigest()
        return self._connect(MQTTClient("%s|securemode=3,signmethod=hmacsha256|" % clientID, self.server, 1883,
                                        "%s&%s" % (self.DeviceName, self.productKey), password, keepAlive, reconn=reconn), clean_session)

    def getAliyunSta(self):
        return self._status()
