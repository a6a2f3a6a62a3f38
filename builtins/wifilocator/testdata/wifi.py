import quecstar
from wifilocator import wifilocator
loc = wifilocator("1" * 16)
print(loc.getwifilocator(), wifilocator("short").getwifilocator(), wifilocator().getwifilocator())
quecstar.wifi_location(31.82, 117.11)
print(loc.getwifilocator())
