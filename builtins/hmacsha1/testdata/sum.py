# The first two of RFC 2202, section 3, are HMACs of known keys.
import hmacSha1

print(hmacSha1.hmac_sha1(b"\x0b" * 20, "Hi There"))
print(hmacSha1.hmac_sha1("Jefe", b"what do ya want for nothing?"), hmacSha1.hmac_sha1("", ""))
print(bytearray(hmacSha1.hmac_sha1("a", "b"))[:4])
try:
    hmacSha1.hmac_sha1("key", 5)
except TypeError as e:
    print(e)
