import ure
x: int = 3  # want: warning: annotated variables are refused by firmware before MicroPython 1.13
print(f"{x}")  # want: warning: f-strings are refused by firmware before MicroPython 1.17; use str.format
print((y := 3))  # want: := is refused by firmware before MicroPython 1.13
print(1_000, {a for a in [1]}, {a: 1 for a in [1]}, lambda *a, b=1: a)
print([*[1], 2], (*[1], 2))  # want: * in a list, tuple or set is refused by MicroPython | * in a list, tuple or set
print({**{1: 2}})  # want: ** in a dict display is refused by MicroPython; use update()
print(*[1], *[2])  # want: more than one * or ** in a call


def f(a, /, b) -> int:  # want: positional-only parameters are refused by MicroPython
    return a, *b  # want: * in a list, tuple or set


handlers = [lambda f: f]


@handlers[0]  # want: a decorator that is no name or call is refused by MicroPython
def g():
    pass


@ure.compile
@staticmethod
def h(*, k: int = 1):
    a, *b = [1, 2]
    return a, b


async def k():
    async for q in h():
        await q
    return [q async for q in h()]  # want: async comprehensions are refused by MicroPython


class M:
    def __matmul__(self, o):
        return self @ o  # want: the operator @ is not there in all firmware
