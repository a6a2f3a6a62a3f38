import hmac
import ubinascii
import urandom
import utime
from umqtt import MQTTClient

_SDK = "12010126"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


class TXyun(_Device):
    """A device of Tencent Cloud's IoT Hub, by its own key."""

    def __init__(self, productID, devicename, devicePsk=None, ProductSecret=None):
        super().__init__()
        self.productID = productID
        self.devicename = devicename
        self.devicePsk = devicePsk
        self.ProductSecret = ProductSecret

    def setMqtt(self, clean_session=False, keepAlive=300, reconn=True):
        if not self.devicePsk:
            self.devicePsk = _kept_secret("/usr/tx_secret.json", self.devicename)
        if not self.devicePsk:
            raise NotImplementedError("TenCentYun: a devicePsk is needed: getting one by the ProductSecret is not there yet")
        client = self.productID + self.devicename
        connection = "".join([urandom.choice(_LETTERS) for _ in range(5)])
        user = "%s;%s;%s;%d" % (client, _SDK, connection, utime.time() + 3600)
        password = hmac.new(ubinascii.a2b_base64(self.devicePsk), user.encode(), digestmod="sha256").hexdigest() + ";hmacsha256"
        return self._connect(MQTTClient(client, "%s.iotcloud.tencentdevices.com" % self.productID, 1883, user, password, keepAlive, reconn=reconn),
                             clean_session)

    def getTXyunsta(self):
        return self._status()
