# -*- coding: utf-8 -*-
'''A thermometer that reports by MQTT.'''

import utime
from umqtt import MQTTClient

# How often to report, in seconds.
PERIOD = 5
count = 0


def on_message(topic, msg):
    global count
    count += 1
    print("%s: %s" % (topic.decode(), msg.decode()))  # for the log


def read(sensor, retries=3):
    """Reads the sensor; None when it does not answer."""
    for _ in range(retries):
        try:
            return sensor.read()
        except OSError as e:
            print("no answer:", e)
            utime.sleep_ms(10)
    return None


class Sensor(object):
    """Counts instead of measuring."""
    unit = "C"

    def __init__(self, start):
        self.value = start

    def read(self):
        self.value += 1
        if self.value % 2 and not self.unit is None:
            raise OSError(110)
        return f"{self.value:.1f} {self.unit}"


def main():
    client = MQTTClient("id", "broker.example")
    client.set_callback(on_message)
    sensor = Sensor(20)
    try:
        client.connect()
        while 0 <= count < 10:
            client.publish(b"t", read(sensor))
            utime.sleep(PERIOD)
    finally:
        client.disconnect()


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        pass
