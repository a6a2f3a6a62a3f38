import uzlib, uio
z = b"x\x9c\xcbH\xcd\xc9\xc9W\xc8@'\xb9\x00p\xbe\x08\xbb"
print(uzlib.decompress(z))
print(uzlib.decompress(z[2:-4], -15))
s = uzlib.DecompIO(uio.BytesIO(z))
print(s.read(5), s.read(), s.read())
for bad in (b"", b"xyz", z[:8]):
    try:
        uzlib.decompress(bad)
    except ValueError as e:
        print("ValueError", e)
