def t(f, *a):
    try:
        print(f(*a))
    except Exception as e:
        print(type(e).__name__, e.args)
def f1():
    for i in range(3):
        try:
            if i == 1: continue
            if i == 2: break
            print('body', i)
        finally:
            print('fin', i)
    else:
        print('else')
    return 'end'
print(f1())
def f2():
    try:
        return 'a'
    finally:
        print('f')
print(f2())
def f3():
    try:
        return 'a'
    finally:
        return 'b'
print(f3())
def f4():
    for i in range(5):
        try:
            raise ValueError(i)
        except ValueError as e:
            if i == 3: return i
            continue
        finally:
            print('fin', i)
print(f4())
def f5():
    while True:
        try:
            try:
                raise KeyError('k')
            finally:
                break
        except KeyError:
            print('never')
    return 'swallowed'
print(f5())
def f6():
    try:
        try:
            1 / 0
        except ZeroDivisionError:
            raise ValueError('from handler')
        finally:
            print('inner fin')
    except ValueError as e:
        print('caught', e)
        try:
            e
        finally:
            print('x')
    else:
        print('no')
    try:
        print(e)
    except NameError as x:
        print('unbound', type(x))
f6()
def f7():
    try:
        pass
    except:
        print('no')
    else:
        return 'else'
    finally:
        print('fin')
print(f7())
def f8(n):
    try:
        if n == 0: raise ValueError
        if n == 1: raise KeyError(5)
        if n == 2: raise IndexError('a', 'b')
        if n == 3: raise OSError(2)
        if n == 4: raise OSError(5, 'text')
        if n == 5: raise StopIteration(9)
        return 'none'
    except (ValueError, KeyError) as e:
        return 'VK', repr(e)
    except LookupError as e:
        return 'L', e.args
    except OSError as e:
        return 'O', e.errno, str(e), repr(e)
    except Exception as e:
        return type(e), e.value
for i in range(7): print(f8(i))
def f9():
    with CM('a') as a, CM('b') as b:
        print(a, b)
        return 'ret'
class CM:
    def __init__(s, n, sup=False): s.n = n; s.sup = sup
    def __enter__(s): print('enter', s.n); return s.n
    def __exit__(s, et, ev, tb): print('exit', s.n, et, repr(ev), tb is None); return s.sup
print(f9())
def f10():
    for i in range(3):
        with CM(i):
            if i == 0: continue
            break
f10()
with CM('s', True):
    raise ValueError('sup')
try:
    with CM('n'):
        raise ValueError('not')
except ValueError as e:
    print('out', e)
t(lambda: int('x'))
t(lambda: int('12', 40))
t(lambda: [][0])
t(lambda: {}['a'])
t(lambda: {}[1])
t(lambda: 'a' + 1)
t(lambda: 1 + 'a')
t(lambda: [] + ())
t(lambda: None + 1)
t(lambda: 'a' * 'b')
t(lambda: -'a')
t(lambda: None.x)
t(lambda: (1).x)
t(lambda: 'a'.x)
t(lambda: undefined_name)
t(lambda: None())
t(lambda: (1)())
t(lambda: 'abc'[5])
t(lambda: 'abc'['a'])
t(lambda: (1, 2)[3])
t(lambda: 1[0])
t(lambda: len(5))
t(lambda: iter(5))
def st5(): return list(5)
t(st5)
t(lambda: next(iter([])))
t(lambda: ord('ab'))
t(lambda: chr(-1))
t(lambda: 1 < 'a')
t(lambda: [] < 5)
t(lambda: None < None)
t(lambda: 1 / 0)
t(lambda: 1 // 0)
t(lambda: 1 % 0)
t(lambda: 1.0 / 0)
t(lambda: 1.0 % 0)
t(lambda: divmod(1, 0))
t(lambda: 0 ** -1)
t(lambda: 1 << -1)
t(lambda: max([]))
t(lambda: [].pop())
t(lambda: {}.popitem())
t(lambda: set().pop())
t(lambda: {}.pop('a'))
t(lambda: set([[]]))
t(lambda: {[]: 1})
t(lambda: hash([]))
t(lambda: hash({}))
t(lambda: (lambda a: a)(b=1))
t(lambda: (lambda a, b=1: a)(1, a=2))
t(lambda: print(1, foo=2))
t(lambda: 'a'.join([1]))
t(lambda: 'a'.join(5))
t(lambda: b'a'.join(['a']))
t(lambda: 'a'.split(''))
t(lambda: 'abc'.index('z'))
t(lambda: 'abc'.encode('foo') and 1)
t(lambda: bytes('a'))
t(lambda: bytes([256]))
t(lambda: bytes([-1]))
t(lambda: str(b'a', 'utf8', 'x', 'y'))
t(lambda: float('abc'))
t(lambda: float([]))
t(lambda: int(None))
t(lambda: int([]))
t(lambda: '%d' % 'a')
t(lambda: '%s %s' % 1)
t(lambda: '%s' % (1, 2))
t(lambda: '%z' % 1)
t(lambda: '%(a)s' % {})
t(lambda: '{}{}'.format(1))
t(lambda: '{a}'.format(b=1))
t(lambda: '{0.x}'.format(1))
t(lambda: '{:z}'.format(1))
t(lambda: '{:d}'.format('a'))
t(lambda: '{:s}'.format(1))
t(lambda: '{'.format())
t(lambda: '}'.format())
t(lambda: range(1, 2, 0))
t(lambda: [1, 2, 3][::0])
t(lambda: isinstance(1, 1))
t(lambda: issubclass(1, int))
t(lambda: type(1, 2))
t(lambda: object.foo)
t(lambda: __import__('nope'))
def up():
    a, b = 1, 2, 3
t(up)
def up2():
    a, b, c = 1, 2
t(up2)
def up3():
    a, b = 5
t(up3)
def up4():
    a, *b, c = [1]
t(up4)
def as1(): assert 0
t(as1)
def as2(): assert 0, 'msg'
t(as2)
def lo():
    print(zz)
    zz = 1
t(lo)
def rs(x): raise x
t(rs, ValueError)
t(rs, 5)
t(rs, 'abc')
t(rs, None)
def rr(): raise
t(rr)
def gl():
    global gv
    del gv
t(gl)
e = ValueError('a', 1)
print(e.args, repr(e), str(e), isinstance(e, Exception), e == e)
print(repr(KeyError('a')), str(KeyError('a')), repr(OSError(2)), str(OSError(2)), repr(Exception()), repr(Exception(None)), repr(ValueError((1, 2))), str(ValueError((1,2))))
print(BaseException.__name__, Exception.__bases__, KeyError.__bases__, ZeroDivisionError.__bases__, OSError.__bases__)
try:
    raise KeyboardInterrupt
except BaseException as e:
    print(repr(e))
try:
    raise SystemExit(3)
except SystemExit as e:
    print(repr(e), e.args)
