"""What the meter promises, on this host, on a virtual module's AT port and on its prompt.

quecstar test runs this; quecstar doc test is the manual.
"""

suite(devices=["direct", "at:sim", "repl:sim"])


@fixture
def meter(start):
    return start("meter.py")


def test_reports_every_minute(cloud, meter):
    first = expect(meter, reported("Meter", valve="open"), within="20s")
    second = expect(meter, reported("Meter"), within="90s")
    assert second.time - first.time == between(59, 62)


def test_valve_obeys(cloud, meter):
    expect(meter, reported("Meter"), within="20s")
    order = cloud.command(meter, "valve", {"open": False})
    expect(meter, printed("the valve is closed"))
    expect(order, responded(code=0), within="20s")
    expect(meter, reported("Meter", valve="closed"))


def test_unknown_command_is_refused(cloud, meter):
    expect(meter, reported("Meter"), within="20s")
    expect(cloud.command(meter, "dance"), responded(code=1), within="20s")


@mark(tags=["fault"], timeout="10m")
def test_comes_back(meter, link):
    expect(meter, reported("Meter"), within="20s")
    link.down("2m")  # longer than two keepalives: both sides notice
    expect(meter, disconnected(), within="3m")
    expect(meter, reported("Meter"), within="5m")
