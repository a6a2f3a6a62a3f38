import micropython
import utime

print(micropython.heap_lock(), micropython.heap_lock(), micropython.heap_locked())
print(micropython.heap_unlock(), micropython.heap_unlock(), micropython.heap_unlock())
micropython.mem_info()
micropython.qstr_info()

ran = []


def inner(arg):
    ran.append("inner")


def outer(arg):
    micropython.schedule(inner, 0)
    utime.sleep_ms(5)
    ran.append(arg)


micropython.schedule(outer, "outer")
while len(ran) < 2:
    utime.sleep_ms(1)
print(ran)


def fills(arg):
    try:
        for i in range(100):
            micropython.schedule(ran.append, i)
    except RuntimeError as e:
        print(i, e)


ran.clear()
micropython.schedule(fills, None)
while len(ran) < 8:
    utime.sleep_ms(1)
print(ran)
