"""What is soldered to the module: UART, pins, converters, clock, watchdog."""

import machine
import quecstar
import utime

suite(devices=["direct"], tags=["board"])


@cases(slow=dict(baud=115200), fast=dict(baud=921600))
def test_uart_echo(rand, baud):
    """56: a megabyte out is the same megabyte in; without a peer, a UART is a loopback."""
    uart = machine.UART(machine.UART.UART2, baud, 8, 0, 1, 0)
    sent = rand.bytes(1 << 20)
    got = bytearray()
    for i in range(0, len(sent), 4096):
        uart.write(sent[i:i + 4096])
        while len(got) < i + 4096:
            if not uart.any():
                utime.sleep_ms(5)
            got += uart.read(uart.any())
    assert bytes(got) == sent


def test_uart_peer(start):
    """A pump controller on the UART is asked, and what it says is reported."""
    pump = start("devices/pump.py", name="pump")
    pump.module.uart_peer(1)
    expect(pump, printed("no answer"), within="30s")
    pump.module.uart_answer(1, b"STATE?\n", b"RPM 1450\n", delay=0.2)
    expect(pump, printed("1450"), within="30s")


def test_pin(start):
    """A leak closes the valve, and nothing else does."""
    valve = start("devices/leak.py", name="valve")
    expect(valve, printed("ready"), within="5s")
    assert valve.module.pin_written(3) == []
    valve.module.pin_level(5, 1)
    expect(valve, printed("leak"), within="2s")
    assert valve.module.pin_written(3) == [0]


def test_adc():
    """A converter measures what is there."""
    quecstar.adc_voltage(0, 1200)
    adc = machine_adc()
    assert adc.open() == 0
    assert adc.read(0) == 1200


def machine_adc():
    from misc import ADC
    return ADC()


def test_rtc_alarm():
    """57: the alarm comes at its time."""
    rtc = machine.RTC()
    rtc.datetime((2026, 1, 31, 5, 12, 0, 0, 0))
    heard = []
    rtc.register_callback(lambda: heard.append(1))
    rtc.set_alarm((2026, 1, 31, 5, 12, 1, 0, 0))
    rtc.enable_alarm(1)
    utime.sleep(30)
    assert heard == []
    utime.sleep(60)
    assert len(heard) == 1


def test_sleep_and_wake(start):
    """57: the module sleeps by the hour, is awake for a report, and sleeps again."""
    sleeper = start("devices/sleeper.py", name="sleeper")
    expect(sleeper, published("up"), within="20s")
    for _ in range(5):
        asleep = expect(sleeper, happened("pm.sleep", text="may sleep"), within="10s")
        awake = expect(sleeper, happened("pm.sleep", text="awake"), within="70m")
        assert awake.time - asleep.time == between(3590, 3610)
        expect(sleeper, published("up"), within="10s")


mark(test_sleep_and_wake, timeout="1d")


def test_watchdog_bites(start):
    """57: a script that hangs is ended, and is not when it goes on."""
    dog = start("devices/hangs.py", name="dog")
    expect_none(dog, exited(), during="1m")
    expect(dog, happened("watchdog"), within="2m")
    expect(dog, exited(ok=False))
