"""Counts how often the module started, in a file that a power cut never leaves half written."""

import uos

try:
    with open("/usr/boots.txt") as f:
        boots = int(f.read())
except (OSError, ValueError):
    boots = 0  # the first start, or a file that is torn
boots += 1
with open("/usr/boots.new", "w") as f:
    f.write(str(boots))
uos.rename("/usr/boots.new", "/usr/boots.txt")
print("boot", boots)
