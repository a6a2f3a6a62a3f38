import uhashlib, hashlib
from hashlib import sha256
for name in ("md5", "sha1", "sha224", "sha256", "sha384", "sha512"):
    h = getattr(uhashlib, name)(b"abc")
    h.update(b"def")
    k = hashlib.new(name, b"abcdef")
    print(name, h.hexdigest(), len(k.digest()))
print(sha256().hexdigest() == hashlib.new("sha256").hexdigest(), hashlib.sha1("text").hexdigest())
print(sha256(bytearray(b"abc")).digest()[:4])
hashlib.new("crc")
