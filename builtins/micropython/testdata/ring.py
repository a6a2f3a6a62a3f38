import micropython

r = micropython.RingIO(4)
print(r, r.any(), r.read())
print(r.write(b"a\nbcd"), r.any(), r.readline(), r.read(1), r.any())
buf = bytearray(8)
print(r.readinto(buf), buf, r.readinto(buf))
print(micropython.RingIO(bytearray(5)).write(b"123456"))
for bad in (None, 0, 65535, bytearray(1)):
    try:
        micropython.RingIO(bad)
    except (TypeError, ValueError) as e:
        print(type(e))
