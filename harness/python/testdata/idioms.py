# idioms of modules' scripts
class Dev:
    _inst = None
    STATES = ('idle', 'run')
    def __new__(cls, *a, **k):
        if not cls._inst: cls._inst = object.__new__(cls)
        return cls._inst
    def __init__(self, name='x'): self.name = name; self.on = False
    def toggle(self): self.on = not self.on; return self.STATES[self.on]
d = Dev('a'); e = Dev('b')
print(d is e, d.name, d.toggle(), d.toggle())
buf = bytearray(8)
crc = 0
for i, c in enumerate(b'123456789'):
    crc ^= c
    for _ in range(8):
        crc = (crc >> 1) ^ 0xA001 if crc & 1 else crc >> 1
buf[0] = crc; buf[1] = crc >> 8; buf[2] = -1
print(hex(crc), buf)
def crc16(data, poly=0xA001):
    crc = 0xFFFF
    for b in data:
        crc ^= b
        for _ in range(8):
            lsb = crc & 1
            crc >>= 1
            if lsb: crc ^= poly
    return crc
print('%04X' % crc16(b'\x01\x03\x00\x00\x00\x0A'))
msg = 'temp:{:.1f},hum:{:d}%'.format(23.456, 45)
k, v = msg.split(',')[0].split(':')
print(k, float(v), int(msg.split(':')[-1][:-1]))
def parse(s):
    out = {}
    for part in s.split('&'):
        if '=' in part:
            a, b = part.split('=', 1)
            out[a] = int(b) if b.isdigit() else b
    return out
p = parse('a=1&b=x=y&c=&d')
print(sorted(p.items(), key=lambda kv: kv[0]))
state = {'n': 0}
def cb(x, st=state): st['n'] += x; return st['n'] > 2
print([cb(i) for i in range(3)], state)
table = {0x01: lambda a: a + 1, 0x02: lambda a: a * 2}
print([table[k](5) if k in table else None for k in (1, 2, 3)])
def retry(n):
    while n:
        try:
            n -= 1
            if n > 1: raise OSError(110)
            return 'ok %d' % n
        except OSError as e:
            if e.args[0] != 110: raise
            print('retry', n)
            continue
        finally:
            print('fin', n)
print(retry(4))
lst = [{'id': i, 'v': i * i % 7} for i in range(6)]
lst.sort(key=lambda x: (x['v'], -x['id']))
print([x['id'] for x in lst])
print(''.join('%02x' % b for b in b'\x00\xff\x10'), bytes(int('00ff10'[i:i+2], 16) for i in range(0, 6, 2)))
x = b'AT+CSQ\r\n\r\n+CSQ: 23,99\r\n\r\nOK\r\n'
print([l for l in x.decode().split('\r\n') if l], x.find(b'+CSQ'), x[10:20].decode().strip())
a = [1, 2, 3, 4]
a[1:3] = []; del a[-1]; a.insert(0, 'z'); a += [None]
print(a, None in a, a.index(None), not a, a and 1)
flags = 0
flags |= 1 << 3; flags &= ~(1 << 0); flags ^= 0xF
print(bin(flags), flags >> 1, -flags, ~flags & 0xFF)
def outer():
    acc = []
    def add(v):
        acc.append(v)
        return len(acc)
    return add, acc
f, acc = outer(); f(1); f(2)
print(acc, (lambda *a, **k: (len(a), sorted(k)))(1, 2, z=1, y=2))
g = (i for i in range(3))
print(next(g), list(g), sum(i for i in range(4) if i % 2))
print('{0:<8}|{1:>6.2f}|{2:^5}|{3:05d}'.format('ab', 3.14159, 'c', 42), '%-8s|%6.2f|%05d' % ('ab', 3.14159, 42))
print('a,b;c'.replace(';', ',').split(','), 'x'.join(['1', '2']), 'abc'[::-1] if False else 'cba', ' x '.strip(), 'AbC'.lower())
print(min(3, 1, 2), max([1, 5, 3]), sum([1, 2, 3]), abs(-5), round(3.7), int(3.9), divmod(17, 5), pow(2, 8))
print(1 if True else 2, not None, 5 // 2, -5 // 2, 5 % 3, -5 % 3, 2 ** 10, 7 / 2)
print(isinstance(True, int), isinstance(1, bool), True + True, True == 1, str(True), int(True))
