import hmac
import request
import urandom
from umqtt import MQTTClient

_SECRETS = "/usr/secret.json"


def _region(server):
    """The region that a server's name tells, or the usual one."""
    parts = server.split(".")
    return parts[2] if len(parts) > 3 and parts[1] == "iot-as-mqtt" else "cn-shanghai"


class aLiYun(_Device):
    """A device of Alibaba Cloud's IoT platform, by its own secret or its product's."""

    def __init__(self, productKey, productSecret=None, DeviceName=None, DeviceSecret=None, MqttServer=None):
        super().__init__()
        self.productKey = productKey
        self.productSecret = productSecret
        self.DeviceName = DeviceName
        self.DeviceSecret = DeviceSecret
        self.server = MqttServer or "%s.iot-as-mqtt.cn-shanghai.aliyuncs.com" % productKey

    def setMqtt(self, clientID, clean_session=False, keepAlive=300, reconn=True):
        """Signs in, with an empty secret after registering the device; 0, or -1."""
        # With an empty secret the vendor's module connects, too, and the platform refuses it.
        if not self.DeviceSecret and (self.productSecret or self.DeviceSecret is None):
            self.DeviceSecret = _kept_secret(_SECRETS, self.DeviceName) or self._register()
            if not self.DeviceSecret:
                return -1
        content = "clientId%sdeviceName%sproductKey%s" % (clientID, self.DeviceName, self.productKey)
        password = hmac.new(self.DeviceSecret.encode(), content.encode(), digestmod="sha256").hexdigest()
        return self._connect(MQTTClient("%s|securemode=3,signmethod=hmacsha256|" % clientID, self.server, 1883,
                                        "%s&%s" % (self.DeviceName, self.productKey), password, keepAlive, reconn=reconn), clean_session)

    def _register(self):
        """Asks the platform for the device's secret by the product's, keeps it and returns it; None when it is refused."""
        if not self.productSecret:
            raise ValueError("aLiYun: the device needs a DeviceSecret, or a productSecret to get one by")
        number = str(urandom.randint(1, 999999))
        content = "deviceName%sproductKey%srandom%s" % (self.DeviceName, self.productKey, number)
        sign = hmac.new(self.productSecret.encode(), content.encode(), digestmod="sha256").hexdigest()
        form = "productKey=%s&deviceName=%s&random=%s&sign=%s&signMethod=hmacsha256" % (self.productKey, self.DeviceName, number, sign)
        try:
            answer = request.post("https://iot-auth.%s.aliyuncs.com/auth/register/device" % _region(self.server), data=form,
                                  headers={"Content-Type": "application/x-www-form-urlencoded"}).json()
            if answer.get("code") != 200:
                raise ValueError("the platform says %s" % answer.get("message"))
            secret = answer["data"]["deviceSecret"]
        except (OSError, ValueError, KeyError, TypeError) as e:
            print("aLiYun: the registration of %s failed: %s" % (self.DeviceName, e))
            return None
        _keep_secret(_SECRETS, self.DeviceName, secret)
        return secret

    def getAliyunSta(self):
        """0 connected, 1 connecting, 2 the server closed the connection, -1 otherwise."""
        return self._status()
