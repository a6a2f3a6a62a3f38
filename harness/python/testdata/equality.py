# What is compared is evaluated once, and bools equal ints wherever they come from.


class Reader:
    def __init__(self, data):
        self.data = data
        self.at = 0
        self.limit = 3

    @property
    def next(self):
        self.at += 1
        return self.data[self.at - 1]

    def __getitem__(self, k):
        print('item', k)
        return self.data[k]

    def __len__(self):
        print('len')
        return len(self.data)


r = Reader([5, 1, True, 0, False, 'x', None, 1.0, b'y'])
print(r.next == 9, r.at)
print(r.next == True, r.at)
print(r.next == 1, r.at)
print(r.next != False, r.at)
print(r.next == 0, r.at)
print(r.next != r.limit, r.at)
print(r.next == None, r.at)
print(r.next in (1, 2), r.at)
print(r.next not in [b'x', b'y'], r.at)
print(r[1] == r[2], r[0] == r[1], r[0] != 5)
print(len(r) == 9, 9 != len(r), 3 in r[2:3])


def same(a, b):
    out = [a == b, b == a, a != b, a in [b], a in (b, 7), a in {b}, [a] == [b], (a, 1) == (b, 1), {a: 1} == {b: 1}]
    return out


print(same(1, True))
print(same(0, False))
print(same(1.0, True))
print(same(2, True))
print(same('1', 1))


def counts(n):
    even = odd = 0
    k = 7
    found = None
    for i in range(n):
        if i % 2 == 0:
            even += 1
        elif i == k:
            found = i
        elif i != k:
            odd += 1
    return even, odd, found == k, found != 7


print(counts(10))


def flags(n):
    on = n > 1
    i = 0
    for x in range(3):
        if x == on:
            i += 10
        if on != x:
            i += 1
    return i


print(flags(1), flags(2))


def twice(n):
    n = n == 1
    return n == 1, n == True, n == 0


print(twice(1), twice(True), twice(0))


def outer():
    x = 1

    def change(v):
        nonlocal x
        x = v

    before = x == 1
    change(True)
    return before, x == 1, x != 1, x == True


print(outer())


def around(n):
    x = 0
    y = 0
    for i in range(n):
        y = x
        x = y
        x = n > 1
    return x == 1, y == 1, x == y, y != 0


print(around(3), around(1))


def late():
    a = b = 0
    out = []
    for i in range(3):
        out.append(a == 1)
        a = b
        b = [True, False, True][i]
    return out


print(late())
