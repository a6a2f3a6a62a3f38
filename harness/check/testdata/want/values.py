text = "abc"
data = text.encode()
items = text.split(",")
text.zfill(5)  # want: warning: MicroPython's str has no zfill; use '%0*d' % (width, n)
"x".removeprefix("a"), "x".fotmat(1)  # want: str has no removeprefix; use a slice | error: str has no fotmat; did you mean format?
data.decode().casefold()  # want: str has no casefold; use lower()
items.add(1)  # want: error: list has no add
items.appendd(1)  # want: error: list has no appendd; did you mean append?
{}.iteritems()  # want: error: dict has no iteritems
bytearray(3).pop()  # want: MicroPython's bytearray has no pop
(1).bit_length()  # want: int has no bit_length
text.split(sep=",")  # want: warning: MicroPython's str.split takes no argument by the name sep; give it by position
items.sort(key=len, reverse=True)
sorted(items, key=len)
sorted(items, len)  # want: error: sorted() takes 1 arguments, not 2
print(1, file=None, flush=True)  # want: warning: MicroPython's print takes no argument by the name flush; leave it out
int("1", base=16)  # want: MicroPython's int takes no argument by the name base
str(data, encoding="utf-8")  # want: MicroPython's str takes no argument by the name encoding
str(data, "utf-8")
len(1, 2)  # want: error: len() takes 1 arguments, not 2
bytes("abc")  # want: error: bytes() of a str wants an encoding; write b'...', or give 'utf-8'
"x".center(5, "-")  # want: str.center takes 1 argument(s), not 2
"a b".rsplit(None, 1)  # want: rsplit refuses None with a count
"{0.x} {1[0]}".format(1, 2)  # want: MicroPython's format refuses {0.name}
"{:.2f} {{a.b}}".format(1.0)
"%a" % 1  # want: MicroPython's % has no %a; use %r
"%5.1f %%a" % 1
text[::-1], data[::2]  # want: slices of a str with a step of 1 only | slices of a bytes with a step
items[::-1], text[1:2], text[0:3:1]
items[::2] = [1]  # want: MicroPython does not assign to or delete slices with a step
del items[::2]  # want: MicroPython does not assign to or delete slices with a step
format(1, "x"), vars(text)  # want: no builtin format; use str.format | builtin vars; use dir() and getattr()
xrange(3)  # want: error: neither MicroPython nor quecstar has a builtin xrange; use range
try:
    open("x")
except FileNotFoundError:  # want: FileNotFoundError; use OSError and look at its errno
    pass
undefined_name  # want: warning: nothing binds the name undefined_name
try:
    unicode  # want: note: neither MicroPython nor quecstar has a builtin unicode; use str
except NameError:
    pass


execfile("x.py")  # want: error: quecstar has no builtin execfile


class Title:
    def title(self):
        return 1


def unknown(x, y):
    x.title()
    x.ljust(3)  # want: warning: MicroPython's types have no method ljust
    y = "a"
    y.anything()


def each(lines):
    for line in lines:
        line.strip().zfill(2)  # want: MicroPython's types have no method zfill
    count = 0
    count += 1
    count.anything()  # want: error: int has no anything
