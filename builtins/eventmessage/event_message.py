"""Events that one thread posts and another handles."""

import _thread


class EventMessageObject(object):
    """What was posted, on its way to the handlers."""

    def __init__(self, event, msg, callback=None):
        self._event = event
        self._msg = msg
        self._callback = callback

    @property
    def event(self):
        """The event that was posted."""
        return self._event

    @property
    def event_name(self):
        """Its name."""
        return self._event.name

    @property
    def msg(self):
        """What was posted."""
        return self._msg

    @property
    def callback(self):
        """Who wants to hear of the end."""
        return self._callback

    def apply(self):
        """Calls the handlers."""
        self._event(event_message=self)


class Event(list):
    """The list of the handlers of a name."""

    def __init__(self, name, *handlers):
        super().__init__(handlers)
        self.event_manager = None
        self._name = name

    @property
    def name(self):
        """What it is called."""
        return self._name

    def clear(self):
        """Takes all handlers off."""
        del self[:]

    def add_handler(self, handler):
        """Adds a function of the message."""
        if not callable(handler):
            raise TypeError("'%s' is not callable." % handler)
        self.append(handler)
        return handler

    def add_handler_via(self):
        """add_handler, as a decorator."""
        return self.add_handler

    def remove_handler(self, handler):
        """Takes a handler off."""
        self.remove(handler)

    def post(self, message, callback=None):
        """Hands a message to the manager, or to the handlers at once where there is none."""
        if self.event_manager is not None:
            self.event_manager.post_msg(EventMessageObject(self, message, callback))

    def fire(self, *args, **kwargs):
        """Calls each handler."""
        # A handler that raises keeps no other from its turn, but for StopIteration, which ends the round.
        for handler in self:
            try:
                handler(*args, **kwargs)
            except StopIteration:
                break
            except Exception:
                pass

    def __call__(self, *args, **kwargs):
        """fire."""
        self.fire(*args, **kwargs)


class EventManager(object):
    """Hands what is posted to the handlers, in a thread of its own after start()."""

    def __init__(self):
        self._waiting = []
        self._active = 0
        self._guard = _thread.allocate_lock()
        self._posted = _thread.allocate_lock()  # held while nothing waits
        self._posted.acquire()

    @property
    def status(self):
        """Whether the thread runs."""
        return self._active

    def register_event(self, event):
        """Takes charge of what an event posts."""
        event.event_manager = self

    def remove_event(self, event):
        """Lets an event go."""
        if event.event_manager is self:
            event.event_manager = None

    def start(self):
        """Starts the thread."""
        if not self._active:
            self._active = 1
            _thread.start_new_thread(self.run, ())
        return self._active

    def stop(self):
        """Ends the thread."""
        if self._active:
            self._active = 0
            self._wake()
        return self._active

    def run(self):
        """Handles what comes until stop()."""
        self._active = 1
        while self._active:
            self._posted.acquire()
            for _ in range(len(self._waiting)):
                self._next().apply()

    def wait(self):
        """Waits for something to come."""
        self._posted.acquire()
        return self._next()

    def send(self, em):
        """Puts a message into the queue without waking the thread."""
        self._waiting.append(em)

    def post_msg(self, em):
        """Puts a message into the queue."""
        with self._guard:
            self.send(em)
            self._wake()

    def _next(self):
        with self._guard:
            return self._waiting.pop(0)

    def _wake(self):
        if self._posted.locked():
            self._posted.release()
