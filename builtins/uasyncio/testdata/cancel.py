import asyncio


async def note(name, ms, out, error=None):
    try:
        await asyncio.sleep_ms(ms)
    except asyncio.CancelledError:
        out.append(name + " cancelled")
        raise
    out.append(name)
    if error:
        raise error
    return name


async def main():
    out = []
    # fairness: tasks that yield take turns in the order of their making
    async def turns(n):
        for i in range(3):
            out.append((n, i))
            await asyncio.sleep_ms(0)
    await asyncio.gather(turns(1), turns(2), turns(3))
    print(out)

    # who awaits a task that is cancelled
    out.clear()
    inner = asyncio.create_task(note("inner", 1000, out))

    async def outer():
        try:
            await inner
        except asyncio.CancelledError:
            out.append("outer cancelled")
            raise
    o = asyncio.create_task(outer())
    await asyncio.sleep_ms(2)
    print(o.cancel(), o.done(), inner.done())
    await asyncio.sleep_ms(2)
    print(out, o.done(), inner.done(), o.cancel(), inner.cancel())

    # gather: an exception ends the wait, the others go on
    out.clear()
    slow = asyncio.create_task(note("slow", 200, out))
    try:
        await asyncio.gather(slow, note("bad", 5, out, ValueError("bad")))
    except ValueError as e:
        print("gather raised", e, out, slow.done())
    print(await slow, out)
    out.clear()
    print(await asyncio.gather(note("x", 100, out), note("y", 2, out, KeyError("y")), return_exceptions=True), out)

    # cancelling a gather cancels what it waits for
    out.clear()
    async def gathers():
        await asyncio.gather(note("p", 1000, out), note("q", 1000, out))
    g = asyncio.create_task(gathers())
    await asyncio.sleep_ms(2)
    g.cancel()
    try:
        await g
    except asyncio.CancelledError:
        print("gather cancelled")
    await asyncio.sleep_ms(2)
    print(sorted(out))
    print(await asyncio.gather())

    # gather of tasks that have ended
    t1 = asyncio.create_task(note("t1", 0, out))
    await t1
    print(await asyncio.gather(t1, note("t2", 0, out)))

    # a task ignores its cancel
    async def stubborn():
        for i in range(2):
            try:
                await asyncio.sleep_ms(1000)
            except asyncio.CancelledError:
                print("ignored", i)
        return "stubborn"
    s = asyncio.create_task(stubborn())
    await asyncio.sleep_ms(1)
    s.cancel()
    await asyncio.sleep_ms(1)
    s.cancel()
    print(await s)

    # cancel before the first step
    async def never():
        print("not reached")
    n = asyncio.create_task(never())
    n.cancel()
    try:
        await n
    except asyncio.CancelledError:
        print("never ran", n.done())

    # awaiting twice
    t = asyncio.create_task(note("twice", 1, out))
    print(await t, await t)
    e = asyncio.create_task(note("e", 1, out, ValueError("again")))
    for i in range(2):
        try:
            await e
        except ValueError as x:
            print(i, x)
    try:
        asyncio.current_task().cancel()
    except RuntimeError as x:
        print(x)
    print(asyncio.current_task() is asyncio.current_task())
    try:
        asyncio.create_task(5)
    except TypeError as x:
        print(x)
    try:
        asyncio.create_task(note)
    except TypeError as x:
        print(x)


asyncio.run(main())
try:
    asyncio.current_task()
except RuntimeError as x:
    print(x)


async def exits():
    raise SystemExit(0)


async def with_kbd():
    asyncio.create_task(note("left", 1000, []))
    try:
        raise KeyboardInterrupt
    finally:
        print("finally")


try:
    asyncio.run(with_kbd())
except KeyboardInterrupt:
    print("kbd")
asyncio.new_event_loop()
try:
    asyncio.run(note("z", 0, [], IndexError("from run")))
except IndexError as x:
    print("run raised", x)
