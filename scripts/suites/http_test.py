"""HTTP with a server that is a script itself."""

import request

suite(devices=["direct"], tags=["http"])

URL = "http://127.0.0.1:8080"


@fixture
def server(start):
    server = start("devices/http_server.py", name="server")
    expect(server, printed("ready"), within="10s")
    return server


def text(answer):
    return "".join(list(answer.text))


@cases(
    get=dict(method="GET", data=None, want="GET /x "),
    post=dict(method="POST", data="21.5", want="POST /x 21.5"),
    put=dict(method="PUT", data="21.5", want="PUT /x 21.5"),
    patch=dict(method="PATCH", data="21.5", want="PATCH /x 21.5"),
    delete=dict(method="DELETE", data=None, want="DELETE /x "),
)
def test_method(server, method, data, want):
    """54: each method arrives with its body."""
    answer = request.request(method, URL + "/x", data=data)
    assert answer.status_code == 200
    assert text(answer) == want


def test_head(server):
    """54: HEAD has no body."""
    answer = request.head(URL + "/x")
    assert answer.status_code == 200


def test_json(server):
    """54: a dict is sent as JSON."""
    assert text(request.post(URL + "/x", json={"litres": 12})).replace(" ", "") == 'POST/x{"litres":12}'


def test_chunked(server):
    """54: pieces are put together."""
    assert text(request.get(URL + "/chunked")) == "hello world"


def test_redirect(server):
    """54: a script that follows by itself sees where to."""
    answer = request.get(URL + "/moved")
    if answer.status_code == 302:
        assert answer.headers["Location"] == URL + "/here"
    else:
        assert text(answer) == "GET /here "


def test_missing(server):
    """54: what is not there is an answer, not an error."""
    assert request.get(URL + "/missing").status_code == 404


def test_no_answer(server):
    """54: a server that says nothing."""
    with raises(OSError):
        text(request.get(URL + "/slow", timeout=10))


def test_no_server():
    """54: nobody listens."""
    with raises(OSError):
        request.get(URL + "/x", timeout=10)


API = "https://iotda.cn-north-4.myhuaweicloud.com/v5/iot/0/devices"


@cases(either=dict(version=None), old=dict(version="1.2"), new=dict(version="1.3"))
def test_tls(cloud, version):
    """54: over TLS, of either version; the cloud's own API is such a server."""
    cloud.register(id="one")
    cloud.tls(version=version)
    answer = request.get(API)
    assert answer.status_code == 200
    assert [d["device_id"] for d in answer.json()["devices"]] == ["one"]


def test_tls_client_certificate(cloud):
    """54: a server that wants to know who asks."""
    cloud.tls(client_certificate=True)
    with raises(OSError):
        request.get(API)
    me = cloud.client_certificate("application")
    assert request.get(API, ssl_params={"cert": me["cert"], "key": me["key"]}).status_code == 200


def test_tls_proves_nothing(cloud):
    """54: as on a module nothing is verified: a certificate that is no good is taken."""
    bad = cloud.tls("self_signed")
    assert request.get(API).status_code == 200
    assert bad.hits == 1
