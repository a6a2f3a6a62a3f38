import hmac
import ubinascii
import urandom
import utime
from umqtt import MQTTClient

_SDK = "12010126"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


class TXyun(_Device):
    """A device of Tencent Cloud's IoT Hub, by its own key."""

    def __init__(self, productID, devicename, devicePsk, ProductSecret=None):
        super().__init__()
        self.productID = productID
        self.devicename = devicename
        self.devicePsk = devicePsk
        self.ProductSecret = ProductSecret

    def setMqtt(self, clean_session=False, keepAlive=300, reconn=True):
        # Without any secret the vendor's module connects, too, and the platform refuses it.
        if self.ProductSecret and not self.devicePsk:
            raise NotImplementedError("TenCentYun: a devicePsk is needed: getting one by the ProductSecret is not there yet")
        client = self.productID + self.devicename
        connection = "".join([urandom.choice(_LETTERS) for _ in range(5)])
        user = "%s;%s;%s;%d" % (client, _SDK, connection, utime.time() + 3600)
        password = hmac.new(ubinascii.a2b_base64(self.devicePsk), user.encode(), digestmod="sha256").hexdigest() + ";hmacsha256"
        return self._connect(MQTTClient(client, "%s.iotcloud.tencentdevices.com" % self.productID, 1883, user, password, keepAlive, reconn=reconn),
                             clean_session)

    def getTXyunsta(self):
        return self._state
