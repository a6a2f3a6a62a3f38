def t(f, *a):
    try:
        print(repr(f(*a)))
    except Exception as e:
        print(type(e).__name__, e.args)
for v in (0, 1, -1, 42, -42, 255, 123456789, 10**12, True):
    for s in ('', 'd', '5', '<5', '>5', '^5', '05', '+', '+d', ' d', '+05', 'x', 'X', '#x', 'o', '#o', 'b', '#b', '010b', '<05', '*^9', '=+6', ',', '_>6d', '08x', '#010x', 'n', 'e', '.2f', 'g', '%'):
        t(lambda: ('{:' + s + '}').format(v))
for v in (0.0, 1.5, -1.5, 3.14159265, 1e10, 1e-5, 123456.789, -0.0, 0.1, 100.0, 2.5, 1e16, 12345678.9):
    for s in ('', 'f', '.0f', '.1f', '.2f', '.3f', '8.3f', '<8.2f', '^10.1f', '08.2f', '+.2f', ' .1f', 'e', '.2e', 'E', 'g', '.3g', 'G', '.10g', '%', '.1%', '10', '<10', '010'):
        t(lambda: ('{:' + s + '}').format(v))
for v in ('', 'a', 'abc', 'abcdef', '中'):
    for s in ('', 's', '5', '<5', '>5', '^5', '05', '5.5', '*<6', '-^7s'):
        t(lambda: ('{:' + s + '}').format(v))
for v in (0, 5, -5, 255, 3.7, True):
    for s in ('%d', '%5d', '%-5d|', '%05d', '%+d', '% d', '%x', '%X', '%#x', '%o', '%08x', '%i', '%u', '%s', '%r', '%5s', '%-5s|', '%f', '%.1f', '%8.2f', '%e', '%g', '%%', '%3d%%', '%.3d', '%+.1f'):
        t(lambda: s % ((v,) if '%%' != s else ()))
for v in ('', 'abc', '中', b'ab', None, [1], (1, 2), {'a': 1}):
    for s in ('%s', '%r', '%5s', '%-6s|', '%.3s'):
        t(lambda: s % (v,))
t(lambda: '%s %d %.1f' % ('a', 1, 2.55))
t(lambda: '%(a)s-%(b)05d' % {'a': 1, 'b': 2})
t(lambda: '%*d' % (5, 1))
t(lambda: '%-*d|' % (5, 1))
t(lambda: '%.*f' % (2, 1.239))
t(lambda: '%s' % [1, 2])
t(lambda: '%s' % {'a': 1})
t(lambda: '%s %s' % ('a', 'b'))
t(lambda: '%s' % ())
t(lambda: '%s%%' % 5)
t(lambda: b'%s %d' % (b'a', 1))
t(lambda: '{} {}'.format(1, 'a'))
t(lambda: '{1} {0} {1}'.format('a', 'b'))
t(lambda: '{a} {b}'.format(a=1, b=[2]))
t(lambda: '{!r} {!s}'.format('a', 'b'))
t(lambda: '{:{w}.{p}f}'.format(3.14159, w=8, p=2))
t(lambda: '{0:>{1}}'.format('a', 5))
t(lambda: '{{}} {}'.format(1))
t(lambda: '{:>10}|{:<10}|{:^10}'.format('a', 'b', 'c'))
t(lambda: '{}'.format(None) + '{}'.format([1]) + '{}'.format((1,)) + '{}'.format({'a': 1}))
t(lambda: '{:5}|'.format(None))
t(lambda: '{:>6}|'.format([1]))
t(lambda: '{:5}|{:<5}|{:>5}|'.format(True, False, 1))
t(lambda: '{:d}'.format(True))
t(lambda: '{:.3}'.format(3.14159))
t(lambda: '{:10.3}|'.format('abcdef'))
name = 'n'; val = 3.14159; d = {'k': 'v'}; lst = [1, 2]
print(f'{name} {val:.2f} {d["k"]} {lst[0]} {name!r} {val!r:>10} {{}} {1 + 2} {name:>5}| {val:{5}.{2}f} {name.upper()} {"x" if val else "y"}')
print(f'{name=}')
print(f'a' f'{name}' 'b' rf'\n{name}')
print(f'''m
{name}''')
