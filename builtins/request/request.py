import ubinascii
import ujson
import usocket
import ussl

_MOST_REDIRECTS = 5


class Response:
    """What a server answered; content, text and json() read it once, piece by piece or whole."""

    def __init__(self, sock, status_code, reason, headers, decode, sizeof, empty=False):
        self.raw = sock
        self.status_code = status_code
        self.reason = reason
        self.headers = headers
        self._decode = decode
        self._sizeof = sizeof
        self._empty = empty

    def _pieces(self):
        if self.raw is None:
            return
        lower = {}
        for k in self.headers:
            lower[k.lower()] = self.headers[k]
        try:
            if self._empty:
                return
            if lower.get("transfer-encoding", "").lower() == "chunked":
                while True:
                    size = int(self.raw.readline().split(b";")[0], 16)
                    if size <= 0:
                        break
                    yield self.raw.read(size)
                    self.raw.readline()
                return
            left = int(lower.get("content-length", -1))
            while left != 0:
                piece = self.raw.recv(self._sizeof if left < 0 else min(self._sizeof, left))
                if not piece:
                    break
                left -= len(piece) if left > 0 else 0
                yield piece
        finally:
            self.close()

    def _texts(self):
        # A character may lie in two pieces.
        rest = b""
        for piece in self._pieces():
            piece = rest + piece
            end = _whole(piece)
            rest = piece[end:]
            if end:
                yield piece[:end].decode()
        if rest:
            yield rest.decode()

    @property
    def content(self):
        """The bytes of the body, piece by piece; its text, unless decode is False."""
        return self._texts() if self._decode else self._pieces()

    @property
    def text(self):
        """The text of the body, piece by piece."""
        return self._texts()

    def json(self):
        """The value of a body of JSON."""
        return ujson.loads(b"".join([p for p in self._pieces()]))

    def close(self):
        """Ends the connection."""
        if self.raw is not None:
            self.raw.close()
            self.raw = None


def _whole(piece):
    """How much of the bytes are whole characters of UTF-8."""
    for back in range(1, min(3, len(piece)) + 1):
        b = piece[-back]
        if b >= 0xC0:
            need = 2 if b < 0xE0 else 3 if b < 0xF0 else 4
            return len(piece) - back if back < need else len(piece)
        if b < 0x80:
            break
    return len(piece)


def _split(url):
    scheme, _, rest = url.partition("://")
    if scheme not in ("http", "https"):
        raise ValueError("request: the URL begins with http:// or https://, not " + scheme)
    end = min([i for i in (rest.find("/"), rest.find("?"), len(rest)) if i >= 0])
    place, path = rest[:end], rest[end:]
    host, _, port = place.partition(":")
    usual = 443 if scheme == "https" else 80
    return scheme, host, int(port) if port else usual, path if path.startswith("/") else "/" + path


def _body(headers, data, json, files):
    if files and "filepath" in files:
        # The vendor's form: a file of the module's, by its path and the name that it is to have.
        with open(files["filepath"], "rb") as f:
            files = {"file": (files.get("filename", files["filepath"].split("/")[-1]), f.read())}
    if files:
        edge = "----quecstarboundary"
        headers["Content-Type"] = "multipart/form-data; boundary=" + edge
        body = b""
        for name in files:
            part = files[name]
            filename, content = part if isinstance(part, (tuple, list)) else (name, part)
            if isinstance(content, str):
                content = content.encode()
            head = '--%s\r\nContent-Disposition: form-data; name="%s"; filename="%s"\r\n\r\n' % (edge, name, filename)
            body += head.encode() + content + b"\r\n"
        return body + ("--%s--\r\n" % edge).encode()
    if json is not None:
        headers["Content-Type"] = "application/json"
        return ujson.dumps(json).encode()
    if isinstance(data, str):
        return data.encode()
    return data


def request(method, url, data=None, json=None, files=None, stream=None, decode=True, sizeof=255, timeout=None,
            headers=None, auth=None, version=1, ssl_params=None, verify=False, **kw):
    """Asks a server by HTTP and returns a Response; OSError when it cannot be reached."""
    headers = dict(headers) if headers else {}
    if auth:
        user = auth.get("username"), auth.get("password")
        headers["Authorization"] = "Basic " + ubinascii.b2a_base64("%s:%s" % user).decode().strip()
    body = _body(headers, data, json, files)
    for _ in range(_MOST_REDIRECTS + 1):
        scheme, host, port, path = _split(url)
        answer = _ask(method, scheme, host, port, path, ssl_params, headers, body, timeout, decode, sizeof, version)
        where = answer.headers.get("Location") or answer.headers.get("location")
        if answer.status_code not in (301, 302, 303, 307, 308) or not where:
            return answer
        answer.close()
        if "://" in where:
            url = where
        elif where.startswith("/"):
            url = "%s://%s:%d%s" % (scheme, host, port, where)
        else:
            url = "%s://%s:%d%s/%s" % (scheme, host, port, path.split("?")[0].rsplit("/", 1)[0], where)
        if answer.status_code == 303:
            method, body = "GET", None
    raise ValueError("request: more than %d redirects" % _MOST_REDIRECTS)


def _ask(method, scheme, host, port, path, ssl_params, headers, body, timeout, decode, sizeof, version):
    s = usocket.socket()
    try:
        if timeout:
            s.settimeout(timeout)
        s.connect(usocket.getaddrinfo(host, port)[0][-1])
        if scheme == "https":
            pair = ssl_params or {}
            s = ussl.wrap_socket(s, server_hostname=host, cert=pair.get("cert"), key=pair.get("key"))
        given = [k.lower() for k in headers]
        own = [("Host", host), ("Connection", "close")]
        if body is not None:
            own.append(("Content-Length", len(body)))
        lines = ["%s %s HTTP/1.%d" % (method, path, version)]
        lines += ["%s: %s" % (k, v) for k, v in own if k.lower() not in given]
        for k in headers:
            lines.append("%s: %s" % (k, headers[k]))
        s.send(("\r\n".join(lines) + "\r\n\r\n").encode())
        if body:
            s.send(body)
        parts = s.readline().decode().split(None, 2)
        if len(parts) < 2 or not parts[0].startswith("HTTP/"):
            raise OSError("request: the server does not speak HTTP")
        got = {}
        while True:
            line = s.readline().decode().strip()
            if not line:
                break
            k, _, v = line.partition(":")
            got[k] = v.strip()
        status = int(parts[1])
        return Response(s, status, parts[2].strip() if len(parts) > 2 else "", got, decode, sizeof, method == "HEAD" or status in (204, 304))
    except Exception:
        s.close()
        raise


def get(url, data=None, headers=None, decode=True, sizeof=255, ssl_params=None, **kw):
    """request("GET", ...)."""
    return request("GET", url, data=data, headers=headers, decode=decode, sizeof=sizeof, ssl_params=ssl_params, **kw)


def post(url, data=None, headers=None, decode=True, sizeof=255, **kw):
    """request("POST", ...)."""
    return request("POST", url, data=data, headers=headers, decode=decode, sizeof=sizeof, **kw)


def put(url, data=None, headers=None, decode=True, sizeof=255, **kw):
    """request("PUT", ...)."""
    return request("PUT", url, data=data, headers=headers, decode=decode, sizeof=sizeof, **kw)


def patch(url, data=None, headers=None, decode=True, sizeof=255, **kw):
    """request("PATCH", ...)."""
    return request("PATCH", url, data=data, headers=headers, decode=decode, sizeof=sizeof, **kw)


def delete(url, **kw):
    """request("DELETE", ...)."""
    return request("DELETE", url, **kw)


def head(url, data=None, headers=None, decode=True, sizeof=255, **kw):
    """request("HEAD", ...)."""
    return request("HEAD", url, data=data, headers=headers, decode=decode, sizeof=sizeof, **kw)
