import ustruct, struct
print(struct.calcsize("bi"), struct.calcsize("<bi"), struct.calcsize("bq"), struct.calcsize("b3s2h"), struct.calcsize(""), struct.calcsize("2xh"), [struct.calcsize(c) for c in "bBhHiIlLqQsPfdex?"])
print(ustruct.pack("ii", 7, 9), ustruct.unpack("ii", b"\x07\x00\x00\x00\t\x00\x00\x00"))
for f, v in (("<b", 200), ("<B", -1), (">h", -2), (">I", 2**32 + 1), (">Q", 2**64 + 5), ("<q", -2**63), ("!H", 70000), ("<q", -2**70), ("<f", 1.5), (">d", 1), ("<e", 1.5), ("<e", 65504), ("<e", 65520), ("<e", 1e-8), ("<e", 5.96e-8),
             ("<e", 0.1), ("<e", float("nan")), ("<e", -2), ("<h", True), ("@bi", 1), ("<4s", b"ab"), ("<2s", "abc"), ("<?", 7), ("<xb", 5), (">P", 5)):
    b = struct.pack(f, v)
    print(f, b, struct.unpack(f, b))
print(struct.pack("<bb", 1), struct.pack("<b", 1, 2), struct.pack("<3h", 1, 2, 3), struct.unpack("<h", b"\x01\x02\x03"), struct.unpack("<0s", b""), struct.unpack("<b", "a"), struct.unpack("<Q", b"\xff" * 8))
b = bytearray(6)
struct.pack_into("<hh", b, 1, 1, 2)
print(b, struct.unpack_from("<hh", b, 1), struct.unpack_from("<h", b, -3), struct.unpack_from("<h", memoryview(b)))
struct.pack_into(">H", b, -2, 0x1234)
struct.pack_into(">H", memoryview(b)[2:4], 0, 0xabcd)
print(b)
for f in (lambda: struct.unpack("<h", b"1"), lambda: struct.unpack_from("<h", b"1234", 3), lambda: struct.unpack_from("<h", b"1234", -5), lambda: struct.unpack_from("<h", b"1", 10**30), lambda: struct.calcsize("z"), lambda: struct.calcsize("5"), lambda: struct.pack("b h", 1), lambda: struct.pack("=b", 1),
          lambda: struct.pack("<b", 1.5), lambda: struct.pack("<f", "x"), lambda: struct.pack("<4s", 5), lambda: struct.pack_into("<hh", b, 3, 1, 2), lambda: struct.pack_into("<h", b"ab", 0, 1), lambda: struct.pack("99999999999999h"), lambda: struct.unpack("<h", 5), lambda: struct.pack(5)):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
