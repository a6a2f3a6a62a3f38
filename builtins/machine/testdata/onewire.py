from machine import OneWire
import quecstar, ustruct
bus = OneWire(OneWire.GPIO19)
print(bus.reset(), bus.read(2))
rom, other = b"\x28\x01\x02\x03\x04\x05\x06", b"\x28\x11\x12\x13\x14\x15\x16"
quecstar.onewire_temperature(19, rom, -10.125)
print(bus.reset(), bus.write(b"\x33"))
code = bus.read(8)
print(code, bus.write(b"\xbe"), bus.read(1))

def temperature(code):
    bus.reset()
    bus.write(b"\x55" + code)
    bus.write(b"\x44")
    bus.reset()
    bus.write(b"\x55" + code + b"\xbe")
    return ustruct.unpack("<h", bus.read(9)[:2])[0] / 16

print(temperature(code))
quecstar.onewire_temperature(19, rom, 21.0625)
quecstar.onewire_slave(19, other, b"\x01\x02\x03\x04\x05\x06\x07\x08")
bus.reset()
bus.write(b"\xcc\xbe")
both = bus.read(10)
print(both, temperature(code))

# Nine bits are enough from now on, and still after the alarms were recalled.
bus.reset()
bus.write(b"\x55" + code + b"\x4e\x01\x02\x1f")
print(temperature(code), quecstar.onewire_scratchpad(19, rom), quecstar.onewire_scratchpad(19, other))
bus.reset()
bus.write(b"\x55" + code + b"\x48")
bus.reset()
bus.write(b"\x55" + code + b"\x4e\x09\x09\x7f")
bus.reset()
bus.write(b"\x55" + code + b"\xb8")
print(quecstar.onewire_scratchpad(19, code), quecstar.onewire_scratchpad(18, code))
for bad in (lambda: OneWire(60), lambda: quecstar.onewire_slave(1, b"12345"), lambda: quecstar.onewire_slave(1, b"12345678"), lambda: quecstar.onewire_temperature(1, rom, 200), lambda: quecstar.onewire_slave(1, rom, bytes(9)), lambda: bus.read(-1)):
    try:
        bad()
    except ValueError as e:
        print(e)
