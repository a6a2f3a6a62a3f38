# The variables of a module as a dict, and wrong arguments of methods; the output is that of MicroPython 1.27.


def t(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)


x = 1
g = globals()
x = 2
print(g['x'], 'x' in g)
g['y'] = 5
print(y)
del x
print('x' in globals(), 'x' in g)
t(lambda: g['x'])
t(lambda: x)
del globals()['y']
t(lambda: y)
x = 3
print(g.pop('x'))
t(lambda: x)
g.update({'z': 7})
print(z, g.get('z'), g.setdefault('w', 8), w)
t(lambda: globals().pop('nothing'))
l = [1]
t(lambda: l.append())
t(lambda: l.append(1, 2))
t(lambda: l.append(x=1))
t(lambda: l.insert(1))
t(lambda: l.insert(1, 2, 3))
t(lambda: l.pop(1, 2))
t(lambda: l.pop('a'))
t(lambda: l.pop(5))
t(lambda: l.clear(1))
t(lambda: l.reverse(1))
t(lambda: l.extend())
t(lambda: l.extend(1))
t(lambda: l.remove())
t(lambda: {}.get())
t(lambda: {}.pop())
t(lambda: 'a'.join())
t(lambda: [].pop())
