# Calls whatever there is wrongly, and prints what it raises: wording_test.go looks for Starlark's words.
import modules_under_test


def nop(*args, **keywords):
    return 0


class A:
    def m(self, a):
        return a


class Derived(list):
    pass


def gen():
    yield 1


SLICE = type("S", (), {"__getitem__": lambda self, i: i})()[1:2]
VALUES = [None, True, 1, 10**30, 1.5, 2j, "", "ab", b"ab", bytearray(b"ab"), memoryview(b"ab"), [], [1], (1,), {}, {1: 2},
          {1}, frozenset([1]), range(3), SLICE, {1: 2}.items(), Exception("x"), len, nop, A, A(), A().m, Derived([1]), gen,
          gen(), iter([1]), int, type, [].append, map(nop, [1]), zip([1]), enumerate([1]), NotImplemented, ..., object()]
ARGS = [(), (1,), ("a",), (None,), ([1],), ({1: 1},), (1, 2), ("a", "b"), ([], []), (1, 2, 3), (nop,), (b"a",), (-1,), (10**30,),
        (1.5,), ((1, 2),), ([[]],), (A(),), ("a", 1), (1, "a"), ([], 1), ([1, "a"],), (object(),)]
TOO_MANY = tuple(range(40))
ALL = ARGS + [TOO_MANY]
KEYWORDS = [{}, {"nonsense": 1}, {"key": 1}]
seen = set()


def tell(name, e):
    text = type(e).__name__ + ": " + str(e)
    if (name, text) not in seen:
        seen.add((name, text))
        print(name, "#", text)


def call(name, f, lists):
    for args in lists:
        for keywords in KEYWORDS:
            try:
                f(*args, **keywords)
            except Exception as e:
                tell(name, e)


def members(name, of, skip=()):
    for n in dir(of):
        if n in skip:
            continue
        try:
            m = getattr(of, n)
        except AttributeError:
            continue
        if callable(m):
            call(name + "." + n, m, ALL)


import builtins

members("builtins", builtins, ("input", "exit", "quit", "help", "print", "open", "exec", "eval", "compile", "__import__", "dir"))
for v in VALUES:
    members(type(v).__name__, v, ("__class__", "__del__"))

STATEMENTS = ["a", "a()", "a(b)", "a(*b)", "a(**b)", "nop(*a)", "nop(**a)", "a.x", "a.x = 1", "del a.x", "a[b]", "a[b] = 1", "del a[b]", "a[b:]",
              "a[::b]", "a[b:] = a", "a[b:b] = b", "-a", "~a", "not a", "{a: 1}", "{a}", "[*a]", "{**a}", "x, y = a", "x, *y = a",
              "for x in a: pass", "[x for x in a]", "{x: x for x in a}", "with a: pass", "raise a", "raise a from b", "try:\n  1/0\nexcept a: pass",
              "class X(a): pass", "class X(a, b): pass", "@a\ndef f(): pass", "import a.b", "from a import b", "f'{a:>5}'", "f'{a:d}'",
              "f'{a:{b}}'", "'%d' % a", "'%s %s' % a", "a.format(b)", "lambda x=a: x.y.z", "(yield a)", "a if b else 1/a", "assert not a, b"]
for op in ("+", "-", "*", "/", "//", "%", "**", "<<", ">>", "&", "|", "^", "@"):
    STATEMENTS += ["a " + op + " b", "a " + op + "= b"]
for op in ("<", "<=", ">", ">=", "==", "in", "not in", "is"):
    STATEMENTS.append("a " + op + " b")
HUGE = ("*", "<<", ">>")
for s in STATEMENTS:
    try:
        code = compile(s, "s", "exec")
    except SyntaxError as e:
        continue
    for a in VALUES:
        for b in VALUES[::3] if "b" in s else VALUES[:1]:
            if 10**30 in (a if type(a) is int else 0, b if type(b) is int else 0) and any([h in s for h in HUGE]):
                continue
            try:
                exec(code, {"a": a, "b": b, "nop": nop})
            except Exception as e:
                tell(s.replace("\n", ";"), e)

# Names, scopes, and functions of the script's own.
for s in ("x", "def f(): y\nf()", "def f():\n  print(z)\n  z = 1\nf()", "def f():\n  del w\nf()", "del v", "global_ += 1", "nop.x.y", "A().m()",
          "A().m(1, 2)", "A().m(b=1)", "A(1)", "(lambda a, b: 0)(1)", "(lambda: 0)(1)", "(lambda *, k: 0)()", "(lambda a: 0)(1, a=1)",
          "(lambda **k: 0)(1)", "A.m()", "import nowhere", "from math import nowhere", "from . import x", "d = {1: 1}\nfor k in d: d[k + 1] = 1",
          "s = {1}\nfor k in s: s.add(k + 1)", "l = [1]\nfor k in l: l.clear()", "next(iter([]))", "g = gen()\nnext(g)\nnext(g)", "gen().send(1)",
          "gen().throw(1)", "int('x')", "[].pop()", "{}.popitem()", "set().pop()", "[1].index(2)", "'a'.index('b')", "chr(-1)", "1 << -1", "1 / 0"):
    try:
        exec(s, {"nop": nop, "A": A, "gen": gen, "__name__": "x"})
    except Exception as e:
        tell(s.replace("\n", ";"), e)

# Modules: what takes any arguments, and of the others only too many.
for name, pure, functions in modules_under_test.LIST:
    m = __import__(name)
    for n in functions:
        call(name + "." + n, getattr(m, n), ALL if pure else [TOO_MANY])
