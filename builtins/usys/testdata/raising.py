# The traceback that print_exception prints begins where the exception was caught; one that is raised
# again shows both places.
import sys


def g():
    raise ValueError("g")


def f():
    try:
        g()
    except ValueError as e:
        sys.print_exception(e)
        try:
            raise
        except ValueError as again:
            sys.print_exception(again)
        return e


def h():
    f()
    try:
        f()
        g()
    except ValueError as e:
        sys.print_exception(e)


h()
saved = f()


def again():
    try:
        raise saved
    except ValueError as e:
        sys.print_exception(e)


again()
saved.__traceback__ = None
again()


def steps():
    yield 1
    g()


try:
    for _ in steps():
        pass
except ValueError as e:
    sys.print_exception(e)
