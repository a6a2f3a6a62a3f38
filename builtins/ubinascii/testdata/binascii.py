import ubinascii as b
print(b.hexlify(b"\x00\xff\x10"), b.hexlify(b"abc", ":"), b.unhexlify("00ff"), b.unhexlify(b"6162"))
print(b.b2a_base64(b"hello\x00\xff"), b.a2b_base64("aGVsbG8A/w==\n"), b.a2b_base64(b"aGVs\nbG8="))
print(b.crc32(b"123456789"), b.crc32(b"6789", b.crc32(b"12345")))
for bad in ("0", "zz"):
    try:
        b.unhexlify(bad)
    except ValueError as e:
        print(e)
b.a2b_base64("a")
