import machine
import usocket
import ustruct
import utime

host = "ntp.aliyun.com"

_SINCE_1900 = 2208988800  # seconds from 1900, NTP's beginning, to 1970


def _keep(name):
    global host
    host = name


def sethost(host):
    """Sets the server; 0, or -1 for what is no name."""
    if not isinstance(host, str) or not host:
        return -1
    _keep(host)
    return 0


# Who is asked when host does not answer and the script allows it.
_RESERVE = ("ntp.tencent.com", "pool.ntp.org")


def time():
    """Seconds since 1970 by the server."""
    return _ask(host, 5)


def _ask(server, seconds):
    s = usocket.socket(usocket.AF_INET, usocket.SOCK_DGRAM)
    try:
        s.settimeout(seconds)
        s.sendto(b"\x1b" + 47 * b"\0", usocket.getaddrinfo(server, 123)[0][-1])
        answer = s.recv(48)
    finally:
        s.close()
    if len(answer) < 48:
        raise OSError(5)
    return ustruct.unpack("!I", answer[40:44])[0] - _SINCE_1900


def settime(timezone=0, use_rhost=1, timeout=10):
    """Sets the clock; 0, or -1 when no server answers. use_rhost allows servers in reserve; timeout is in seconds."""
    for server in (host,) + (_RESERVE if use_rhost else ()):
        try:
            t = utime.gmtime(_ask(server, timeout) + timezone * 3600)
            break
        except OSError:
            pass
    else:
        return -1
    machine.RTC().datetime((t[0], t[1], t[2], t[6], t[3], t[4], t[5], 0))
    return 0
