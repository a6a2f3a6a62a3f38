from machine import Pin
led = Pin(Pin.GPIO30)  # an output, as it does not say
print(led.get_dir(), led.value(), led.on(), led.value(), led.off(), led.read(), led.value(1), led.read(), led.value(5))
from machine import Pin, ExtInt, I2C, SPI, Timer, RTC, WDT
import quecstar, utime

out = Pin(Pin.GPIO1, Pin.OUT, Pin.PULL_DISABLE, 0)
print(out.read(), out.write(1), out.read(), out.get_dir(), out.write(2))
button = Pin(Pin.GPIO2, Pin.IN, Pin.PULL_PU)
print(button.read(), button.write(0), quecstar.pin_level(2, 0), button.read())
print(button.set_dir(Pin.OUT), button.get_dir(), quecstar.pin_level(1))

heard = []
x = ExtInt(ExtInt.GPIO3, ExtInt.IRQ_RISING_FALLING, ExtInt.PULL_PD, heard.append)
quecstar.pin_level(3, 1)
print(x.enable(), x.line(), x.read_level())
for level in (0, 1, 1, 0):
    quecstar.pin_level(3, level)
while len(heard) < 3:
    utime.sleep_ms(1)
print(heard, x.read_count(1), x.read_count(), x.count_reset(), x.disable())

i2c = I2C(0, fastmode=True)
i2c = I2C(I2C.I2C0, I2C.STANDARD_MODE)
data = bytearray(2)
print(i2c.read(0x40, b"\x01", 1, data, 2, 0), i2c.write(0x40, b"\x01", 1, b"ab", 2))
quecstar.i2c_registers(0, 0x40, 1, b"\x12\x34\x56")
print(i2c.read(0x40, b"\x02", 1, data, 2, 0), data, i2c.write(0x40, b"\x01", 1, b"ab", 2), i2c.read(0x40, b"\x01", 1, data, 2, 0), data)

spi = SPI(0, 0, 1)
got = bytearray(3)
print(spi.write(b"xyz", 3), spi.read(got, 3), got, spi.write_read(got, b"123", 3), got)

n = 0
def tick(t):
    global n
    n += 1
    if n == 3:
        print("ticked", t.stop())

timer = Timer(Timer.Timer1)
print(timer.start(2, Timer.PERIODIC, tick), timer.start(0, Timer.PERIODIC, tick))
timer2 = Timer(Timer.Timer2)
timer.start(2, Timer.PERIODIC, tick)
while n < 3:
    utime.sleep_ms(1)

rtc = RTC()
print(rtc.datetime((2030, 1, 2, 0, 3, 4, 5, 0)), rtc.datetime()[:6])
rung = []
print(rtc.enable_alarm(1), rtc.register_callback(lambda: rung.append(1)), rtc.set_alarm((2030, 1, 2, 0, 3, 4, 5, 1)), rtc.enable_alarm(1))
while not rung:
    utime.sleep_ms(1)
w = WDT(60)
print(w.feed(), w.stop())
for bad in (lambda: Pin(99, 0), lambda: Timer(7), lambda: WDT(0), lambda: ExtInt(3, 9, 0, None)):
    try:
        bad()
    except ValueError as e:
        print("ValueError", e)
from machine import I2C_simulation
print(I2C_simulation(I2C_simulation.GPIO10, I2C_simulation.GPIO11, 300).write(0x40, b"\x00", 1, b"\x01", 1))
