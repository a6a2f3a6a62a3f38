import sys
import utime


class CancelledError(BaseException):
    pass


class TimeoutError(Exception):
    pass


cur_task = None
_due = []  # (time, number, task) of the tasks that can run, in order
_number = 0


def ticks():
    return utime.ticks_ms()


def ticks_diff(a, b):
    return utime.ticks_diff(a, b)


def ticks_add(a, b):
    return utime.ticks_add(a, b)


def _schedule(task, when):
    global _number
    _number += 1
    at = len(_due)
    while at > 0 and utime.ticks_diff(_due[at - 1][0], when) > 0:
        at -= 1
    _due.insert(at, (when, _number, task))
    task._where = _due


def _unschedule(task):
    for i, entry in enumerate(_due):
        if entry[2] is task:
            del _due[i]
            return


class Task:
    def __init__(self, coro):
        self.coro = coro
        self.data = None  # what it raises next, then how it ended
        self.ended = False
        self.result = None
        self._waiting = []  # the tasks that await it
        self._where = None  # the queue that it waits in

    def done(self):
        return self.ended

    def cancel(self):
        if self.ended:
            return False
        if self is cur_task:
            raise RuntimeError("can't cancel self")
        _wake(self, CancelledError())
        return True

    def __iter__(self):
        while not self.ended:
            self._waiting.append(cur_task)
            cur_task._where = self._waiting
            yield
        if self.data is not None:
            error = self.data
            raise error
        return self.result

    __await__ = __iter__


def _wake(task, error=None):
    """Takes a task out of where it waits and runs it next; it raises error."""
    if task._where is _due:
        _unschedule(task)
    elif task._where is not None and task in task._where:
        task._where.remove(task)
    if error is not None:
        task.data = error
    _schedule(task, ticks())


class _Sleep:
    def __init__(self, ms):
        self.ms = ms

    def __iter__(self):
        _schedule(cur_task, ticks_add(ticks(), max(0, self.ms)))
        yield

    __await__ = __iter__


def sleep_ms(delay):
    return _Sleep(int(delay))


def sleep(delay):
    return _Sleep(int(delay * 1000))


def create_task(coro):
    if not hasattr(coro, "send"):
        raise TypeError("coroutine expected")
    task = Task(coro)
    _schedule(task, ticks())
    return task


def _step(task):
    """Runs a task up to where it waits next; True when it has ended."""
    global cur_task
    cur_task = task
    error, task.data = task.data, None
    task._where = None
    try:
        if error is None:
            task.coro.send(None)
        else:
            task.coro.throw(error)
        if task._where is None:  # a bare yield: it takes its next turn
            _schedule(task, ticks())
        return False
    except StopIteration as e:
        task.result = e.value
    except (CancelledError, Exception) as e:
        task.data = e
    finally:
        cur_task = None
    task.ended = True
    waiting, task._waiting = task._waiting, []
    for w in waiting:
        _schedule(w, ticks())
    if task.data is not None and not waiting and not isinstance(task.data, CancelledError):
        task._unheard = True
    return True


def run_until_complete(main_task=None):
    while True:
        if not _due:
            return None
        wait = ticks_diff(_due[0][0], ticks())
        if wait > 0:
            utime.sleep_ms(wait)
            continue
        task = _due.pop(0)[2]
        if not _step(task):
            continue
        if task is main_task:
            if task.data is not None:
                raise task.data
            return task.result
        if task.data is not None and getattr(task, "_unheard", False):
            Loop.call_exception_handler({"message": "Task exception wasn't retrieved", "exception": task.data, "future": task})


def run(coro):
    return run_until_complete(create_task(coro))


async def wait_for(aw, timeout, sleep=sleep):
    if timeout is None:
        return await aw
    task = aw if isinstance(aw, Task) else create_task(aw)
    me = cur_task
    timed = [False]

    async def ring():
        await sleep(timeout)
        if not task.done():
            timed[0] = True
            task.cancel()

    bell = create_task(ring())
    try:
        return await task
    except CancelledError:
        if timed[0]:
            raise TimeoutError()
        if not task.done():
            task.cancel()
        raise
    finally:
        if not bell.done() and not timed[0]:
            bell.cancel()


def wait_for_ms(aw, timeout):
    return wait_for(aw, timeout, sleep_ms)


async def gather(*aws, return_exceptions=False):
    tasks = [a if isinstance(a, Task) else create_task(a) for a in aws]
    out = []
    for task in tasks:
        try:
            out.append(await task)
        except (CancelledError, Exception) as e:
            if not return_exceptions:
                raise
            out.append(e)
    return out


class Event:
    def __init__(self):
        self._set = False
        self._waiting = []

    def is_set(self):
        return self._set

    def set(self):
        self._set = True
        waiting, self._waiting = self._waiting, []
        for task in waiting:
            _schedule(task, ticks())

    def clear(self):
        self._set = False

    async def wait(self):
        while not self._set:
            await _In(self._waiting)
        return True


class _In:
    """Waits in a queue."""

    def __init__(self, queue):
        self.queue = queue

    def __iter__(self):
        self.queue.append(cur_task)
        cur_task._where = self.queue
        yield

    __await__ = __iter__


class ThreadSafeFlag:
    """An event that callbacks and other threads may set."""

    def __init__(self):
        self._set = False

    def set(self):
        self._set = True

    def clear(self):
        self._set = False

    async def wait(self):
        while not self._set:
            await sleep_ms(1)
        self._set = False


class Lock:
    def __init__(self):
        self._locked = False
        self._waiting = []

    def locked(self):
        return self._locked

    def release(self):
        if not self._locked:
            raise RuntimeError("Lock not acquired")
        self._locked = False
        if self._waiting:
            _schedule(self._waiting.pop(0), ticks())

    async def acquire(self):
        while self._locked:
            await _In(self._waiting)
        self._locked = True
        return True

    async def __aenter__(self):
        return await self.acquire()

    async def __aexit__(self, *args):
        self.release()


def current_task():
    if cur_task is None:
        raise RuntimeError("no running event loop")
    return cur_task


class Loop:
    _handler = None

    def create_task(coro):
        return create_task(coro)

    def run_forever():
        run_until_complete()

    def run_until_complete(aw):
        return run_until_complete(aw if isinstance(aw, Task) else create_task(aw))

    def stop():
        _due.clear()

    def close():
        pass

    def set_exception_handler(handler):
        Loop._handler = handler

    def get_exception_handler():
        return Loop._handler

    def default_exception_handler(loop, context):
        print(context["message"], file=sys.stderr)
        print("future:", context["future"], "coro=", context["future"].coro, file=sys.stderr)
        sys.print_exception(context["exception"], sys.stderr)

    def call_exception_handler(context):
        (Loop._handler or Loop.default_exception_handler)(Loop, context)


def get_event_loop(*args):
    return Loop


def new_event_loop():
    _due.clear()
    return Loop
