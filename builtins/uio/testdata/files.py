import uio

with open("/usr/a.txt", "w") as f:
    print(f.write("line one\nzwei äöü\n\nend"))
with open("/usr/a.txt") as f:
    print(f.readline(), f.read(6), f.tell())
    print(f.readlines())
    print(repr(f.read()))
for line in open("/usr/a.txt"):
    print(repr(line))
with open("/usr/a.txt", "a") as f:
    f.write("more")
with open("/usr/a.txt", "rb") as f:
    print(f.read(4), f.seek(-4, 2), f.read(), f.seek(0), f.readline(4))
    buf = bytearray(6)
    print(f.readinto(buf), buf, f.readinto(buf, 2), buf)
f = open("/usr/b.bin", "w+b")
f.write(b"0123456789")
f.seek(2)
print(f.read(3), f.write(b"xx"), f.tell())
f.seek(0)
print(f.read())
f.close()
f.close()
for bad in (lambda: open("/usr/none"), lambda: open("/usr"), lambda: open("/usr/a.txt", "x"),
            lambda: f.read(), lambda: open("/usr/a.txt").write("x")):
    try:
        bad()
    except (OSError, ValueError) as e:
        print(type(e).__name__, e.args)
s = uio.StringIO("abc\ndef")
print(s.read(2), s.readline(), s.getvalue(), [l for l in s])
b = uio.BytesIO(b"12345")
b.seek(2)
print(b.write(b"xyz!"), b.getvalue(), b.read(), b.tell())
b.close()
try:
    b.read()
except Exception as e:
    print(type(e).__name__)
print(uio.StringIO(100).getvalue() == "", isinstance(s, uio.StringIO))
print("printed", file=s)
print(repr(s.getvalue()))
closed = uio.StringIO("a\nb\n")
closed.close()
try:
    for line in closed:
        print("never")
    print("closed while nobody noticed")
except ValueError as e:
    print(e)
