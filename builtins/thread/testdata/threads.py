import _thread
import utime
lock = _thread.allocate_lock()
done = _thread.allocate_semphore(10)
for i in range(10):
    done.acquire()
n = 0
def work(times, name):
    global n
    for i in range(times):
        with lock:
            n += 1
    done.release()
lock.acquire()
ids = [_thread.start_new_thread(work, (1000, "w%d" % i)) for i in range(10)]
print(len(set(ids)), all(_thread.threadIsRunning(i) for i in ids), _thread.get_ident() not in ids)
lock.release()
for i in ids:
    done.acquire()
print(n, done.getCnt(), lock.locked())
# A lock that is held over a sleep does not stop the others.
seen = []
def holder():
    lock.acquire()
    seen.append("held")
    while "other" not in seen:
        utime.sleep_ms(1)
    seen.append("released")
    lock.release()
def other():
    seen.append("other")
_thread.start_new_thread(holder, ())
while not seen:
    utime.sleep_ms(1)
_thread.start_new_thread(other, ())
while len(seen) < 3:
    utime.sleep_ms(1)
lock.acquire()
print(seen, lock.locked(), lock.acquire(False))
lock.release()
try:
    lock.release()
except RuntimeError as e:
    print("RuntimeError", e)
# A thread can be stopped, in a loop and where it waits.
def forever():
    while True:
        pass
def waits():
    lock.acquire()
    try:
        lock.acquire()
    except Exception:
        print("never")
for f in (forever, waits):
    t = _thread.start_new_thread(f, ())
    utime.sleep_ms(5)
    print(_thread.stop_thread(t))
    while _thread.threadIsRunning(t):
        utime.sleep_ms(1)
print("stopped", _thread.stack_size(), _thread.stack_size(1 << 14))
def bad():
    raise ValueError("in a thread")
_thread.start_new_thread(bad, ())
def late():
    utime.sleep_ms(10)
    print("late")
_thread.start_new_thread(late, ())
print("main ends")
_thread.start_new_thread(5, ())
