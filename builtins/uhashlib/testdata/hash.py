import uhashlib, hashlib
from hashlib import sha256
for name in ("md5", "sha1", "sha224", "sha256", "sha384", "sha512"):
    h = getattr(uhashlib, name)(b"abc")
    h.update(b"def")
    k = hashlib.new(name, b"abcdef")
    print(name, h.hexdigest(), len(k.digest()))
print(sha256().hexdigest() == hashlib.new("sha256").hexdigest(), hashlib.sha1("text").hexdigest())
print(sha256(bytearray(b"abc")).digest()[:4])
d = uhashlib.SHA256()
d.update(b"abc")
print(d.digest() == sha256(b"abc").digest(), uhashlib.SHA1(b"abc").hexdigest() == uhashlib.sha1(b"abc").hexdigest(), isinstance(d, sha256), uhashlib.MD5().digest() == uhashlib.md5().digest())
hashlib.new("crc")
