import ubinascii
import uhashlib
import urandom
import usocket
import ussl
import ustruct

CLOSE_OK = 1000
_PROTOCOL_ERROR = 1002

_TEXT, _BYTES, _CLOSE, _PING, _PONG = 1, 2, 8, 9, 10
_MAGIC = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


class ConnectionClosed(Exception):
    """Raised when the other side has ended the connection."""


class Websocket:
    """One connection. recv() gives str for text, bytes for binary messages, and "" behind the end."""

    is_client = False

    def __init__(self, sock):
        self.sock = sock
        self.open = True

    def __enter__(self):
        """The connection, for with."""
        return self

    def __exit__(self, *args):
        """Closes it."""
        self.close()

    def settimeout(self, timeout):
        """Sets how many seconds to wait at most."""
        self.sock.settimeout(timeout)

    def _exactly(self, n):
        got = bytearray()
        while len(got) < n:
            piece = self.sock.recv(min(n - len(got), 4096))
            if not piece:
                raise ConnectionClosed()
            got.extend(piece)
        return bytes(got)

    def read_frame(self):
        """Reads one frame: (whether it is the last, kind, data)."""
        head = self._exactly(2)
        fin, opcode = head[0] & 0x80, head[0] & 0x0F
        masked, length = head[1] & 0x80, head[1] & 0x7F
        if length == 126:
            length = ustruct.unpack(">H", self._exactly(2))[0]
        elif length == 127:
            length = ustruct.unpack(">Q", self._exactly(8))[0]
        mask = self._exactly(4) if masked else None
        data = self._exactly(length) if length else b""
        if mask:
            data = bytes([b ^ mask[i % 4] for i, b in enumerate(data)])
        return fin, opcode, data

    def write_frame(self, opcode, data=b""):
        """Writes one frame."""
        masked = 0x80 if self.is_client else 0
        length = len(data)
        head = bytes([0x80 | opcode])
        if length < 126:
            head += bytes([masked | length])
        elif length < 1 << 16:
            head += bytes([masked | 126]) + ustruct.pack(">H", length)
        else:
            head += bytes([masked | 127]) + ustruct.pack(">Q", length)
        if masked:
            mask = ustruct.pack(">I", urandom.getrandbits(32))
            head += mask
            data = bytes([b ^ mask[i % 4] for i, b in enumerate(data)])
        self.sock.send(head + data)

    def recv(self):
        """Waits for a message: str, bytes, or "" behind the end."""
        message, kind = b"", None
        while self.open:
            try:
                fin, opcode, data = self.read_frame()
            except ConnectionClosed:
                self._close()
                break
            if opcode == _PING:
                self.write_frame(_PONG, data[:125])
                continue
            if opcode == _PONG:
                continue
            if opcode == _CLOSE:
                self.write_frame(_CLOSE, data[:125])
                self._close()
                break
            if opcode > _BYTES or (opcode == 0) == (kind is None):
                self.close(_PROTOCOL_ERROR)
                break
            kind = opcode or kind
            message += data
            if fin:
                return message.decode() if kind == _TEXT else message
        return ""

    def send(self, buf):
        """Sends a str as text, bytes as binary."""
        if not self.open:
            raise ConnectionClosed()
        if isinstance(buf, str):
            self.write_frame(_TEXT, buf.encode())
        elif isinstance(buf, (bytes, bytearray)):
            self.write_frame(_BYTES, bytes(buf))
        else:
            raise TypeError("send takes str or bytes")

    def close(self, code=CLOSE_OK, reason=""):
        """Says goodbye and ends the connection."""
        if not self.open:
            return
        self.write_frame(_CLOSE, ustruct.pack(">H", code) + reason.encode())
        self._close()

    def _close(self):
        self.open = False
        self.sock.close()


class WebsocketClient(Websocket):
    """The side that connected."""

    is_client = True


def _split(url):
    scheme, _, rest = url.partition("://")
    if scheme not in ("ws", "wss"):
        raise ValueError("uwebsocket: the URL begins with ws:// or wss://, not " + scheme)
    place, slash, path = rest.partition("/")
    host, _, port = place.partition(":")
    return scheme, host, int(port) if port else (443 if scheme == "wss" else 80), slash + path or "/"


class Client:
    """Makes connections."""

    @staticmethod
    def connect(url=None, headers=None, debug=False, uri=None):
        """Connects to ws:// or wss:// and returns a WebsocketClient; OSError when it fails."""
        # The vendor's documents call the address url and uri.
        url = uri if url is None else url
        if url is None:
            raise TypeError("connect takes the address")
        scheme, host, port, path = _split(url)
        sock = usocket.socket()
        try:
            sock.connect(usocket.getaddrinfo(host, port)[0][-1])
            if scheme == "wss":
                sock = ussl.wrap_socket(sock, server_hostname=host)
            key = ubinascii.b2a_base64(bytes([urandom.getrandbits(8) for _ in range(16)])).strip()
            lines = ["GET %s HTTP/1.1" % path, "Host: %s:%d" % (host, port), "Connection: Upgrade", "Upgrade: websocket",
                     "Sec-WebSocket-Key: " + key.decode(), "Sec-WebSocket-Version: 13"]
            for name in headers or {}:
                lines.append("%s: %s" % (name, headers[name]))
            sock.send(("\r\n".join(lines) + "\r\n\r\n").encode())
            status = sock.readline().decode().strip()
            if debug:
                print(status)
            if " 101" not in status:
                raise OSError("uwebsocket: the server answered " + status)
            accepted = None
            while True:
                line = sock.readline().decode().strip()
                if not line:
                    break
                name, _, value = line.partition(":")
                if name.lower() == "sec-websocket-accept":
                    accepted = value.strip()
            h = uhashlib.sha1()
            h.update(key + _MAGIC)
            if accepted != ubinascii.b2a_base64(h.digest()).strip().decode():
                raise OSError("uwebsocket: the server's Sec-WebSocket-Accept is wrong")
        except Exception:
            sock.close()
            raise
        return WebsocketClient(sock)
