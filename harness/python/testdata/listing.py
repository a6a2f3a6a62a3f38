# What a module lists of itself is what its text binds.
class OneError(Exception):
    pass


class TwoError(OneError):
    def __str__(self):
        return "two"


class Other:
    pass


def helper():
    pass


try:
    x = 1
    raise TwoError
except OneError as e:
    print(e)
finally:
    y = 2

try:
    missing
except NameError:
    z = 3


def mine(names):
    return sorted(n for n in names if not n.startswith("__") and n != "mine")


print(mine(globals()), mine(locals()), mine(dir()))
print([name for name, cls in sorted(globals().items()) if name.endswith("Error") and issubclass(cls, OneError)])
