# in and not in take elements of iterators until they have found the one.
def numbers():
    for i in range(1, 4):
        print('gives', i)
        yield i


x = numbers()
print(2 in x, list(x), 2 in x)
print(5 not in numbers())
print(3 in map(int, '123'), (9,) in zip([1], [2]), 2 in iter([1, 2]))
print(1 in reversed([1, 2]), (0, 'a') in enumerate('a'), 1 in filter(None, [0, 1]))


def failing():
    yield 1
    raise ValueError('no more')


print(1 in failing())
try:
    2 in failing()
except ValueError as e:
    print(e)
