# classes, super and what goes through a generator to another one


def outcome(f, *a, **k):
    try:
        return f(*a, **k)
    except Exception as e:
        return type(e).__name__


print(outcome(super, list, 3), outcome(super, list, str), outcome(super, 3, int))
print("append" in list.__dict__, "nope" in list.__dict__)
try:
    class Mixed(list, dict):
        pass
except TypeError:
    print("no two lay-outs")
try:
    class Bound(type("".join)):
        pass
except TypeError:
    print("no base")


class Named:
    def __init__(self, act):
        self.act = act

    def __set_name__(self, owner, name):
        self.act(owner, name)


class Owner:
    replaced = Named(lambda o, n: setattr(o, n, "new"))
    gone = Named(lambda o, n: delattr(o, n))
    other = Named(lambda o, n: setattr(o, n + "_too", n))


print(Owner.replaced, hasattr(Owner, "gone"), Owner.other_too)


class Inner:
    def __iter__(self):
        return self

    def __next__(self):
        return "next"

    def throw(self, what):
        print("thrown", what)
        return "answer"


class Deaf:
    def __iter__(self):
        return self

    def __next__(self):
        return "next"


def relay(to):
    yield from to


for to in (Inner(), Deaf()):
    for what in (5, OSError, ValueError("v")):
        g = relay(to)
        print(next(g), outcome(g.throw, what))
        g.close()
