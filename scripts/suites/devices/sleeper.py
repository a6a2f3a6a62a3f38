"""Sleeps by the hour to save its battery, and is awake while it measures and reports."""

import pm
import utime
from umqtt import MQTTClient

lock = pm.create_wakelock("report", len("report"))
pm.autosleep(1)
client = MQTTClient("sleeper", "mqtt.example.com", 1883)
while True:
    pm.wakelock_lock(lock)
    client.connect()
    client.publish("up", "21.5", qos=1)
    client.disconnect()
    pm.wakelock_unlock(lock)
    utime.sleep(3600)
