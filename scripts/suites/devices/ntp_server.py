"""Tells the time by NTP (RFC 5905) on UDP port 123: that of its own clock."""

import usocket
import ustruct
import utime

SINCE_1900 = 2208988800

udp = usocket.socket(usocket.AF_INET, usocket.SOCK_DGRAM)
udp.bind(("127.0.0.1", 123))
print("ready")
while True:
    ask, peer = udp.recvfrom(48)
    if len(ask) == 48 and ask[0] & 7 == 3:  # a client's
        now = ustruct.pack("!I", utime.time() + SINCE_1900)
        udp.sendto(b"\x1c" + bytes(39) + now + bytes(4), peer)
