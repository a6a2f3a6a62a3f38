"""Counts in a file without end, so that a power cut meets it at any moment: the file is there whole, or the one before."""

import uos
import utime

try:
    with open("/usr/count.txt") as f:
        count, end = f.read().split()
    if end != "end":
        print("broken")
    count = int(count)
except OSError:
    count = 0
except ValueError:
    print("broken")
    count = -1000
print("from", count)
while True:
    count += 1
    with open("/usr/count.new", "w") as f:
        f.write(str(count))
        utime.sleep_ms(10)
        f.write(" end")
    uos.rename("/usr/count.new", "/usr/count.txt")
    print("wrote", count)
    utime.sleep_ms(10)
