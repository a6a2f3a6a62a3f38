# Try and with statements whose parts use the variables around them, in and out of loops.


def unbound(how):
    e = 'kept'
    for _ in range(2):
        try:
            raise ValueError(how)
        except ValueError as e:
            if how == 'break':
                break
            if how == 'continue':
                continue
            if how == 'return':
                return e
    try:
        return e
    except NameError:
        return 'unbound after ' + how


for how in ('break', 'continue', 'end'):
    print(unbound(how))
print(repr(unbound('return')))


def raised_in_handler():
    e = 'kept'
    try:
        try:
            raise ValueError(1)
        except ValueError as e:
            raise KeyError(2)
    except KeyError:
        pass
    try:
        return e
    except NameError:
        return 'unbound by a raise'


print(raised_in_handler())


def not_yet(flag):
    if flag:
        value = 5
    try:
        return value
    except NameError:
        return 'no value'


print(not_yet(True), not_yet(False))


def later():
    try:
        return value
    except NameError:
        value = 1
    return value + 1


print(later())


def each(items):
    out = []
    for item in items:
        half = item / 2
        try:
            if item == 2:
                continue
            out.append(10 / (half - 2))
        except ZeroDivisionError:
            out.append(item)
            if len(items) > 4:
                break
        else:
            out.append('fine')
        finally:
            out.append(half)
    else:
        out.append('all')
    return out


print(each([1, 2, 4]))
print(each([4, 1, 1, 1, 1]))


def classes_of(kind):
    if kind == 1:
        caught = (KeyError, IndexError)
    else:
        caught = ValueError
    try:
        if kind == 1:
            [][0]
        int('x')
    except caught as e:
        return type(e).__name__


print(classes_of(1), classes_of(2))


def nested(n):
    log = []
    while n:
        n -= 1
        try:
            try:
                if n == 1:
                    raise KeyError(n)
                log.append(('body', n))
            finally:
                log.append(('inner', n))
                if n == 2:
                    continue
        except KeyError as e:
            log.append(('caught', e.args, n))
        log.append(('after', n))
    return log


print(nested(4))


class Manager:
    def __init__(self, name, swallow=False):
        self.name = name
        self.swallow = swallow

    def __enter__(self):
        print('enter', self.name)
        return self.name

    def __exit__(self, kind, value, traceback):
        print('exit', self.name, kind is None)
        return self.swallow


def managed(items):
    for item in items:
        with Manager(item) as a, Manager(item * 2, True) as b:
            if item == 2:
                continue
            if item == 3:
                raise ValueError
            if item == 4:
                return a, b
        print('behind', item)


print(managed([1, 2, 3, 4, 5]))


class Counter:
    total = 0
    try:
        total += 1
        missing
    except NameError:
        total += 10
    finally:
        total += 100

    def add(self, n, limit=3):
        try:
            if n > limit:
                raise OverflowError(n, limit)
            self.total += n
        except OverflowError as e:
            return e.args
        return self.total


c = Counter()
print(c.total, c.add(2), c.add(4), c.add(4, limit=9))


def outer():
    seen = []

    def inner(x):
        try:
            seen.append(x)
            return 1 // x
        except ZeroDivisionError:
            return seen
    return inner


print(outer()(2), outer()(0))


def steps(n):
    for i in range(n):
        try:
            got = yield i
            if got:
                raise got
        except KeyError as e:
            yield ('caught', e.args)
        finally:
            yield ('end', i)


g = steps(2)
print(next(g), g.send(None), next(g), g.send(KeyError('k')), next(g), list(g))

x = 0
for i in range(3):
    try:
        x += i
        if i == 1:
            raise RuntimeError(i)
    except RuntimeError as problem:
        x += 100
print(x)
try:
    problem
except NameError:
    print('problem is gone')
