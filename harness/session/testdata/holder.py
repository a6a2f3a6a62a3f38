# A lock that is held over a sleep holds up who wants it, and nobody else.
import _thread, utime
lock, out = _thread.allocate_lock(), []

def holder():
    with lock:
        out.append("held")
        utime.sleep_ms(500)
        out.append("released")

def wants():
    with lock:
        out.append("got it")

_thread.start_new_thread(holder, ())
while not out:
    utime.sleep_ms(1)
_thread.start_new_thread(wants, ())
n = 0
for i in range(1000):
    n += 1
    if i % 100 == 0:
        utime.sleep_ms(1)
out.append("main went on")
while len(out) < 4:
    utime.sleep_ms(1)
print(out)
