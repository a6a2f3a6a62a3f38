import utime

# The zone is that of the simulated module until a script sets another.
print(utime.getTimeZone(), utime.localtime(0), utime.mktime((1970, 1, 1, 8, 0, 0, 0, 0)))
for zone in (0, -12, 12, 13, -13, 5):
    print(zone, utime.setTimeZone(zone), utime.getTimeZone(), utime.localtime(951782400), utime.mktime(utime.localtime(1700000000)))
print(utime.gmtime(951782400), utime.gmtime(0.9), utime.gmtime(-0.5))
for bad in (2 ** 62, 2 ** 70, 1e20, float("nan"), float("-inf"), "x"):
    try:
        print(utime.localtime(bad))
    except (OverflowError, TypeError) as e:
        print(type(e).__name__, e)
for bad in ((1, 2, 3), 5, "12345678", (2023, 1, 1, 0, 0, "x", 0, 0)):
    try:
        print(utime.mktime(bad))
    except TypeError as e:
        print(e)
