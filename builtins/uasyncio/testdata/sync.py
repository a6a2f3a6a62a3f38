import asyncio


async def main():
    out = []
    lock = asyncio.Lock()
    print(lock.locked())

    async def user(n, ms):
        async with lock:
            out.append(n)
            await asyncio.sleep_ms(ms)
            out.append(-n)

    # no barging: who waits longest is next
    a = [asyncio.create_task(user(i, 2)) for i in (1, 2, 3)]
    await asyncio.sleep_ms(1)
    print(lock.locked())
    await asyncio.gather(user(4, 1), *a)
    print(out, lock.locked())
    try:
        lock.release()
    except RuntimeError as e:
        print(e)
    # the lock is handed over, also when its next owner is cancelled then
    out.clear()
    await lock.acquire()
    b = [asyncio.create_task(user(i, 1)) for i in (5, 6)]
    await asyncio.sleep_ms(1)
    lock.release()
    print(lock.locked())
    b[0].cancel()
    await b[1]
    print(out, b[0].done(), lock.locked())
    # an exception inside
    async def fails():
        async with lock:
            raise ValueError("in the lock")
    try:
        await fails()
    except ValueError as e:
        print(e, lock.locked())
    # events
    event = asyncio.Event()
    out.clear()
    async def hears(n):
        out.append((n, await event.wait(), event.is_set()))
    tasks = [asyncio.create_task(hears(i)) for i in range(3)]
    await asyncio.sleep_ms(1)
    event.set()
    event.clear()
    await asyncio.gather(*tasks)
    print(out)
    event.set()
    print(await event.wait(), event.is_set())
    event.clear()
    t = asyncio.create_task(hears(9))
    await asyncio.sleep_ms(1)
    t.cancel()
    await asyncio.sleep_ms(1)
    event.set()
    print(t.done(), len(out))
    flag = asyncio.ThreadSafeFlag()
    flag.set()
    await flag.wait()
    async def sets():
        await asyncio.sleep_ms(2)
        flag.set()
    asyncio.create_task(sets())
    await flag.wait()
    flag.set()
    flag.clear()
    try:
        await asyncio.wait_for_ms(flag.wait(), 5)
    except asyncio.TimeoutError:
        print("cleared")
    # an iterator and a context
    class Count:
        def __init__(self, n):
            self.n = n
        def __aiter__(self):
            return self
        async def __anext__(self):
            await asyncio.sleep_ms(0)
            if self.n == 0:
                raise StopAsyncIteration
            self.n -= 1
            return self.n
    async for i in Count(3):
        print("count", i)

asyncio.run(main())
