import _thread
import ujson


def _kept_secret(file, name):
    """The secret of a device that an earlier registration left in a file, or None."""
    try:
        with open(file) as f:
            return ujson.load(f).get(name)
    except (OSError, ValueError):
        return None


def _keep_secret(file, name, secret):
    kept = {}
    try:
        with open(file) as f:
            kept = ujson.load(f)
    except (OSError, ValueError):
        pass
    kept[name] = secret
    with open(file, "w") as f:
        ujson.dump(kept, f)


class _Device:
    """What the cloud's client has beside its way of signing in; mqtt_client is made by setMqtt."""

    def __init__(self):
        self.mqtt_client = None
        self._callback = None
        self._failed = None
        self._on = False
        self._started = False

    def _connect(self, client, clean_session):
        self.mqtt_client = client
        client.set_callback(self._message)
        if self._failed is not None:
            client.error_register_cb(self._failed)
        try:
            client.connect(clean_session)
        except Exception:
            return -1
        return 0

    def _message(self, topic, msg):
        if self._callback is not None:
            self._callback(topic, msg)

    def setCallback(self, sub_cb):
        """Has sub_cb(topic, msg), both str, called for each message."""
        self._callback = sub_cb

    def error_register_cb(self, callback):
        """Has callback(text) called when the connection is lost."""
        # Before setMqtt, as in the vendor's example, there is no client to tell yet.
        self._failed = callback
        if self.mqtt_client is not None:
            self.mqtt_client.error_register_cb(callback)

    def subscribe(self, topic, qos=0):
        """Asks for the messages of a topic; 0, or -1."""
        try:
            self.mqtt_client.subscribe(topic, qos)
        except OSError:
            return -1
        return 0

    def publish(self, topic, msg, retain=False, qos=0):
        """Sends a message; 0, or -1."""
        return 0 if self.mqtt_client.publish(topic, msg, retain, qos) else -1

    def start(self):
        """Begins to listen, in a thread of its own."""
        if not self._started:
            self._started = self._on = True
            _thread.start_new_thread(self._listen, ())

    def _listen(self):
        try:
            while self._on:
                self.mqtt_client.wait_msg()
        except OSError:
            pass  # the client tells of a lost connection itself
        except Exception as e:
            if self._on and self._failed is not None:
                self._failed(str(e))

    def ping(self):
        """Asks the server for a sign of life."""
        self.mqtt_client.ping()

    def disconnect(self):
        """Says goodbye and ends the connection."""
        self._on = self._started = False
        self.mqtt_client.disconnect()

    def close(self):
        """Closes the socket without a word."""
        self._on = self._started = False
        self.mqtt_client.close()

    def _status(self):
        """0 connected, 1 connecting, 2 the server closed the connection, -1 otherwise."""
        return -1 if self.mqtt_client is None else self.mqtt_client.get_mqttsta()
