"""What time it is: by the network, by NTP, in its zone, and when the clock leaps under a script."""

import machine
import net
import ntptime
import quecstar
import utime

suite(devices=["direct"], tags=["time"])


@fixture
def ntp(start):
    server = start("devices/ntp_server.py", name="ntp")
    expect(server, printed("ready"), within="10s")
    assert ntptime.sethost("127.0.0.1") == 0
    return server


def test_ntp_sets_the_clock(ntp):
    """52: a clock that is years wrong is right behind it."""
    quecstar.rtc_time("2000-01-01 00:00:00")
    assert utime.gmtime()[0] == 2000
    assert ntptime.settime(0) == 0
    assert utime.gmtime()[:3] == (2026, 1, 1)


def test_ntp_and_network_agree(ntp):
    """52: both tell one time, to the second."""
    by_network = net.nitzTime()[1]
    assert abs(ntptime.time() - by_network) <= 1


def test_ntp_does_not_answer(ntp):
    """52: without an answer the clock stays as it was."""
    ntp.stop()
    quecstar.rtc_time("2024-02-29 12:00:00")
    assert ntptime.settime(0, 0, 5) == -1
    assert utime.gmtime()[:3] == (2024, 2, 29)


@cases(
    west=dict(zone=-8, hour=4),
    here=dict(zone=0, hour=12),
    china=dict(zone=8, hour=20),
    next_day=dict(zone=12, hour=0),
)
def test_time_zone(zone, hour):
    """52: the clock shows the hour of its zone, and the seconds since 1970 are everybody's."""
    quecstar.rtc_time("2026-06-30 12:00:00")
    before = utime.time()
    assert utime.setTimeZone(zone) == 0
    assert utime.getTimeZone() == zone
    assert utime.localtime()[3] == hour
    assert utime.gmtime()[3] == 12
    assert utime.time() - before <= 1


@cases(ahead=dict(to="2026-01-02 00:00:00"), back=dict(to="2025-12-31 00:00:00"))
def test_leap_of_the_clock(start, to):
    """52: a clock that is set in the middle of everything changes no interval."""
    meter = start("devices/meter.py")
    expect(meter, reported("Meter", litres=1), within="10s")
    meter.module.rtc_time(to)
    second = expect(meter, reported("Meter", litres=2), within="40s")
    third = expect(meter, reported("Meter", litres=3), within="40s")
    assert third.time - second.time == between(29, 31)
    expect_none(meter, disconnected(), since="start")


def test_rtc_is_the_clock():
    """52: the time that is set by one module is what the other tells."""
    machine.RTC().datetime((2027, 3, 4, 3, 5, 6, 7, 0))
    assert utime.gmtime()[:5] == (2027, 3, 4, 5, 6)
