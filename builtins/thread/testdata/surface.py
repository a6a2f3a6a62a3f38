import _thread, utime
lock = _thread.allocate_lock()
done = _thread.allocate_semphore(4)
total = 0
def work(n, step=1):
    global total
    for _ in range(n):
        with lock:
            total += step
    done.release()
for _ in range(4):
    done.acquire()
print(done.getCnt())
ids = [_thread.start_new_thread(work, (500,)) for _ in range(3)]
ids.append(_thread.start_new_thread(work, (100,), {"step": 5}))
for _ in range(4):
    done.acquire()
print(total, len(set(ids)), _thread.get_ident() not in ids, done.getCnt())

# A lock held over a sleep blocks only who wants it.
def holder():
    with lock:
        utime.sleep_ms(20)
lock.acquire()
print(lock.locked(), lock.acquire(0), lock.acquire(1, 0.01), lock.acquire(False))
lock.release()
print(lock.locked())
try:
    lock.release()
except RuntimeError as e:
    print("RuntimeError", e)

# A tight loop starves no one.
spin = True
def spinner():
    while spin:
        pass
s = _thread.start_new_thread(spinner, ())
utime.sleep_ms(5)
print("not starved", _thread.threadIsRunning(s))
spin = False
while _thread.threadIsRunning(s):
    utime.sleep_ms(1)

# A sleeping thread can be stopped, and runs no finally.
def sleeper():
    try:
        utime.sleep(3600)
    except BaseException:
        print("must not be seen")
    finally:
        print("must not be seen")
s = _thread.start_new_thread(sleeper, [])
utime.sleep_ms(2)
print(_thread.stop_thread(s), _thread.threadIsRunning(s))
def suicide():
    _thread.stop_thread(0)
    print("must not be seen")
_thread.start_new_thread(suicide, ())
def leaver():
    _thread.exit()
_thread.start_new_thread(leaver, ())
for bad in (0, 1, 12345):
    try:
        _thread.stop_thread(bad)
    except ValueError as e:
        print(e)
print(_thread.stack_size(), _thread.stack_size(100), _thread.stack_size(16 * 1024), _thread.stack_size())
print(_thread.get_heap_size() > 0, _thread.delete_lock(lock), _thread.delete_semphore(done))
print(lock.acquire(), lock.locked(), done.acquire())
for f in (lambda: lock.release(), lambda: done.release(), lambda: _thread.delete_lock(5), lambda: _thread.start_new_thread(5, ()),
          lambda: _thread.start_new_thread(work, 5), lambda: _thread.start_new_thread(work, (), 5), lambda: _thread.allocate_semphore(0)):
    try:
        f()
    except (RuntimeError, TypeError, OSError) as e:
        print(type(e).__name__, e)
# A thread that is to be started again after it raised; a name is taken too.
tries = []
def flaky(n):
    tries.append(n)
    if len(tries) < 2:
        raise ValueError("again")
s = _thread.start_new_thread(flaky, (7,), True)
while _thread.threadIsRunning(s):
    utime.sleep_ms(20)
print(tries)
_thread.start_new_thread(flaky, (8,), "a name")
few = _thread.allocate_semaphore(1)
print(few.acquire(), few.acquire(0), few.acquire(10), few.getCnt().curCnt, few.getCnt()[0], few.release())
try:
    few.release()
except RuntimeError as e:
    print(e)
def late():
    utime.sleep_ms(10)
    print("the run waits for its threads")
_thread.start_new_thread(late, ())
