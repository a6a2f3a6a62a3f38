from ucryptolib import aes
key, iv = bytes(range(16)), bytes(range(16, 32))
# FIPS 197, appendix C.1
print(aes(key, 1).encrypt(bytes(0x11 * i for i in range(16))) == b'i\xc4\xe0\xd8j{\x040\xd8\xcd\xb7\x80p\xb4\xc5Z')
for mode in (1, 2, 6):
    c = aes(key, mode, iv)
    text = c.encrypt(b"0123456789abcdef") + c.encrypt(b"ghijklmnopqrstuv")
    d = aes(key, mode, iv)
    print(mode, d.decrypt(text))
buf = bytearray(16)
aes(key, 1).encrypt(b"x" * 16, buf)
print(bytes(buf) == aes(key, 1).encrypt(b"x" * 16))
for bad in (lambda: aes(b"short", 1), lambda: aes(key, 3), lambda: aes(key, 2), lambda: aes(key, 1).encrypt(b"x"), lambda: c.decrypt(text)):
    try:
        bad()
    except ValueError as e:
        print("ValueError", e)
