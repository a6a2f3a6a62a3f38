# Containers may change while another thread goes through them.
import _thread, utime
d, l = {i: i for i in range(5)}, list(range(5))
s = set(range(5))
done = []

def mutate():
    utime.sleep_ms(3)
    try:
        d["new"] = 1
        l.append("new")
        s.add("new")
        d.pop(4)
        l.remove(0)
    except Exception as e:
        print("mutate", repr(e))
    done.append(1)

_thread.start_new_thread(mutate, ())
for name, c in (("dict", d), ("list", l), ("set", s)):
    n = 0
    try:
        for x in c:
            utime.sleep_ms(2)
            n += 1
    except Exception as e:
        print(name, repr(e))
    print(name, n >= 4)
_thread.start_new_thread(lambda: [d.update({i: i}) for i in range(1000)], ())
_thread.start_new_thread(lambda: [l.append(i) for i in range(1000)], ())
def walk():
    for _ in range(50):
        sum([1 for k in d])
        sorted(l, key=str)
        [x for x in l]
        list(d.items())
        str(d), repr(l)
        for k, v in d.items():
            pass
        for i, x in enumerate(l):
            pass
a = _thread.start_new_thread(walk, ())
b = _thread.start_new_thread(walk, ())


def ended():
    while _thread.threadIsRunning(a) or _thread.threadIsRunning(b):
        utime.sleep_ms(1)
    print("walked")

ended()
