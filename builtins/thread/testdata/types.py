import _thread
lock, count = _thread.allocate_lock(), _thread.allocate_semphore(2)
print(isinstance(lock, _thread.Lock), isinstance(count, _thread.Semphore), isinstance(lock, _thread.Semphore), _thread.Lock.locked(lock))
_thread.Lock()
