"""Feeds its watchdog for 90 seconds, and then hangs."""

import machine
import utime

dog = machine.WDT(20)
for _ in range(9):
    dog.feed()
    utime.sleep(10)
print("hangs")
utime.sleep(3600)
