import uasyncio as asyncio


async def count(name, n, ms):
    for i in range(n):
        print(name, i)
        await asyncio.sleep_ms(ms)
    return name * n


async def fails():
    await asyncio.sleep_ms(1)
    raise ValueError("in a task")


async def forever():
    try:
        while True:
            await asyncio.sleep(60)
    finally:
        print("cleaned up")


async def main():
    a, b = await asyncio.gather(count("a", 3, 20), count("b", 2, 30))
    print(a, b)
    try:
        await asyncio.create_task(fails())
    except ValueError as e:
        print("caught", e)
    print(await asyncio.gather(fails(), count("c", 1, 1), return_exceptions=True))
    try:
        await asyncio.wait_for_ms(forever(), 10)
    except asyncio.TimeoutError:
        print("timeout")
    print(await asyncio.wait_for(count("d", 1, 1), 5))
    t = asyncio.create_task(forever())
    await asyncio.sleep_ms(0)
    print(t.cancel(), t.done())
    try:
        await t
    except asyncio.CancelledError:
        print("cancelled", t.done(), t.cancel())
    event, lock = asyncio.Event(), asyncio.Lock()

    async def waits(name):
        await event.wait()
        async with lock:
            print(name, "in")
            await asyncio.sleep_ms(2)
            print(name, "out")

    tasks = [asyncio.create_task(waits(n)) for n in "xyz"]
    await asyncio.sleep_ms(5)
    event.set()
    for t in tasks:
        await t
    return "end"


print(asyncio.run(main()))
loop = asyncio.get_event_loop()
print(loop.run_until_complete(count("e", 2, 1)))
