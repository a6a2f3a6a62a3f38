import _thread, utime
def bad():
    raise ValueError("in a thread")
s = _thread.start_new_thread(bad, ())
while _thread.threadIsRunning(s):
    utime.sleep_ms(1)
print("the others go on")
