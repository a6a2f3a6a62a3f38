"""Closes the valve on pin 3 when the sensor on pin 5 is wet."""

import machine
import utime

sensor = machine.Pin(machine.Pin.GPIO5, machine.Pin.IN)
valve = machine.Pin(machine.Pin.GPIO3, machine.Pin.OUT)
print("ready")
while sensor.read() == 0:
    utime.sleep_ms(100)
valve.write(0)
print("leak")
