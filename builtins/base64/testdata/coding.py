import base64

data = b"\x00\xff\xfe any+/?>\x80"
for name in ("b64", "standard_b64", "urlsafe_b64", "b32", "b16"):
    encode, decode = getattr(base64, name + "encode"), getattr(base64, name + "decode")
    text = encode(data)
    print(name, text, decode(text) == data, decode(text.decode()) == data, encode(b""), decode(""), encode(bytearray(b"k")))
    for wrong in ("=", "ab!c", "a", None, 3):
        try:
            print(decode(wrong))
        except (ValueError, TypeError) as e:
            print(type(e).__name__)
    try:
        encode("text")
    except TypeError:
        print("no str")
try:
    base64.b16decode("fF")
except ValueError as e:
    print(e)
lines = base64.encodebytes(bytes(range(60)))
print(lines, base64.decodebytes(lines) == bytes(range(60)), base64.encodebytes(b""))
