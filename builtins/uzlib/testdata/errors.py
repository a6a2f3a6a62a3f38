import uzlib as zlib, uio as io
z = b"x\x9c\xcbH\xcd\xc9\xc9W\xc8@'\xb9\x00p\xbe\x08\xbb"
print(zlib.decompress(z))
s = io.BytesIO(z + b"rest")
d = zlib.DecompIO(s)
print(d.read(3), d.read(), s.read())
for bad in (b"", b"xyz", z[:8], z[:-1] + b"\0", b"x\xbb" + z[2:], b"\x00\x00"):
    try:
        print(zlib.decompress(bad))
    except Exception as e:
        print(repr(e))
    try:
        print(zlib.DecompIO(io.BytesIO(bad)).read())
    except Exception as e:
        print(repr(e))
for f in (lambda: zlib.decompress(1), lambda: zlib.DecompIO(1), lambda: zlib.decompress(z, 'x')):
    try: f()
    except Exception as e: print(repr(e))
