# Loops, try in all nestings, with.
for i in range(3):
    for j in range(3):
        if j == 2:
            break
        if i == 1:
            continue
        print(i, j)
    else:
        print("inner else", i)
else:
    print("outer else")
n = 0
while n < 5:
    n += 1
    if n == 3:
        continue
    if n == 4:
        break
else:
    print("never")
print("n", n)

def f(x):
    try:
        if x == 0:
            return "body"
        if x == 1:
            raise ValueError("v")
        if x == 2:
            raise KeyError("k")
        print("end of body")
    except ValueError as e:
        print("except", e)
        return "handler"
    except (KeyError, TypeError) as e:
        print("except", repr(e))
    else:
        print("else")
        return "else"
    finally:
        print("finally", x)
    return "after"

for x in range(4):
    print(f(x))

def g():
    for i in range(6):
        try:
            try:
                if i == 1:
                    continue
                if i == 2:
                    raise OSError("two")
                if i == 4:
                    break
                print("g", i)
            finally:
                print("inner finally", i)
        except OSError as e:
            print("caught", e)
            continue
        print("tail", i)
    else:
        print("no else")
    return "done"
print(g())

def override():
    while True:
        try:
            return 1
        finally:
            break
    return 2
print(override())

def override2():
    try:
        raise ValueError
    finally:
        return "swallowed"
print(override2())

def nested():
    try:
        try:
            raise ValueError("inner")
        except ValueError:
            raise KeyError("outer")
    except KeyError as e:
        print("ctx", repr(e.__context__))
    try:
        try:
            raise ValueError("again")
        except ValueError:
            print("first")
            raise
    except ValueError as e:
        print("reraised", e)
nested()

for i in range(3):
    try:
        if i == 1:
            break
        print("top", i)
    finally:
        print("top finally", i)

class CM:
    def __init__(self, name, swallow=False):
        self.name = name
        self.swallow = swallow
    def __enter__(self):
        print("enter", self.name)
        return self.name
    def __exit__(self, t, v, tb):
        print("exit", self.name, t is None)
        return self.swallow

with CM("a") as a, CM("b", True) as b:
    print(a, b)
    raise RuntimeError("in with")
print("after with")

def w():
    for i in range(3):
        with CM(i):
            if i == 0:
                continue
            return i
print(w())
try:
    with CM("x"):
        1 / 0
except ZeroDivisionError:
    print("zero")

def noerr():
    try:
        pass
    except:
        print("no")
    else:
        return "else-return"
print(noerr())
x = 10
try:
    x = 20
    y = x + 1
    int("z")
except ValueError:
    x = x + y
print(x, y)
def cellvars():
    total = 0
    for i in range(5):
        try:
            total += i
            if i == 3:
                raise ValueError
        except ValueError:
            total += 100
    return total
print(cellvars())
try:
    raise ValueError("one") from KeyError("two")
except ValueError as e:
    print(repr(e.__cause__), e.args)
try:
    assert 1 == 2, "message"
except AssertionError as e:
    print("assert", e)
try:
    try:
        raise TypeError("t")
    except ValueError:
        print("no")
except TypeError as e:
    print("passed on", e)
