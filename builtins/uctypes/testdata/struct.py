import uctypes

FIELDS = {
    "id": uctypes.UINT16 | 0,
    "level": uctypes.INT8 | 2,
    "mode": uctypes.BFUINT8 | 3 | 0 << uctypes.BF_POS | 3 << uctypes.BF_LEN,
    "fault": uctypes.BFUINT8 | 3 | 7 << uctypes.BF_POS | 1 << uctypes.BF_LEN,
    "ratio": uctypes.FLOAT32 | 4,
    "raw": (uctypes.ARRAY | 0, uctypes.UINT8 | 4),
    "words": (uctypes.ARRAY | 8, uctypes.UINT16 | 2),
    "points": (uctypes.ARRAY | 12, 2, {"x": uctypes.INT16 | 0, "y": uctypes.INT16 | 2}),
    "inner": (4, {"low": uctypes.UINT16 | 0}),
    "next": (uctypes.PTR | 20, {"v": uctypes.UINT8 | 0}),
}
print(uctypes.sizeof(FIELDS), uctypes.sizeof(FIELDS, uctypes.BIG_ENDIAN))
data = bytearray(24)
for layout in (uctypes.LITTLE_ENDIAN, uctypes.BIG_ENDIAN):
    s = uctypes.struct(uctypes.addressof(data), FIELDS, layout)
    s.id, s.level, s.mode, s.fault, s.ratio = 0x1234, -2, 13, 1, 1.5
    s.words[1] = 70000
    s.points[1].x, s.points[1].y = -1, 2
    print(data[:20], s.level, s.mode, s.fault, s.ratio, s.words[1], s.points[1].x, s.inner.low)

s = uctypes.struct(uctypes.addressof(data), FIELDS)
other = bytearray(b"\x07\x08")
uctypes.struct(uctypes.addressof(data) + 20, {"p": uctypes.UINT32 | 0}).p = uctypes.addressof(other)
print(int(s.next) == uctypes.addressof(other), s.next[1].v)
s.next[0].v = 9
s.raw[0] = 255
print(other, data[0], type(s.words), s.raw, len(bytes(s)))
print(uctypes.addressof(memoryview(data)[4:]) - uctypes.addressof(data), uctypes.bytes_at(uctypes.addressof(other), 2))
constant = b"abc"
print(uctypes.addressof(constant) == uctypes.addressof(constant))


def refused(what, f):
    try:
        print(what, f())
    except Exception as e:
        print(what, repr(e))


refused("address", lambda: uctypes.struct(data, FIELDS))
refused("name", lambda: s.nothing)
refused("index", lambda: s.words[2])
refused("kind of index", lambda: s.words["a"])
refused("aggregate", lambda: setattr(s, "words", 1))
refused("value", lambda: setattr(s, "id", "a"))
refused("no memory", lambda: uctypes.struct(0, FIELDS).id)
refused("hash", lambda: hash(s))
refused("descriptor", lambda: uctypes.sizeof((uctypes.ARRAY | 0,)))
refused("layout of a struct", lambda: uctypes.sizeof(s, uctypes.NATIVE))
refused("too much", lambda: uctypes.bytearray_at(0, 1 << 30))
deep = {}
deep["again"] = (0, deep)
refused("endless", lambda: uctypes.sizeof(deep))
