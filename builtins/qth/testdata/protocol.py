# The form of values and packets, byte by byte.
import qth_protocol


def show(b):
    print(None if b is None else ' '.join('%02x' % x for x in b))


values = [
    {1: True}, {1: False}, {2: 5}, {2: -300}, {3: 180.25}, {3: -0.001}, {3: 7.0}, {4: 'hi'}, {4: b'\xff\x00'},
    {7: {8: True, 9: 3}}, {10: [1, 2, 300]}, {11: [{12: False, 13: 1}]}, {8191: 0}, {5: 1 << 62}, {5: ''}, {6: {}},
]
for v in values:
    data = qth_protocol.ttlv_format(v)
    show(data)
    print(qth_protocol.ttlv_unformat(data) == v, qth_protocol.ttlv_unformat(data))

print(qth_protocol.ttlv_format({}), qth_protocol.ttlv_unformat(b''))
# What has no such form.
for v in ({0: 1}, {8192: 1}, {'a': 1}, {1: None}, {1: 1 << 70}, {1: float('inf')}, 3):
    print(v, qth_protocol.ttlv_format(v))
for data in (b'\x00', b'\x00\x0a', b'\x00\x0a\x01\x01', b'\x00\x0b\x00\x05ab', b'\x00\x0d', b'\x00\x0c\x00\x02\x00\x01', b'\x00\x01\x00\x09'):
    show(data)
    print(qth_protocol.ttlv_unformat(data))

for args in ((1, 0x14, b'\x00\x09'), (0xAA55, 0x24, b'\xaa\xaa\x55\xaa'), (2, 0x24, b''), (3, 0x24, b'\xaa' * 3)):
    frame = qth_protocol.format(*args)
    show(frame)
    print(qth_protocol.unformat(frame) == args, qth_protocol.unformat(frame))

frame = qth_protocol.format(7, 0x13, b'abc')
for bad in (frame[:-1], b'\xab' + frame[1:], frame[:4] + b'\x00' + frame[5:], frame + b'x', b'', qth_protocol.format(0, 0x13, b'')):
    print(qth_protocol.unformat(bad))

print(qth_protocol.getPkgId(), qth_protocol.getPkgId())
try:
    qth_protocol.format(1, 0x24, bytes(70000))
except ValueError as e:
    print('ValueError', e)
