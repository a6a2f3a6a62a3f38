# What str and bytes take of each other, and what cannot be formatted; the output is that of MicroPython 1.27.


def t(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)


for v in (None, [1], {}, (1,), 'a', b'ab', 3, 3.5, -0.0, {1}, range(3), Exception('x'), 1j):
    for s in ('{:d}', '{:s}', '{:>6}', '{:f}', '{:x}', '{:c}', '{:g}', '{:e}', '{:.2f}', '{:%}', '{:b}', '{:^8}', '{:=8}', '{:q}', '{:.3}', '{:08}', '{:<}', '{:#x}'):
        t(lambda: (s, s.format(v)))
for v in (None, [1], 'a', 3, 3.5, -0.0, {1}, 1j):
    for s in ('%d', '%s', '%6s', '%f', '%x', '%g', '%.2f', '%5d', '%r', '%q', '%-8s|', '%+d', '%08.3f', '%#x'):
        t(lambda: (s, s % (v,)))
t(lambda: '%c' % None)
for name in ('startswith', 'endswith'):
    for a in ('a', b'a', b'c', bytearray(b'a'), 1, None, ('a', 'c'), (b'a', b'c'), [b'a']):
        t(lambda: (name, a, getattr(b'abc', name)(a)))
        t(lambda: (name, a, getattr('abc', name)(a)))
