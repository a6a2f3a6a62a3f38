# bytes, bytearray, memoryview, big ints and floats
b = bytearray(b"hello")
b[0] = 72
b.append(33)
b.extend(b"??")
b += b"."
b[1:3] = b"EEE"
print(b, len(b), b[-1], b == b"HEEElo!??.", bytes(b[:3]))
print(bytes(3), bytes([1, 2, 255]), bytes("é", "utf-8"), bytearray(2), bytes(range(3)), bytes(b) == b)
for bad in (lambda: bytes([256]), lambda: bytes(-1), lambda: bytes("x"), lambda: b.append(256) if 0 else b[99], lambda: b"abc"[3]):
    try:
        bad()
        print("fine", end=" ")
    except Exception as e:
        print(type(e).__name__, end=" ")
print()
print(b"a,b,c".split(b","), b" x ".strip(), b"abc".find(b"c"), b"abc".replace(b"b", b"--"), b",".join([b"1", b"2"]), b"abc".startswith(b"ab"))
print(b"%d-%s" % (5, b"x"), b"abc".decode(), b"\xc3\xa9".decode("utf-8"), "é€".encode(), b"aBc".upper(), b"aBc".lower(), b"12".isdigit())
print(b"\x00\x7f\x80\\'\"\n\t", b"it's", "tab\there", repr("\x01\x7fé"), 'q"q', "it's \"both\"")
print([x for x in b"ab"], b"ab" < b"b", b"" == bytearray(), hash(b"a") == hash(b"a"), b"ab" * 2, bytes(b"ab") is not None)
print(b"abc".hex(), bytes.fromhex("61 62"), b"abc".hex(":"), int.from_bytes(b"\x01\x02", "big"), (258).to_bytes(2, "little"))

m = memoryview(b)
m[0] = 104
print(b[0], len(m), bytes(m[1:4]), m[1:4][0], list(m[:2]), m[-1], m == b)
m[1:4] = b"xyz"
print(b, bytes(m[:5]))
ro = memoryview(b"fixed")
for bad in (lambda: m[100], lambda: m.__setitem__(slice(0, 2), b"toolong") if 0 else memoryview(5)):
    try:
        bad()
    except Exception as e:
        print(type(e).__name__, end=" ")
print()

big = 1 << 100
print(big, -big, big + 1, big * big, big // 7, big % 7, -big // 7, -big % 7, big >> 90, big & (big - 1), big | 1, big ^ big)
print(2**64, 2**63 - 1, (-2) ** 65, 10**30 // 10**28, 10**20 % 97, pow(3, 200, 1000), ~big, abs(-big), int("9" * 30) + 1)
print(big == 2**100, big > 10**30, hex(big), bin(5), oct(64), "%x" % big, "%d" % big, int(str(big)) == big, int(hex(big), 16) == big)
print(divmod(-7, 3), divmod(7, -3), -7 // 2, -7 % 3, 7 % -3, 7 // -2, -1 >> 5, 5 & -2, -5 | 3, -5 ^ 3, 1 << 40)
print(float(2**70), int(1e18), int(-3.99), round(2.5), round(3.5), round(-2.5), 7 / 2, -7 // 2.0, 7.5 % 2, -7.5 % 2)
print(1e100, 1e16, 1e15, 123456789.0, 0.1, 1 / 3, 1e-5, 0.0001, 1.5e-10, 100.0, 1e22, 1.7976931348623157e308)
print(float("inf"), -float("inf"), float("nan"), float("1e3"), float(" 2.5 "), -0.0, 0.1 + 0.2, 3.0 == 3, 1e400)
for bad in (lambda: 1 / 0, lambda: 1 // 0, lambda: 1 % 0, lambda: 1.0 / 0, lambda: int("x"), lambda: float("x"), lambda: 0**-1, lambda: 1 << -1, lambda: int(float("inf"))):
    try:
        bad()
    except Exception as e:
        print(type(e).__name__, end=" ")
print()
print("%.3f %5.2f|%-8.2f|%+d %05d %e %g %g %G" % (3.14159, 2.25, 1.5, 5, 42, 12345.678, 1e-10, 123456789.0, 1e20))
print("{:.2f} {:>8} {:<5}| {:^7} {:+} {:,} {:08.3f} {:x} {:#b} {:%} {:e}".format(3.14159, "r", "l", "mid", 3, 1234567, 3.14159, 255, 5, 0.25, 12345.678))
print("{0} {1} {0}".format("a", "b"), "{n} {m[0]} {o.imag}".format(n=1, m=[2], o=3) if 0 else "", "{:{w}}|".format("x", w=4), "{{}}".format(), "{!r} {!s}".format("a", "b"))
print("%s %r %c %c %% %i" % ("s", "s", "c", 65, 7), "%(a)s %(b)03d" % {"a": 1, "b": 2}, "%5s|%-5s|%.2s" % ("a", "b", "abc"), "%*d" % (5, 42))
