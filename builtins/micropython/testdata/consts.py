# const() is the compiler's: what it stands for is there before the program runs.
from micropython import const

X = const(1 << 4)
_Y = const(X + 0x2)
_NAME = const("a")
_ALL = const((_Y, _NAME, b"b", None, -1.5, True, ()))
print(X, _Y, _ALL, f"{_Y} {X!r}", [_Y for _ in range(2)], -_Y ** 2)
print("X" in globals(), "_Y" in globals())


def X(X):
    return X


print(X, globals()["X"](3))


class A:
    Z = const(3)
    _W = const(4)

    def m(self):
        return Z, _W, self.Z


print(A().m(), hasattr(A, "Z"), hasattr(A, "_W"))
N = const(-7)
print(N // 2, N % 4, N ** 2, ~N, N.to_bytes if 0 else abs(N))
for text in (
    "P = const(7 // -2)\nprint(P)", "P = const(7.5 % -2)\nprint(P)", "P = const(2 ** 70)\nprint(P)",
    "P = const(2 ** -1)\nprint(P)", "P = const(not 0 and 5 or 6)\nprint(P)", "P = const(-3 >> 1 | 8 ^ 1)\nprint(P)",
    "P = const(x)", "P = const(1)\nP = const(2)", "P = const(1)\nP += 1", "P = const(1)\nfor P in (): pass",
    "P = const(1)\nprint(P=2)", "P = const(1)\nprint((P := 2))", "P = const(1)\ndel P", "P = const(1 @ 2)",
    "P = const(1 << -2)", "P = const(1 % 0)", "P = const(1 / 0)", "P = const()", "P = const('a' + 'b')",
    "P = const([])", "P = const(1 << (1 << 40))", "print(const(1 + 1))", "__debug__ = 1",
    "@micropython.native\ndef f(): return 1\nprint(f())", "@micropython.a\ndef f(): pass", "@micropython.a.b\ndef f(): pass",
):
    try:
        exec(text, {})
    except Exception as e:
        print(type(e).__name__, str(e).split(": ")[-1])
