from array import array

a = array("h", [1, -2, 300])
print(a, len(a), a[1], a[-1], list(a), a[1:], bytes(a) == b"\x01\xfe," or bytes(a))
a.append(70000)
a.extend([1, 2])
a[0] = 9
print(a, a + array("h", [5]), "x" in a, a == array("h", [9, -2, 300, 4464, 1, 2]))
print(array("f", [1.5, 2]), array("d"), array("Q", [2**64 - 1]), array("B", b"abc"))
m = memoryview(a)
m[1] = 77
print(a[1], len(m), m.itemsize, list(m[2:4]))
a[1:3] = array("h", [0])
print(a)
for bad in (lambda: array("x"), lambda: array("i", ["a"]), lambda: a.pop(), lambda: hash(a), lambda: a[99]):
    try:
        bad()
    except Exception as e:
        print(type(e).__name__)
