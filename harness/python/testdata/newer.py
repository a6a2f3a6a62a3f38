# What came to Python after 3.4: f-strings, underscores, annotations, := and async.
x, width = 3.14159, 10
print(f"{x:.2f}|{x!r:>{width}}|{'q'!s}|{{}}|{x=}|{'a' + 'b'}" " tail" f'{[i for i in range(3)]}')
print(f"{dict(a=1)['a']:03d}")
print(f"\x41{'B'}\n", f"")
print(1_000, 0x_ff, 0b1_0, 1_0.5_0)
n: int = 5
m: str
print(n)
class A:
    y: int = 7
    def f(self, a: int, *, b: "str" = "z") -> None:
        local: float = a
        return local, b
print(A.y, A().f(2))
if (k := len("four")) > 3:
    print(k, [last := i for i in range(3)], last)
def walrus(items):
    total = 0
    while (item := items.pop()) is not None:
        total += item
    return total, item
print(walrus([None, 1, 2, 3]))

class Step:
    def __init__(self, v):
        self.v = v
    def __iter__(self):
        got = yield self.v
        return got
    __await__ = __iter__

async def inner(v):
    return await Step(v), v

class Managed:
    async def __aenter__(self):
        print("enter", await Step("e"))
        return self
    async def __aexit__(self, *exc):
        print("exit", exc[0], await Step("x"))
        return True

class Counter:
    def __init__(self, n):
        self.n = n
    def __aiter__(self):
        return self
    async def __anext__(self):
        self.n -= 1
        if self.n < 0:
            raise StopAsyncIteration
        await Step("n")
        return self.n

async def main():
    print(await inner(1))
    async with Managed() as m:
        async for i in Counter(3):
            if i == 0:
                break
            print("i", i)
        else:
            print("never")
        raise ValueError("swallowed")
    async for i in Counter(1):
        pass
    else:
        print("else")
    for v in range(2):
        try:
            async with Managed():
                if v:
                    return "returned"
                continue
        finally:
            print("finally", v)

def drive(coro):
    sent = None
    while True:
        try:
            sent = coro.send(sent)
            print("->", sent)
        except StopIteration as e:
            return e.value
print(drive(main()))

def calls(*a, **k):
    print(a, sorted(k.items()))
calls(*[1], 2, *(3, 4), x=1, **{"y": 2}, **{"z": 3})
calls(*range(2), *"ab")
try:
    calls(**{"a": 1}, **{"a": 2})
except TypeError:
    print("TypeError")
first, *rest = range(4)
print(first, rest)
try:
    raise OSError(2)
except OSError as e:
    pass
try:
    e
except NameError:
    print("e is gone")
