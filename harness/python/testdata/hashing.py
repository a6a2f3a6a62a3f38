# What has no hash is no key, but nothing is in an empty dict.
s=None
class A:
    def __getitem__(self,i): return i
s=A()[1:2]
for f in (lambda: {}[:], lambda: {s:1}, lambda: {}.get(s), lambda: hash(s), lambda: s in {}, lambda: {}.pop(s), lambda: {s}, lambda: {1:2}[1:2], lambda: s==A()[1:2], lambda: s<s, lambda: [1,2,3][s], lambda: dict([(s,1)]), lambda: {}.setdefault(s,1)):
    try: print(f())
    except Exception as e: print(repr(e))
d={}
try:
    d[:]=1
except Exception as e: print(repr(e))
try:
    del d[:]
except Exception as e: print(repr(e))
for v in ({}, [], set(), bytearray(), (1, [])):
    for f in (lambda: {v:1}, lambda: {}[v], lambda: {v}, lambda: v in {}, lambda: hash(v), lambda: {}.get(v), lambda: {}.pop(v), lambda: set([v]), lambda: {1}.discard(v), lambda: {1}.remove(v), lambda: {1}.add(v), lambda: frozenset([v]), lambda: {}.setdefault(v), lambda: dict([(v,1)]), lambda: v in {1}):
        try: f(); print("fine", end=" ")
        except Exception as e: print(repr(e), end=" ")
    print()
