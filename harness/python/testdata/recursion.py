# What calls itself without end, through whichever method, is a RuntimeError.

class A: pass
A.__init__ = A
try: A()
except RuntimeError as e: print(e)
class B: pass
B.__call__ = B()
try: B()()
except RuntimeError as e: print(e)
x = []
for i in range(20000): x = filter(None, x)
try: print(list(x))
except RuntimeError as e: print(e)
x = [1]
for i in range(20000): x = map(lambda a: a, x)
try: print(list(x))
except RuntimeError as e: print(e)
x = [1]
for i in range(20000): x = zip(x)
try: print(next(x))
except RuntimeError as e: print(e)
x = [1]
for i in range(20000): x = enumerate(x)
try:
  for a in x: print('ok')
except RuntimeError as e: print(e)
def t(f):
    try: f(); print('done')
    except RuntimeError as e: print('RE', e)
    except Exception as e: print(type(e).__name__, e)
class G:
    def __getattr__(self, n): return getattr(self, n)
t(lambda: G().x)
class P:
    @property
    def p(self): return self.p
t(lambda: P().p)
class R:
    def __repr__(self): return repr(self)
t(lambda: repr(R()))
class S:
    def __str__(self): return str(self)
t(lambda: str(S()))
class E:
    def __eq__(self, o): return self == o
t(lambda: E() == E())
class H:
    def __hash__(self): return hash(self)
t(lambda: hash(H()))
t(lambda: {H(): 1})
class L:
    def __len__(self): return len(self)
t(lambda: len(L()))
t(lambda: bool(L()))
class I:
    def __iter__(self): return iter(self)
t(lambda: list(I()))
class N:
    def __next__(self): return next(self)
t(lambda: next(N()))
class C:
    def __contains__(self, x): return x in self
t(lambda: 1 in C())
class Ad:
    def __add__(self, o): return self + o
t(lambda: Ad() + 1)
class Se:
    def __setattr__(self, n, v): setattr(self, n, v)
def f(): Se().x = 1
t(f)
class D:
    def __get__(self, o, c): return o.d
class DD:
    d = D()
t(lambda: DD().d)
class Ge:
    def __getitem__(self, k): return self[k]
t(lambda: Ge()[1])
class Ex:
    def __enter__(self):
        with self: pass
    def __exit__(self, *a): pass
def f():
    with Ex(): pass
t(f)
class New:
    def __new__(cls): return cls()
t(New)
class Ca:
    def __call__(self): return self()
t(Ca())
class Bo:
    def __bool__(self): return bool(self)
t(lambda: bool(Bo()))
class Fo:
    def __format__(self, s): return format(self, s)
t(lambda: format(Fo(), ''))
class Ne:
    def __neg__(self): return -self
t(lambda: -Ne())
class In:
    def __int__(self): return int(self)
t(lambda: int(In()))
class Fl:
    def __float__(self): return float(self)
t(lambda: float(Fl()))
class Ix:
    def __index__(self): return [1][self]
t(lambda: [1][Ix()])
class De:
    def __del__(self): pass
    def __delitem__(self, k): del self[k]
def f(): del De()[1]
t(f)
class Da:
    def __delattr__(self, k): delattr(self, k)
def f(): del Da().x
t(f)
class Lt:
    def __lt__(self, o): return self < o
t(lambda: Lt() < 1)
t(lambda: sorted([Lt(), Lt()]))
class Ab:
    def __abs__(self): return abs(self)
t(lambda: abs(Ab()))
class Di:
    def __dir__(self): return dir(self)
t(lambda: dir(Di()))
class Ia:
    def __iadd__(self, o):
        self += o
        return self
def f():
    x = Ia(); x += 1
t(f)
class Rv:
    def __reversed__(self): return reversed(self)
t(lambda: reversed(Rv()))
class Cx:
    def __complex__(self): return complex(self)
t(lambda: complex(Cx()))
tu = ()
for i in range(20000): tu = (tu,)
t(lambda: repr(tu))
t(lambda: hash(tu))
t(lambda: {tu: 1})
t(lambda: tu in {1: 2})
