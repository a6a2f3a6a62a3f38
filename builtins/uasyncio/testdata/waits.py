import asyncio


async def work(ms, value=None, error=None):
    try:
        await asyncio.sleep_ms(ms)
    except asyncio.CancelledError:
        print("work cancelled")
        raise
    if error:
        raise error
    return value


async def clings(ms):
    try:
        await asyncio.sleep_ms(1000)
    except asyncio.CancelledError:
        await asyncio.sleep_ms(ms)
        print("cleaned")


async def main():
    print(await asyncio.wait_for(work(1, 5), 1))
    print(await asyncio.wait_for(work(1, 6), None))
    print(await asyncio.wait_for_ms(work(1, 7), 500))
    for f in (lambda: asyncio.wait_for(work(1000), 0.01), lambda: asyncio.wait_for_ms(clings(5), 5), lambda: asyncio.wait_for_ms(work(1, error=ValueError("v")), 2000)):
        try:
            print(await f())
        except asyncio.TimeoutError:
            print("timeout")
        except ValueError as e:
            print("value", e)
    # a task of its own
    t = asyncio.create_task(work(2, "t"))
    print(await asyncio.wait_for(t, 1), t.done())
    t = asyncio.create_task(work(1000))
    try:
        await asyncio.wait_for(t, 0.005)
    except asyncio.TimeoutError:
        print("timeout", t.done())
    # cancelled from outside
    async def waits():
        try:
            await asyncio.wait_for(work(1000), 1000)
        except asyncio.CancelledError:
            print("wait_for cancelled")
            raise
    w = asyncio.create_task(waits())
    await asyncio.sleep_ms(2)
    w.cancel()
    try:
        await w
    except asyncio.CancelledError:
        print("and so w")
    await asyncio.sleep_ms(2)
    # nested
    async def inner():
        await asyncio.wait_for(work(1000), 0.005)
    try:
        await asyncio.wait_for(inner(), 1)
    except asyncio.TimeoutError:
        print("inner timeout")
    # what the task raises itself
    async def raises():
        raise asyncio.TimeoutError
    try:
        await asyncio.wait_for(raises(), 1)
    except asyncio.TimeoutError:
        print("its own")
    async def cancels_itself():
        raise asyncio.CancelledError
    try:
        await asyncio.wait_for(cancels_itself(), 1)
    except asyncio.CancelledError:
        print("cancelled itself")
    print(await asyncio.wait_for_ms(work(0, "zero"), 0) if False else "end")

asyncio.run(main())
