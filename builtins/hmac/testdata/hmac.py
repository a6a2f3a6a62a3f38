import hmac, hashlib
from hashlib import sha256
# The seed's password, and that of Huawei's own example (device access guide).
print(hmac.new("2022010507".encode('utf-8'), 'ac4263b86eaf6442997a'.encode('utf-8'), digestmod=sha256).hexdigest())
print(hmac.new(b"2025041401", b"12345678", "sha256").hexdigest())
h = hmac.new(b"k", digestmod=hashlib.sha1)
h.update(b"a")
g = h.copy()
h.update(b"b")
print(h.hexdigest() == hmac.new(b"k", b"ab", hashlib.sha1).hexdigest(), g.hexdigest() == h.hexdigest(), len(h.digest()))
print(hmac.new(b"k", b"m").hexdigest(), hmac.compare_digest(b"a", b"a"), hmac.compare_digest("a", "b"))
print(h.digest_size, h.block_size, h.name)
hmac.new(b"k", b"m", digestmod="nosuch")
