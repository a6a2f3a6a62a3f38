package session

// hardwareActions are actions on the parts that hang on the board, of Bluetooth and of the cards.
var hardwareActions = []struct{ name, bench, script, want string }{
	{"onewire_slave", "T\nonewire_slave = [19, \"hex:28010203040506\", \"hex:0102\"]", `
from machine import OneWire
w = OneWire(OneWire.GPIO19)
print(w.reset(), w.write(b"\xcc\xbe"), w.read(2))`, `0 0 b'\x01\x02'`},
	{"onewire_temperature", "T\nonewire_temperature = { pin = 19, rom = \"hex:28010203040506\", celsius = 21.5 }", `
from machine import OneWire
w = OneWire(OneWire.GPIO19)
for command in (b"\xcc\x44", b"\xcc\xbe"):
    w.reset()
    w.write(command)
print(w.read(2))`, `b'X\x01'`},
	{"key", "T\nafter = \"5ms\"\nevery = \"5ms\"\nkey = [1, 2]", `
from machine import KeyPad
k = KeyPad()
k.init()
k.set_callback(got.append)
print(wait(2)[:2])`, "[[1, 1, 2], [0, 1, 2]]"},
	{"sd_card", "T\nsd_card = 0", `
import uos
try:
    uos.VfsSd("sd_fs")
except OSError as e:
    print(e.args[0])`, "19"},
	{"esim", "T\nesim = \"89000000000000000000000000000002\"", "from sim import esim\nprint(esim.getEid())", "89000000000000000000000000000002"},
	{"esim_offer", "T\nesim = \"89000000000000000000000000000002\"\nT\nesim_offer = [\"LPA:1$s$1\", \"89860000000000000001\", \"460990000000001\"]", `
from sim import esim
esim.setCallback(got.append)
print(esim.profileOTA("LPA:1$s$1", ""), wait(1))`, "0 [0]"},
	{"ble_server", bleServer, bleClient + `
ble.readCharaByHandle(1, 3, 0, 0)
print(until_event(32)[3])`, "bytearray(b'd')"},
	{"ble_server_value", bleServer + "T\nble_server_value = [\"hex:010203040506\", 3, \"hex:32\"]\n", bleClient + `
ble.readCharaByHandle(1, 3, 0, 0)
print(until_event(32)[3])`, "bytearray(b'2')"},
	{"ble_server_notify", bleServer + "T\nafter = \"5ms\"\nevery = \"5ms\"\nble_server_notify = { addr = \"hex:010203040506\", handle = 3, data = \"hex:31\" }\n", bleClient + `
ble.writeCharaDesc(1, 4, b"\x01\x00")
print(until_event(23)[3])`, `bytearray(b'\x03\x001')`},
	{"ble_server_gone", "T\nafter = \"5ms\"\nevery = \"20ms\"\nble_server = [\"tag\", \"hex:010203040506\"]\nT\nafter = \"15ms\"\nevery = \"20ms\"\nble_server_gone = \"hex:010203040506\"", bleClient + `
print(until_event(17)[3])`, `bytearray(b'\x01\x02\x03\x04\x05\x06')`},
	{"ble_read", bleVisit + "T\nafter = \"6ms\"\nevery = \"5ms\"\nble_read = 3", bleScript + untilEvent + "print(until_event(22)[3])", "bytearray(b'off')"},
	{"ble_mtu", bleVisit + "T\nafter = \"6ms\"\nevery = \"5ms\"\nble_mtu = 100", bleScript + untilEvent + "print(until_event(20)[3])", "100"},
	{"bt_device", btPhone, btScript + "bt.startInquiry(15)\nprint(until_event(6)[4])", "phone"},
	{"bt_inquiry_end", "T\nafter = \"5ms\"\nevery = \"5ms\"\nbt_inquiry_end = true", btScript + "bt.startInquiry(15)\nprint(until_event(7))", "(7, 0, 0)"},
	{"bt_connect", btPhone + "T\nafter = \"5ms\"\nevery = \"5ms\"\nbt_connect = { addr = \"hex:010203040506\", profile = \"spp\" }", btScript + "print(until_event(61)[2])", "2"},
	{"bt_disconnect", btPhone + "T\nafter = \"5ms\"\nevery = \"5ms\"\nbt_connect = [\"hex:010203040506\", \"spp\"]\nT\nafter = \"7ms\"\nevery = \"5ms\"\nbt_disconnect = \"hex:010203040506\"", btScript + "print(until_event(62)[2])", "0"},
	{"bt_reach", btPhone + "T\nbt_reach = [\"hex:010203040506\", 0]", btScript + "bt.sppConnect(b'\\x01\\x02\\x03\\x04\\x05\\x06')\nprint(until_event(61)[1:3])", "(1, 0)"},
	{"bt_call", btPhone + "T\nafter = \"5ms\"\nevery = \"5ms\"\nbt_call = [\"hex:010203040506\", \"rings\"]", btScript + "bt.hfpConnect(b'\\x01\\x02\\x03\\x04\\x05\\x06')\nprint(until_event(51)[:2])", "(51, 0)"},
	{"bt_spp_data", btPhone + "T\nafter = \"5ms\"\nevery = \"5ms\"\nbt_spp_data = \"hello\"", btScript + "bt.sppConnect(b'\\x01\\x02\\x03\\x04\\x05\\x06')\nprint(until_event(14)[3])", "bytearray(b'hello')"},
}

// bleServer is a server with a battery service: its value has the handle 3.
const bleServer = "T\nble_server = { name = \"tag\", addr = \"hex:010203040506\", services = [[0x180F, [[0x2A19, 0x12, \"hex:64\"]]]] }\n"

// bleVisit is a client that comes as soon as it can.
const bleVisit = "T\nafter = \"5ms\"\nevery = \"5ms\"\nble_connect = \"hex:010203040506\"\n"

const btPhone = "T\nbt_device = [\"phone\", \"hex:010203040506\"]\n"

// untilEvent waits for an event of a number, in a list of events.
const untilEvent = `
def until_event(n):
    while True:
        for e in got:
            if e[0] == n:
                return e
        utime.sleep_ms(1)
`

const bleClient = untilEvent + `
import ble
ble.clientInit(got.append)
ble.gattStart()
ble.connect(0, b"\x01\x02\x03\x04\x05\x06")
until_event(16)
`

const btScript = untilEvent + `
import bt
bt.init(got.append)
bt.sppInit()
bt.hfpInit()
bt.start()
bt.setVisibleMode(3)
`
