from queue import Queue
import _thread, utime
q = Queue()
print(q.empty(), q.size(), q.put(1), q.put("two"), q.put(), q.size(), q.empty())
print(q.get(), q.get(), q.get(), q.empty())
small = Queue(2)
print(small.put(1), small.put(2), small.put(3), small.size(), Queue(maxsize=1).put(0))
got = []
end = _thread.allocate_lock()
def consumer():
    while True:
        v = q.get()
        if v is None:
            break
        got.append(v)
    end.release()
end.acquire()
_thread.start_new_thread(consumer, ())
for i in range(50):
    q.put(i)
q.put()
end.acquire()
print(got == list(range(50)))
# What a stopped thread would have got goes to the next.
def never():
    q.get()
    print("must not be seen")
n = _thread.start_new_thread(never, ())
utime.sleep_ms(2)
_thread.stop_thread(n)
q.put("kept")
print(q.get())
