import sys
import utime
import _uasyncio as _core


class CancelledError(BaseException):
    """Raised in a task that is cancelled."""


class TimeoutError(Exception):
    """Raised by wait_for when the time is up."""


cur_task = None
_due = []  # (time, task) of the tasks that can run, in order
_beside = {}  # what goes on beside the loop, with the task that waits for it
_idle = False  # the loop looks for what to do, or waits


def ticks():
    """utime.ticks_ms()."""
    return utime.ticks_ms()


def ticks_diff(a, b):
    """utime.ticks_diff(a, b)."""
    return utime.ticks_diff(a, b)


def ticks_add(a, b):
    """utime.ticks_add(a, b)."""
    return utime.ticks_add(a, b)


def _schedule(task, when=None):
    if when is None:
        when = utime.ticks_ms()
    at = len(_due)
    while at > 0 and utime.ticks_diff(_due[at - 1][0], when) > 0:
        at -= 1
    _due.insert(at, (when, task))
    task._where = _due
    if _idle:
        _core.post(None)  # a callback or another thread has something for the loop


def _unschedule(task):
    for i, entry in enumerate(_due):
        if entry[1] is task:
            del _due[i]
            return


def _leave(task):
    """Takes a task out of where it waits."""
    where, task._where = task._where, None
    if where is _due:
        _unschedule(task)
    elif where is _beside:
        for key, waiting in list(_beside.items()):
            if waiting is task:
                del _beside[key]
    elif isinstance(where, Task):
        if task in where._waiting:
            where._waiting.remove(task)
    elif where is not None and task in where:
        where.remove(task)


def _is_due(task):
    now = utime.ticks_ms()
    return task._where is _due and any(t is task and utime.ticks_diff(when, now) <= 0 for when, t in _due)


def _wake(task, error=None):
    """Has a task run, wherever it waits, and raise error. One whose turn is due keeps its place: tasks that
    cancel each other hold up no third one."""
    if not _is_due(task):
        _leave(task)
        _schedule(task)
    if error is not None:
        task.data = error


class Task:
    """A coroutine that runs; create_task makes it."""

    def __init__(self, coro):
        self.coro = coro
        self.data = None  # what it raises next, then how it ended
        self.ended = False
        self.result = None
        self._waiting = []  # the tasks that await it, and functions that hear of its end
        self._gathered = False  # the one that waits for it is a gather
        self._where = None  # the queue that it waits in, or the task that it awaits
        self._heard = False  # somebody knows how it ended

    def done(self):
        """Whether it has ended."""
        return self.ended

    def cancel(self):
        """Raises CancelledError in it."""
        if self.ended:
            return False
        if self is cur_task:
            raise RuntimeError("can't cancel self")
        task = self
        # Of tasks that await each other the innermost is cancelled, and raises in the others.
        while isinstance(task._where, Task) and task._where is not cur_task:
            task = task._where
        _wake(task, CancelledError())
        return True

    def _hear(self):
        """Notes that somebody knows how the task ended."""
        self._heard = True
        _core.heard(self)
        if self._where is _due:
            _leave(self)

    def __iter__(self):
        """Waits for its end, for await."""
        if not self.ended:
            if self._gathered:
                raise RuntimeError("can't wait")
            self._waiting.append(cur_task)
            cur_task._where = self
            yield
        self._hear()
        if self.data is not None:
            error = self.data
            raise error
        return self.result

    __await__ = __iter__


def _promoted(aw):
    return aw if isinstance(aw, Task) else create_task(aw)


class _In:
    """Waits in a queue, or by key beside the loop."""

    def __init__(self, queue, key=None):
        self.queue = queue
        self.key = key

    def __iter__(self):
        """Waits for its end, for await."""
        if self.key is None:
            self.queue.append(cur_task)
        else:
            self.queue[self.key] = cur_task
        cur_task._where = self.queue
        yield

    __await__ = __iter__


class _Sleep:
    def __init__(self, ms):
        self.until = utime.ticks_add(utime.ticks_ms(), max(0, ms))

    def __iter__(self):
        """Waits for its end, for await."""
        _schedule(cur_task, self.until)
        yield

    __await__ = __iter__


def sleep_ms(delay):
    """Lets others run for milliseconds, for await."""
    return _Sleep(int(delay))


def sleep(delay):
    """Lets others run for seconds, for await."""
    return _Sleep(int(delay * 1000))


def create_task(coro):
    """Starts a coroutine and returns its Task."""
    if not hasattr(coro, "send"):
        raise TypeError("coroutine expected")
    task = Task(coro)
    _schedule(task)
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
            _schedule(task)
        return False
    except StopIteration as e:
        task.result = e.value
    except CancelledError as e:
        task.data = e
    except Exception as e:
        task.data = e
        _core.died(task, e)
    finally:
        cur_task = None
    task.ended = True
    waiting, task._waiting = task._waiting, []
    for w in waiting:
        if isinstance(w, Task):
            _schedule(w)
        else:
            w(task)
    return True


def _unheard(task):
    """Tells of an exception that nobody has asked for up to the task's next turn."""
    task._where = None
    if not task._heard:
        if Loop._handler is None:
            _core.tell(task)
        _core.heard(task)
        Loop.call_exception_handler({"message": "Task exception wasn't retrieved", "exception": task.data, "future": task})


def _next(main_task):
    """Waits for the next task that can run; None when there will be none."""
    global _idle
    while True:
        _idle = True
        wait = -1
        if _due:
            wait = max(0, utime.ticks_diff(_due[0][0], utime.ticks_ms()))
        elif not _beside and (main_task is None or main_task.ended):
            _idle = False
            return None
        ready = _core.wait(wait)
        _idle = False
        for key in ready:
            task = _beside.pop(key, None)
            if task is not None:
                _schedule(task)
        if _due and utime.ticks_diff(_due[0][0], utime.ticks_ms()) <= 0:
            return _due.pop(0)[1]


def run_until_complete(main_task=None):
    """Runs all tasks until one has ended, and returns its result."""
    while True:
        task = _next(main_task)
        if task is None:
            return None
        if task.ended:
            _unheard(task)
        elif _step(task):
            if task is main_task:
                _core.heard(task)
                if task.data is not None:
                    raise task.data
                return task.result
            if task.data is not None and not task._heard and not isinstance(task.data, CancelledError):
                _schedule(task)


def run(coro):
    """Starts a coroutine, runs all tasks until it has ended and returns its result."""
    return run_until_complete(create_task(coro))


async def wait_for(aw, timeout, sleep=sleep):
    """Waits for aw at most timeout seconds, for await; TimeoutError when the time is up."""
    task, me = _promoted(aw), cur_task
    if timeout is None:
        return await task
    ended = CancelledError()  # by this one, and no other, the task's end wakes the sleep
    error = None
    given_up = False

    async def watch():
        nonlocal error
        try:
            await task
        except (CancelledError, Exception) as e:
            error = e
        if not given_up and me.data is None:  # nobody else has cancelled it
            _wake(me, ended)

    watcher = create_task(watch())
    try:
        await sleep(timeout)
    except CancelledError as e:
        if e is not ended:  # somebody cancels this one
            given_up = True
            watcher.cancel()
            raise
        if error is not None:
            raise error
        return task.result
    given_up = True
    watcher.cancel()
    await watcher
    raise TimeoutError()


def wait_for_ms(aw, timeout):
    """wait_for in milliseconds."""
    return wait_for(aw, timeout, sleep_ms)


async def gather(*aws, return_exceptions=False):
    """Waits for all and returns the list of their results, for await."""
    tasks = [_promoted(a) for a in aws]
    gate = []
    failed = None

    def ended(task):
        nonlocal failed
        task._hear()
        if not gate:
            return  # the gather has its turn already
        if task.data is not None and not return_exceptions:
            failed = task.data
        if failed is not None or all([t.ended for t in tasks]):
            _wake(gate[0])

    def leave(cancel):
        for task in tasks:
            task._gathered = False
            if ended in task._waiting:
                task._waiting.remove(ended)
                if cancel:
                    task.cancel()

    for task in tasks:
        if task.ended:
            task._hear()
            if task.data is not None and not return_exceptions and failed is None:
                failed = task.data
        elif task._waiting:
            leave(False)
            raise RuntimeError("can't gather")
        else:
            task._gathered = True
            task._waiting.append(ended)
    cancelled = False
    try:
        if failed is None and not all([t.ended for t in tasks]):
            await _In(gate)
    except CancelledError:
        cancelled = True
        raise
    finally:
        leave(cancelled)
    if failed is not None:
        raise failed
    return [t.result if t.data is None else t.data for t in tasks]


class Event:
    """What tasks wait for until it is set."""

    def __init__(self):
        self._set = False
        self._waiting = []

    def is_set(self):
        """Whether it is set."""
        return self._set

    def set(self):
        """Sets it and wakes who waits."""
        self._set = True
        waiting, self._waiting = self._waiting, []
        for task in waiting:
            _schedule(task)

    def clear(self):
        """Sets it back."""
        self._set = False

    async def wait(self):
        """Waits until it is set, for await."""
        if not self._set:
            await _In(self._waiting)
        return True


class ThreadSafeFlag:
    """An event that callbacks and other threads may set."""

    def __init__(self):
        self._set = False
        self._flag = _core.flag()

    def set(self):
        """Sets it and wakes who waits."""
        self._set = True
        _core.post(self._flag)

    def clear(self):
        """Sets it back."""
        self._set = False

    async def wait(self):
        """Waits until it is set, for await."""
        while not self._set:
            if self._flag in _beside:
                raise RuntimeError("another task waits for the flag")
            await _In(_beside, self._flag)
        self._set = False


class Lock:
    """What one task at a time can hold."""

    def __init__(self):
        self._owner = None  # the task whose turn it is and that has not run since
        self._locked = False
        self._waiting = []

    def locked(self):
        """Whether a task holds it."""
        return self._locked

    def release(self):
        """Gives it back."""
        if not self._locked:
            raise RuntimeError("Lock not acquired")
        self._locked = False
        if self._waiting:
            self._owner = self._waiting.pop(0)
            _schedule(self._owner)

    async def acquire(self):
        """Waits for it and takes it, for await."""
        if self._locked or self._owner is not None:
            try:
                await _In(self._waiting)
            except CancelledError:
                if self._owner is cur_task:  # it was its turn: now it is the next one's
                    self._owner, self._locked = None, True
                    self.release()
                raise
        self._owner, self._locked = None, True
        return True

    async def __aenter__(self):
        """For async with."""
        return await self.acquire()

    async def __aexit__(self, *args):
        """For async with."""
        self.release()


async def _over(op):
    """Waits for what goes on beside the loop and returns what came of it."""
    while not op.done():
        if op in _beside:
            raise RuntimeError("another task waits for the stream")
        await _In(_beside, op)
    return op.result()


class Stream:
    """A file or socket that tasks read and write."""

    def __init__(self, s, e={}):
        self.s = s
        self.e = e
        self._socket = _core.is_socket(s)
        self._out = b""
        self._sending = None  # goes on until _out is sent

    def get_extra_info(self, v):
        """What is known of it by a name, such as peername."""
        return self.e[v]

    async def __aenter__(self):
        """For async with."""
        return self

    async def __aexit__(self, *args):
        """For async with."""
        await self.wait_closed()

    def close(self):
        """Closes it."""
        pass

    async def wait_closed(self):
        """Waits for its end, for await."""
        try:
            await self._sent()
        except OSError:
            pass  # the other side is gone: what it did not take is lost
        self.s.close()

    async def _readable(self):
        if self._socket:
            op = _core.fill(self.s)
            if op.done():
                await sleep_ms(0)  # who reads what is there gives others their turn, too
            await _over(op)
        elif hasattr(self.s, "any"):  # a UART
            while not self.s.any():
                await sleep_ms(1)
        else:
            await sleep_ms(0)

    def _take(self, n):
        if self._socket:
            return _core.take(self.s, n)
        if n < 0 and hasattr(self.s, "any"):
            n = self.s.any()
        return self.s.read(n) or b""

    async def read(self, n=-1):
        """Up to n bytes, all with -1, for await."""
        got = b""
        while True:
            await self._readable()
            part = self._take(n)
            got += part
            if n >= 0 or not part:
                return got

    async def readinto(self, buf):
        """Fills a buffer, for await; returns how many bytes."""
        await self._readable()
        part = self._take(len(buf))
        buf[: len(part)] = part
        return len(part)

    async def readexactly(self, n):
        """n bytes, for await; EOFError when fewer come."""
        got = b""
        while len(got) < n:
            await self._readable()
            part = self._take(n - len(got))
            if not part:
                raise EOFError
            got += part
        return got

    async def readline(self):
        """A line, for await."""
        line = b""
        while True:
            await self._readable()
            if self._socket:
                part = _core.take_line(self.s)
            else:
                part = self._take(1)
            line += part
            if not part or line[-1] == 10:
                return line

    def write(self, buf):
        """Puts bytes into the buffer that drain sends."""
        if not self._socket:
            self.s.write(buf)
            return
        self._out += buf.encode() if isinstance(buf, str) else bytes(buf)
        if self._sending is None or self._sending.done():
            self._send()

    def _send(self):
        if self._sending is not None:
            self._sending.result()
        out, self._out = self._out, b""
        self._sending = _core.send(self.s, out)

    async def _sent(self):
        while self._sending is not None:
            while not self._sending.done():
                if self._sending in _beside:  # another task drains, too
                    await sleep_ms(1)
                else:
                    await _In(_beside, self._sending)
            sent, self._sending = self._sending, None
            sent.result()
            if self._out:
                self._send()

    async def drain(self):
        """Sends what was written, for await."""
        if self._sending is None:
            await sleep_ms(0)
        await self._sent()

    async def awrite(self, buf, off=0, sz=-1):
        """Writes and sends, for await."""
        if off != 0 or sz != -1:
            buf = buf[off:] if sz == -1 else buf[off : off + sz]
        self.write(buf)
        await self.drain()

    awritestr = awrite
    aclose = wait_closed


StreamReader = Stream
StreamWriter = Stream


async def open_connection(host, port, ssl=None, server_hostname=None):
    """Connects and returns two streams to read and write, for await."""
    import usocket

    s = usocket.socket()
    try:
        await _over(_core.connect(s, host, port, bool(ssl)))
    except BaseException:
        s.close()
        raise
    stream = Stream(s)
    return stream, stream


class Server:
    """What start_server returns."""

    async def __aenter__(self):
        """For async with."""
        return self

    async def __aexit__(self, *args):
        """For async with."""
        self.close()
        await self.wait_closed()

    def close(self):
        """Closes it."""
        self._closing = True
        self.task.cancel()

    async def wait_closed(self):
        """Waits for its end, for await."""
        await self.task

    async def _serve(self, s, cb):
        self._closing = False
        try:
            while True:
                try:
                    peer, where = await _over(_core.accept(s))
                except OSError:
                    await sleep_ms(1)
                    continue
                stream = Stream(peer, {"peername": where})
                answer = cb(stream, stream)
                if hasattr(answer, "send"):
                    create_task(answer)
        except CancelledError:
            if not self._closing:
                raise
        finally:
            s.close()


async def start_server(cb, host, port, backlog=5, ssl=None):
    """Listens and runs cb(reader, writer) for each connection, for await; returns a Server."""
    import usocket

    if ssl:
        raise NotImplementedError("start_server: a server has no TLS here")
    s = usocket.socket()
    try:
        s.bind((host, port))
        s.listen(backlog)
    except OSError:
        s.close()
        raise
    server = Server()
    server.task = create_task(server._serve(s, cb))
    try:
        await sleep_ms(0)  # it waits by now, so that it can be cancelled
    except CancelledError:
        server.task.cancel()
        raise
    return server


def current_task():
    """The running Task; RuntimeError outside of all."""
    if cur_task is None:
        raise RuntimeError("no running event loop")
    return cur_task


async def _nothing():
    pass


class Loop:
    """What runs tasks; there is one."""

    _handler = None
    _end = None  # a task that runs when the loop is to stop

    def create_task(coro):
        """Starts a coroutine and returns its Task."""
        return create_task(coro)

    def run_forever():
        """Runs all tasks until stop()."""
        Loop._end = Task(_nothing())
        run_until_complete(Loop._end)

    def run_until_complete(aw):
        """Runs all tasks until one has ended, and returns its result."""
        return run_until_complete(_promoted(aw))

    def stop():
        """Ends run_forever."""
        end, Loop._end = Loop._end, None
        if end is not None:
            _schedule(end)

    def close():
        """Closes it."""
        pass

    def set_exception_handler(handler):
        """Has handler(loop, context) called for exceptions that nobody asks for; None for the default."""
        Loop._handler = handler

    def get_exception_handler():
        """The handler that is set, or None."""
        return Loop._handler

    def default_exception_handler(loop, context):
        """Prints the exception of a context."""
        print(context["message"], file=sys.stderr)
        print("future:", context["future"], "coro=", context["future"].coro, file=sys.stderr)
        sys.print_exception(context["exception"], sys.stderr)

    def call_exception_handler(context):
        """Calls the handler that is set."""
        (Loop._handler or Loop.default_exception_handler)(Loop, context)


def get_event_loop(runq_len=0, waitq_len=0):
    """The Loop."""
    return Loop


def new_event_loop():
    """The Loop, without any tasks."""
    _due.clear()
    _beside.clear()
    Loop._end = None
    return Loop
