"""Closes the valve on pin 3 when the sensor on pin 5 is wet."""

import machine
import utime

sensor = machine.Pin(machine.Pin.GPIO5, machine.Pin.IN)
valve = machine.Pin(machine.Pin.GPIO3, machine.Pin.OUT)
print("ready")
wet = False
while True:
    if sensor.read() == 1 and not wet:
        valve.write(0)
        wet = True
        print("leak")
    utime.sleep_ms(100)
