# every way out of try, with its finally, of loops, functions and generators
log = []


def way(how):
    for i in range(3):
        try:
            log.append("body")
            if how == "return":
                return "returned"
            if how == "break":
                break
            if how == "continue":
                continue
            if how == "raise":
                raise ValueError(i)
            if how == "nested":
                try:
                    return "inner"
                finally:
                    log.append("inner finally")
        except ValueError as e:
            log.append("except " + str(e))
            if i == 1:
                return "from except"
        else:
            log.append("else")
        finally:
            log.append("finally")
    else:
        log.append("loop else")
    return "end"


for how in ("fall", "return", "break", "continue", "raise", "nested"):
    del log[:]
    print(how, way(how), log)


def override(how):
    while True:
        try:
            if how == "return":
                return 1
            raise KeyError("lost")
        finally:
            if how == "break":
                break
            return 2
    return 3


print(override("return"), override("raise"), override("break"))


def skipping():
    out = []
    for i in range(4):
        try:
            if i == 2:
                raise OSError(5)
            out.append(i)
        except OSError:
            continue
        finally:
            out.append(-i)
    return out


print(skipping())


def chain():
    try:
        try:
            raise ValueError("first")
        finally:
            raise KeyError("second")
    except KeyError as e:
        return repr(e)


print(chain())


def bare():
    try:
        try:
            {}["gone"]
        except KeyError:
            raise
    except LookupError as e:
        return type(e), e.args


print(bare())


def nested_except():
    try:
        raise ValueError(1)
    except ValueError as e:
        try:
            raise TypeError(2)
        except (KeyError, TypeError) as f:
            return e.args + f.args


print(nested_except())


def gone():
    try:
        raise ValueError
    except ValueError as e:
        pass
    try:
        e
    except NameError:
        return "unbound"


print(gone())


def steps():
    try:
        yield 1
        yield 2
    except ValueError as e:
        yield "caught", e.args
    finally:
        print("cleaned", end=" ")


g = steps()
print(next(g), g.throw(ValueError("in")), end=" ")
print(next(g, "over"))
g = steps()
print(next(g), end=" ")
g.close()
print()


def recursive(n):
    try:
        if n:
            return recursive(n - 1)
        raise RuntimeError("deep")
    except RuntimeError as e:
        raise
    finally:
        log.append(n)


del log[:]
try:
    recursive(3)
except RuntimeError as e:
    print(log)


class Own(Exception):
    def __init__(self, code, *rest):
        super().__init__(code, *rest)
        self.code = code


class Sub(Own):
    def __str__(self):
        return "<%s>" % self.code


for e in (Own(1), Own(1, 2), Sub("s")):
    try:
        raise e
    except Own as caught:
        print(caught is e, caught.code, caught.args, str(caught), repr(caught))
try:
    raise Sub
except TypeError:
    print("it wants an argument")
try:
    raise 5
except TypeError:
    print("no exception")
try:
    try:
        raise ValueError("v")
    except 5:
        pass
except (TypeError, ValueError) as e:
    print("bad clause")
try:
    assert False, "told"
except AssertionError as e:
    print(e, e.args)
for i in range(2):
    try:
        pass
    finally:
        print("loop", i, end=" ")
else:
    print("done")


def with_else():
    try:
        pass
    except ValueError:
        return "no"
    else:
        return "else"
    finally:
        print("finally", end=" ")


print(with_else())
