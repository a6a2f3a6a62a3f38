import ujson, json
v = {"b": 1, "a": [1, 2.5, -3e300, None, True, False, "x\"\\\n\t\u0001é中"], "n": {"big": 123456789012345678901234567890}}
s = ujson.dumps(v)
print(s)
w = json.loads(s)
print(w == v, list(w.keys()))
print(json.dumps((1, 2), separators=(",", ":")), json.dumps({1: 2, None: 3, True: 4}), json.dumps("é"), json.dumps(b"bytes"))
print(json.loads(b'[1, 1.0, 1e3, "a\\u00e9\\n", {}]'), json.loads(' 5 '), json.loads('{"a": 1, "a": 2}'))
print(type(json.loads('true')), json.loads('true') is True)
for bad in ('', '{', '[1,]', '{"a"}', 'nul', '1 2', "{'a': 1}", '"\x01"', '[' * 200000):
    try:
        print("parsed", json.loads(bad))
    except ValueError as e:
        print("ValueError", e)
l = []
l.append(l)
for bad in (l,):
    try:
        json.dumps(bad)
    except RuntimeError as e:
        print(type(e).__name__, e)
import io
class W(io.IOBase):
    def __init__(self): self.s = ""
    def write(self, b):
        self.s += str(b, "utf-8")
        return len(b)
    def readinto(self, b):
        b[0:1] = self.s[:1].encode()
        n = len(self.s[:1])
        self.s = self.s[1:]
        return n
f = W()
ujson.dump([1, {"a": None}], f)
print(f.s, ujson.load(f))
class N: pass
try:
    ujson.load(N())
except OSError as e:
    print(e)
