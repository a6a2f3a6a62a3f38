import utime
import time
print(time.time() > 1700000000, utime.time is time.time)
utime.setTimeZone(8)
print(utime.getTimeZone(), utime.localtime(0), utime.gmtime(0))
print(utime.localtime(1641540000.9))
t = (2022, 1, 7, 15, 20, 0, 4, 7)
print(utime.mktime(t), utime.localtime(utime.mktime(t)) == t)
print(utime.setTimeZone(0), utime.setTimeZone(13), utime.localtime(86399))
a = utime.ticks_ms()
utime.sleep_ms(5)
utime.sleep(0.001)
utime.sleep_us(10)
d = utime.ticks_diff(utime.ticks_ms(), a)
print(5 <= d < 5000)
print(utime.ticks_diff(5, utime.ticks_add(5, -10)), utime.ticks_add((1 << 30) - 1, 2), utime.ticks_diff(1, (1 << 30) - 1))
print(0 <= utime.ticks_us() < 1 << 30, 0 <= utime.ticks_cpu() < 1 << 30)
try:
    utime.sleep("x")
except TypeError as e:
    print("TypeError", e)
utime.sleep(-1)
utime.mktime((1, 2))
