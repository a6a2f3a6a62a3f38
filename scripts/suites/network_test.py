"""The SIM card, the mobile network and data connections, and what a script sees of their loss."""

import cellLocator
import checkNet
import dataCall
import modem
import net
import quecstar
import sim
import utime
import wifilocator

suite(devices=["direct", "at:sim", "repl:sim"], tags=["network"])


def test_no_sim():
    """45: without a card nothing is known of it, and checkNet hangs at stage 1."""
    quecstar.sim_card("absent")
    assert sim.getStatus() == 0
    assert sim.getImsi() == -1
    assert checkNet.waitNetworkReady(5) == (1, 0)
    quecstar.sim_card("ready")
    assert checkNet.waitNetworkReady(60) == (3, 1)
    assert sim.getImsi() == "460001234567890"


def test_sim_pin():
    """45: a locked card opens with its PIN and with no other."""
    quecstar.sim_card("pin")
    assert sim.getStatus() == 2
    assert sim.verifyPin("0000") == -1
    assert sim.getStatus() == 2
    assert sim.verifyPin("1234") == 0
    assert checkNet.waitNetworkReady(60) == (3, 1)


def test_wrong_pins_lock_the_card():
    """45: three wrong PINs, and only the PUK opens the card."""
    quecstar.sim_card("pin")
    for wrong in ("0000", "1111", "2222"):
        assert sim.verifyPin(wrong) == -1
    assert sim.getStatus() == 3
    assert sim.verifyPin("1234") == -1


@cases(searching=dict(state="searching", code=2), denied=dict(state="denied", code=3))
def test_no_network(state, code):
    """46: checkNet hangs at stage 2, and says why; roaming is a network, too."""
    quecstar.network_registration(state)
    stage, said = checkNet.waitNetworkReady(5)
    assert stage == 2
    assert said == code
    quecstar.network_registration("roaming")
    assert checkNet.waitNetworkReady(60) == (3, 1)
    assert net.getState()[1][0] == 5


def test_network_callback():
    """46: a script is told when the network goes and comes."""
    heard = []
    net.setCallback(lambda args: heard.append(args[1][0]))
    quecstar.network_registration("searching")
    utime.sleep(30)
    quecstar.network_registration("home")
    utime.sleep(30)
    assert heard[0] != 1
    assert heard[-1] == 1


def test_data_connection_is_lost():
    """47: the callback tells the loss; the connection can be made again."""
    heard = []
    dataCall.setCallback(heard.append)
    assert dataCall.getInfo(1, 0)[2][0] == 1
    quecstar.pdp_active(False)
    utime.sleep(30)
    assert heard[0][0] == 1 and heard[0][1] == 0
    assert dataCall.getInfo(1, 0)[2][0] == 0
    assert dataCall.activate(1) == 0
    assert dataCall.getInfo(1, 0)[2][0] == 1


def test_apn_is_kept():
    """48: APN, user and password are those that were set."""
    assert dataCall.setPDPContext(1, 0, "internet", "user", "password", 1) == 0
    assert dataCall.getPDPContext(1) == (0, "internet", "user", "password", 1)
    assert dataCall.activate(1) == 0


@cases(
    known=dict(apn="internet", user="", password="", good=True),
    unknown=dict(apn="intranet", user="", password="", good=False),
    signed_in=dict(apn="machines", user="meter", password="secret", good=True),
    wrong_password=dict(apn="machines", user="meter", password="guess", good=False),
    nobody=dict(apn="machines", user="", password="", good=False),
)
def test_apn(apn, user, password, good):
    """48: the network makes a connection by the APN, user and password that it knows, and by no others."""
    quecstar.network_apns({"internet": None, "machines": ("meter", "secret")})
    assert dataCall.deactivate(1) == 0
    assert dataCall.setPDPContext(1, 0, apn, user, password, 1) == 0
    assert dataCall.activate(1) == (0 if good else -1)
    assert dataCall.getInfo(1, 0)[2][0] == (1 if good else 0)


def test_ipv6():
    """48: a connection of both kinds has an address of each."""
    assert dataCall.deactivate(1) == 0
    assert dataCall.setPDPContext(1, 2, "internet", "", "", 0) == 0
    assert dataCall.activate(1) == 0
    _, kind, v4, v6 = dataCall.getInfo(1, 2)
    assert kind == 2
    assert v4[0] == 1 and v4[2] == matches(r"^\d+\.\d+\.\d+\.\d+$")
    assert v6[0] == 1 and v6[2] == matches("^[0-9a-f:]+$") and v6[2] != "::"


def test_two_data_connections():
    """48: the second connection lives by itself."""
    assert dataCall.setPDPContext(2, 0, "machines", "", "", 0) == 0
    assert dataCall.activate(2) == 0
    assert dataCall.getInfo(2, 0)[2][0] == 1
    assert dataCall.deactivate(2) == 0
    assert dataCall.getInfo(2, 0)[2][0] == 0
    assert dataCall.getInfo(1, 0)[2][0] == 1


def test_flight_mode_cures():
    """49: radio off and on, and the module is there again."""
    assert net.setModemFun(4) == 0
    assert net.getModemFun() == 4
    assert checkNet.waitNetworkReady(5)[0] < 3
    assert net.setModemFun(1) == 0
    assert checkNet.waitNetworkReady(60) == (3, 1)




@cases(none=dict(csq=99), weak=dict(csq=5), strong=dict(csq=31))
def test_signal(csq):
    """50: the script sees what there is."""
    quecstar.network_signal(csq)
    assert net.csqQueryPoll() == csq


@cases(none=dict(csq=99, every=600), weak=dict(csq=5, every=600), strong=dict(csq=31, every=60))
def test_reports_are_fewer_where_they_are_dear(start, csq, every):
    """50: each report is made, and the script makes fewer where the signal is weak."""
    thrifty = start("devices/thrifty.py", name="thrifty")
    expect(thrifty, printed("ready"), within="20s")
    thrifty.module.network_signal(csq)
    expect(thrifty, published("signal"), within="2m")
    first = expect(thrifty, published("signal", payload=str(csq)), within="11m")
    second = expect(thrifty, published("signal", payload=str(csq)), within="11m")
    assert second.time - first.time == between(every - 2, every + 2)


mark(test_reports_are_fewer_where_they_are_dear, timeout="1h")


def test_cells_without_network():
    """51: no cell is heard, and every question says so."""
    quecstar.sim_card("absent")
    quecstar.network_registration("none")
    quecstar.network_signal(99)
    assert net.nitzTime() == -1
    assert net.operatorName() == -1
    assert net.getCellInfo() == ([], [], [])
    assert net.getServingCi() == net.getServingLac() == -1
    assert net.getCi() == net.getMcc() == net.getMnc() == net.getLac() == -1


def test_location_without_network():
    """51: where the module is nobody says without a data connection, and then somebody does."""
    quecstar.cell_location(31.8, 117.1, 500)
    quecstar.wifi_location(31.8, 117.1, 50)
    stations = wifilocator("1111111122222222")
    quecstar.pdp_active(False)
    assert cellLocator.getLocation("www.queclocator.com", 80, "1111111122222222", 8, 1) == 5
    assert stations.getwifilocator() == 1
    quecstar.pdp_active(True)
    assert cellLocator.getLocation("www.queclocator.com", 80, "1111111122222222", 8, 1) == (117.1, 31.8, 500)
    assert stations.getwifilocator() == (117.1, 31.8, 50)


mark(test_location_without_network, devices=["direct"])


def test_network_time():
    """52: the network's time is what scripts are told."""
    quecstar.network_time("2031-02-03 04:05:06")
    assert net.nitzTime()[0][:2] in ("31", "20")
    assert net.nitzTime()[1] == between(1927857906, 1927857906 + 5)


def test_identity():
    """The module says who it is, and its IMEI has a right check digit."""
    imei = modem.getDevImei()
    assert len(imei) == 15
    odd = sum(int(c) for c in imei[::2])
    even = sum(sum(divmod(2 * int(c), 10)) for c in imei[1::2])
    assert (odd + even) % 10 == 0


def test_watcher_says_what_is_missing(start):
    """45, 46: a script that watches the network says what is missing, and when it is back."""
    watch = start("devices/netwatch.py", name="watch")
    expect(watch, printed("online"), within="1m")
    watch.module.sim_card("absent")
    watch.module.network_registration("none")
    expect(watch, printed("no card"), within="1m")
    watch.module.sim_card("ready")
    watch.module.network_registration("denied")
    expect(watch, printed("no network 3"), within="1m")
    watch.module.network_registration("roaming")
    expect(watch, printed("online"), within="1m")


def test_watcher_makes_the_connection_again(start):
    """47: a lost data connection is made again."""
    watch = start("devices/netwatch.py", name="watch")
    expect(watch, printed("online"), within="1m")
    watch.module.pdp_active(False)
    expect(watch, printed("no connection"), within="1m")
    expect(watch, printed("online"), within="1m")


def test_rejected_attach_is_no_reboot_loop(start):
    """49: a network that says no for an hour: the script waits, and is there at once when it says yes."""
    watch = start("devices/netwatch.py", name="watch")
    watch.module.network_registration("denied")
    expect(watch, printed("no network 3"), within="1m")
    expect_none(watch, printed(), during="1h")
    watch.module.network_registration("home")
    expect(watch, printed("online"), within="1m")


mark(test_rejected_attach_is_no_reboot_loop, timeout="2h")
