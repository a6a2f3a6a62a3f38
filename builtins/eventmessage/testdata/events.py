import _thread
from event_message import Event, EventManager, EventMessageObject

done = _thread.allocate_lock()
done.acquire()
seen = []


def broken(event_message=None):
    raise ValueError("no other handler minds")


manager = EventManager()
opened = Event("opened", broken)
manager.register_event(opened)
print(manager.status, opened.name, len(opened))


@opened.add_handler_via()
def note(event_message=None):
    seen.append((event_message.event_name, event_message.msg))
    if event_message.callback:
        event_message.callback(event_message.msg)
    if event_message.msg == "last":
        done.release()


print(manager.start())
opened.post("first")
opened.post("second", callback=lambda m: seen.append("called with " + m))
opened.post("last")
done.acquire()
print(seen, manager.stop())

# Without a manager nothing is posted; fire calls the handlers at once, until one has had enough.
calls = []


def enough(*args):
    calls.append("enough")
    raise StopIteration


local = Event("local", lambda *a: calls.append(a), enough, lambda *a: calls.append("not reached"))
local.post("lost")
local(1, 2)
print(calls)
local.remove_handler(enough)
local.fire(3)
print(calls)
local.clear()
print(len(local))
try:
    local.add_handler("text")
except TypeError as e:
    print(e)

waited = EventManager()
waited.register_event(local)
local.post("m")
print(waited.wait().msg)
waited.remove_event(local)
local.post("nowhere")
print(isinstance(EventMessageObject(local, 1), EventMessageObject))
