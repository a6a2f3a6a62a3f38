# Names that the module reads in front of what binds them: builtins until then, or nothing.
print(isinstance(1, int), type(5) is int, list("ab"), str(1.0), [x for x in range(2)])
def f():
    return isinstance(1, int), list("xy"), sorted("ba")
print(f())
try:
    print(later)
except NameError as e:
    print(e)
later = 1
isinstance = lambda *a: 3
list = [4]
type = "t"
sorted = 7
print(isinstance(1, int), list, type, sorted, later)
del list
print(list("q"))
del later
try:
    later
except NameError as e:
    print(e)
