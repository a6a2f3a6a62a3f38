from osTimer import osTimer
import utime, _thread
hits = []
gate = _thread.allocate_lock()
gate.acquire()
def tick(arg):
    hits.append(arg)
    if len(hits) == 3:
        print(t.stop())
        gate.release()
t = osTimer()
print(t.start(1, 1, tick))
gate.acquire()
print(hits)
once = osTimer()
print(once.start(5, 0, lambda a: hits.append("never")), once.start(1, 0, lambda a: gate.release()))
gate.acquire()
utime.sleep_ms(10)
print(len(hits), once.stop(), once.start(-1, 0, tick), once.delete_timer(), once.start(1, 0, tick), once.stop())
try:
    t.start("x", 1, tick)
except TypeError as e:
    print(e)
def last(arg):
    print("the run waits for a timer")
osTimer().start(5, 0, last)
