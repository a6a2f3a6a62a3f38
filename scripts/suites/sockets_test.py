"""TCP and UDP between a script and servers that are scripts themselves."""

import usocket
import utime

suite(devices=["direct"], tags=["sockets"])


@fixture
def echo(start):
    server = start("devices/echo_server.py", name="echo")
    expect(server, printed("ready"), within="10s")
    return server


def connect():
    sock = usocket.socket(usocket.AF_INET, usocket.SOCK_STREAM)
    sock.settimeout(5)
    sock.connect(("127.0.0.1", 7))
    return sock


def test_tcp(echo):
    """53: what is sent comes back."""
    sock = connect()
    assert sock.send(b"hello") == 5
    assert sock.recv(100) == b"hello"
    sock.close()


def test_udp(echo):
    """53: a datagram comes back whole."""
    sock = usocket.socket(usocket.AF_INET, usocket.SOCK_DGRAM)
    sock.settimeout(5)
    sock.sendto(b"ping", ("127.0.0.1", 7))
    data, _ = sock.recvfrom(100)
    assert data == b"ping"


def test_partial_read(echo):
    """53: a read may bring less than was asked for, and the rest is not lost."""
    sock = connect()
    sock.send(b"0123456789")
    got = sock.recv(4)
    assert len(got) <= 4
    while len(got) < 10:
        got += sock.recv(4)
    assert got == b"0123456789"


def test_slices(echo, link):
    """53: a megabyte over a network that tears it into pieces is the same megabyte."""
    link.slicer(1000, variation=500)
    sock = connect()
    data = bytes(range(256)) * 4096
    got = bytearray()
    for i in range(0, len(data), 4096):
        sock.sendall(data[i:i + 4096])
        while len(got) < i + 4096:
            got += sock.recv(4096)
    assert bytes(got) == data


def test_remote_close(echo):
    """53: the other side's close is the end of what is read, not an error."""
    sock = connect()
    sock.send(b"bye")
    assert sock.recv(100) == b"bye"
    assert sock.recv(100) == b""
    assert sock.getsocketsta() == 7


def test_five_at_once(echo):
    """53: each connection has its own bytes."""
    socks = [connect() for _ in range(5)]
    for i, sock in enumerate(socks):
        sock.send(b"number %d" % i)
    for i, sock in enumerate(socks):
        assert sock.recv(100) == b"number %d" % i


def test_no_server():
    """53: nobody listens."""
    with raises(OSError):
        connect()


def test_timeout(echo):
    """53: who waits is told when the time is up, and the time is that which was set."""
    sock = connect()
    sock.settimeout(3)
    begin = utime.ticks_ms()
    with raises(OSError):
        sock.recv(10)
    assert utime.ticks_diff(utime.ticks_ms(), begin) == between(2900, 3500)


def test_unknown_host():
    """53: a name that nobody has."""
    with raises(OSError):
        usocket.getaddrinfo("no-such-host.invalid", 80)
