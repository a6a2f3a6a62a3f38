# numbers, text and bytes: the corners of their methods, as MicroPython has them


def outcome(f, *a, **k):
    try:
        return f(*a, **k)
    except Exception as e:
        return type(e).__name__


print(list(enumerate(iterable="ab")), list(enumerate("ab", start=5)))
print((5).to_bytes(), (258).to_bytes(2), (258).to_bytes(2, "little"))
print(round(12345678901234567890123, -3), round(-15, -1), round(25, -1), round(35, -1), round(7, -2), round(99, -2))
print(outcome(int, "07", 0), outcome(int, "000", 0), outcome(int, "0x1f", 0), outcome(int, "07"))
print(outcome(bytes, [1, 2], 3), outcome(bytearray, 1 << 70))


class Odd:
    def __init__(self, v):
        self.v = v

    def __hash__(self):
        return self.v

    def __int__(self):
        return self.v


print(hash(Odd(True)), hash(Odd(77)), outcome(hash, Odd("x")), outcome(int, Odd("x")), int(Odd(9)))
same = "steady", b"steady"
print([s.strip() is s for s in same], [s.lstrip() is s for s in same], " x ".strip(), b" x ".rstrip())
print("%05.2d|%+07.3d|%-06.3d|" % (5, 7, 9))
print(outcome(lambda: "%(k)s %s" % {"k": 1}), "%s %(k)s" % {"k": 1})
print(repr(ValueError("lone")), KeyError("a", "b"), [TypeError()])

d = {"a": 1}
print(type(hash(d.values())), outcome(hash, d.keys()), outcome(hash, d.items()))
print(outcome(lambda: d.values() | {2: 3}.values()), outcome(lambda: d.keys() + 1))
print(outcome(lambda: memoryview(b"a") + b"b"), b"a" + memoryview(b"b"))


class Stop:
    def __iter__(self):
        return self

    def __next__(self):
        raise StopIteration("why")


for wrapped in (enumerate(Stop()), map(str, Stop()), zip(Stop()), filter(None, Stop())):
    try:
        next(wrapped)
    except StopIteration as e:
        print(e.args, end=" ")
print(list(enumerate(Stop())))


class Words(list):
    pass


class Raw(bytes):
    pass


print(9 in Words([1, 9]), 0 in Words([1, 9]), 7 in Raw(b"12"), b"1" in Raw(b"12"), Raw(b"a") + Raw(b"b"), b"x" + Raw(b"y"))
