import _thread


class _Device:
    """What the cloud's client has beside its way of signing in; mqtt_client is made by setMqtt."""

    def __init__(self):
        self.mqtt_client = None
        self._state = -1
        self._callback = None
        self._failed = None
        self._on = False
        self._started = False

    def _connect(self, client, clean_session):
        self.mqtt_client = client
        client.set_callback(self._message)
        try:
            client.connect(clean_session)
        except Exception:
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
