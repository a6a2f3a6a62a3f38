# str, bytes, formatting.
s = "Hello, Wörld 中文"
print(len(s), s[7], s[-1], s[7:12], s[::-1], s[::3], s.upper(), s.lower(), s.find("W"), s.find("中"), s.index("l"), s.rfind("l"))
print(s.split(), s.split(", "), "a,b,,c".split(","), " a  b ".split(" "), "a b c d".split(None, 2), "a,b,c".rsplit(",", 1), "  x y ".rsplit(None, 1))
print("x".join(["a", "b"]), "abc".replace("b", "BB"), "aaa".replace("a", "b", 2), "abcabc".count("bc"), "abc".count(""))
print(" x ".strip() + "|", "xxaxx".strip("x"), "xxaxx".lstrip("x"), "xxaxx".rstrip("x"))
print("abc".startswith("ab"), "abc".endswith(("x", "bc")), "abc".startswith("b", 1), "a-b-c".partition("-"), "a-b-c".rpartition("-"), "abc".partition("x"))
print("abc".isalpha(), "12".isdigit(), "a1".isalpha(), " ".isspace(), "Ab".isupper(), "AB".isupper(), "ab".islower(), "".isdigit())
print("a\nb\r\nc".splitlines(), "x".center(5, "*"), "x".ljust(3) + "|", "x".rjust(3), "-5".zfill(4), "Title case".title(), "swap".capitalize())
print("a" * 3, 3 * "ab", "ab" + "cd", "b" > "a", "abc" < "abd", "é" > "z", "a" "b", "中" in s)
print(repr("it's"), repr('say "hi"'), repr("both ' and \""), repr("\n\t\\\x00\x7f"), repr("é中\u200b"), str(5), str(None), str(True))
b = b"bytes\x00\xff"
print(b, b[0], b[1:3], len(b), list(b[:3]), b + b"!", b * 2, b"y" in b, 98 in b, b.find(b"t"), b == bytearray(b), b.hex())
print(b"a,b".split(b","), b",".join([b"x", b"y"]), b" x ".strip(), b"abc".decode(), "é".encode(), bytes(3), bytes([1, 2]), bytes("é", "utf-8"), b"abc".upper(), b"abc".startswith(b"a"))
ba = bytearray(b"abc")
ba[0] = 65
ba.append(100)
ba.extend(b"ef")
ba += b"!"
print(ba, ba[1], ba[1:3], len(ba), bytes(ba), ba.decode())
ba[1:3] = b"XYZ"
del ba[0]
print(ba, ba.pop())
m = memoryview(ba)
m[0] = 48
print(ba, bytes(m[1:3]))
for bad in (lambda: "a" + 1, lambda: b"a" + "b", lambda: "abc"[5], lambda: "abc".index("x"), lambda: str(b"\xff", "utf-8"), lambda: bytes([256]), lambda: "a".join([1]), lambda: int("x"), lambda: "a" < 1):
    try:
        bad()
        print("no error")
    except Exception as e:
        print(type(e).__name__.replace("UnicodeDecodeError", "UnicodeError"))
print("{} {} {}".format(1, "a", None), "{1} {0}".format("a", "b"), "{x} {y} {z}".format(x=1, y=2, z=3), "{{}}".format(), "{!r} {!s}".format("a", "b"))
print("{:5d}|{:<5d}|{:^5d}|{:05d}|{:+d}|{: d}|{:x}|{:X}|{:o}|{:b}|{:#x}|{:#b}|{:,}|{:c}".format(42, 42, 42, 42, 42, 42, 255, 255, 8, 5, 255, 5, 1234567, 65))
print("{:f}|{:.2f}|{:8.3f}|{:e}|{:.3e}|{:g}|{:g}|{:g}|{:%}|{:.1%}|{:+.1f}|{:08.2f}|{:.0f}".format(3.14159, 3.14159, 3.14159, 12345.678, 12345.678, 0.0001, 1e10, 100000.0, 0.5, 0.256, 2.0, -3.14159, 2.5))
print("{:s}|{:10s}|{:>10s}|{:^10s}|{:*^10s}|{:.3s}|{:>{w}}".format("abc", "abc", "abc", "abc", "abc", "abcdef", "x", w=4))
print("%d %5d %-5d| %05d %+d %x %X %o %#x %s %r %c %c %%" % (1, 42, 42, 42, 42, 255, 255, 8, 255, "s", "r", 65, "B"))
print("%f %.2f %8.3f %e %g %s %5s|%-5s|%.2s" % (3.14159, 3.14159, 3.14159, 12345.678, 0.0001, [1, "a"], "ab", "ab", "abcdef"))
print("%(a)s %(b)d" % {"a": 1, "b": 2}, "%s" % (1,), "%s" % [1, 2], "%*d" % (5, 42), "%d" % 3.9, "%d" % True)
print("{:>5}|{:<5}|{}".format(True, None is None, 1.0), "{:d}".format(True), format(3.14159, ".2f"), format(255, "x"), format("a", ">3"))
print(str(1.0), 0.1 + 0.2, 1e16, 1e15, 123456789.123, 1e-5, 0.0001, -0.0, 1.5e300 * 1e10, float("inf"), -float("inf"), 1 / 3, 2.0 ** 0.5, 100.0, 1e100)
print(chr(65), ord("a"), chr(20013), hex(255), oct(8), bin(5), hex(-1), int("ff", 16), int("0x1f", 0), int("-12"), int(" 7 "), int(3.9), int(-3.9), float("1.5"), float(" 2 "), round(2.5), round(3.5), round(2.675, 2), round(1234, -2), abs(-3), abs(-2.5))
print("".join(reversed("abc")), sorted("bca"), list("ab"), tuple("ab"), "a%sb" % "X", r"raw\n", "tab\tend", """multi
line""")
for c in "aé中":
    print(c, ord(c), end=" ")
print()
print("a", "b", sep="-", end="!\n")
