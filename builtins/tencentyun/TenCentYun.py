import hmac
import request
import ubinascii
import ucryptolib
import uhashlib
import ujson
import urandom
import utime
from umqtt import MQTTClient

_SDK = "12010126"
_SECRETS = "/usr/tx_secret.json"
_GATEWAY = "ap-guangzhou.gateway.tencentdevices.com"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


class TXyun(_Device):
    """A device of Tencent Cloud's IoT Hub, by its own key or its product's secret."""

    def __init__(self, productID, devicename, devicePsk=None, ProductSecret=None):
        super().__init__()
        self.productID = productID
        self.devicename = devicename
        self.devicePsk = devicePsk
        self.ProductSecret = ProductSecret

    def setMqtt(self, clean_session=False, keepAlive=300, reconn=True):
        """Signs in, with an empty secret after registering the device; 0, or -1."""
        # With an empty secret the vendor's module connects, too, and the platform refuses it.
        if not self.devicePsk and (self.ProductSecret or self.devicePsk is None):
            self.devicePsk = _kept_secret(_SECRETS, self.devicename) or self._register()
            if not self.devicePsk:
                return -1
        client = self.productID + self.devicename
        connection = "".join([urandom.choice(_LETTERS) for _ in range(5)])
        user = "%s;%s;%s;%d" % (client, _SDK, connection, utime.time() + 3600)
        password = hmac.new(ubinascii.a2b_base64(self.devicePsk), user.encode(), digestmod="sha256").hexdigest() + ";hmacsha256"
        return self._connect(MQTTClient(client, "%s.iotcloud.tencentdevices.com" % self.productID, 1883, user, password, keepAlive, reconn=reconn),
                             clean_session)

    def _register(self):
        """Asks the platform for the device's key by the product's secret, keeps it and returns it; None when it is refused."""
        if not self.ProductSecret:
            raise ValueError("TenCentYun: the device needs a devicePsk, or a ProductSecret to get one by")
        body = ujson.dumps({"ProductId": self.productID, "DeviceName": self.devicename})
        try:
            answer = request.post("https://%s/device/register" % _GATEWAY, data=body, headers=self._signed(body)).json()
            key = self._opened(**answer["Response"])["psk"]
        except (OSError, ValueError, KeyError, TypeError) as e:
            print("TenCentYun: the registration of %s failed: %s" % (self.devicename, e))
            return None
        _keep_secret(_SECRETS, self.devicename, key)
        return key

    def _signed(self, body):
        """The headers of a registration."""
        now, nonce = str(utime.time()), str(urandom.randint(1, 999999))
        digest = ubinascii.hexlify(uhashlib.sha256(body.encode()).digest()).decode()
        text = "\n".join(["POST", _GATEWAY, "/device/register", "", "hmacsha256", now, nonce, digest])
        mac = hmac.new(self.ProductSecret.encode(), text.encode(), digestmod="sha256").digest()
        return {"Content-Type": "application/json", "X-TC-Algorithm": "hmacsha256", "X-TC-Timestamp": now, "X-TC-Nonce": nonce,
                "X-TC-Signature": ubinascii.b2a_base64(mac).decode().strip()}

    def _opened(self, Payload=None, Len=0, Error=None, **rest):
        """What the platform answers: Len bytes and their padding in AES-CBC, under the beginning of the product's secret."""
        if Error:
            raise ValueError("the platform says %s" % Error.get("Message"))
        cipher = ucryptolib.aes(self.ProductSecret[:16].encode(), 2, b"0" * 16)
        return ujson.loads(cipher.decrypt(ubinascii.a2b_base64(Payload))[:Len].decode())

    def getTXyunsta(self):
        """0 connected, 1 connecting, 2 the server closed the connection, -1 otherwise."""
        return self._status()
