# Who cancels whom, and whose turn it is then.
import uasyncio as asyncio
import _thread


async def rival(name, other):
    for _ in range(2):
        try:
            print(name, "waits")
            await asyncio.sleep(0)
        except asyncio.CancelledError:
            print(name, "cancelled")
        rivals[other].cancel()


async def bystander():
    for i in range(3):
        print("bystander", i)
        await asyncio.sleep(0)


# Two that cancel each other hold up no third one.
async def fair():
    global rivals
    rivals = [asyncio.create_task(rival("a", 1)), asyncio.create_task(rival("b", 0))]
    await asyncio.create_task(bystander())


asyncio.run(fair())


# An event that another thread sets wakes a loop that has nothing else to do.
async def woken():
    event = asyncio.Event()

    def later():
        import utime

        utime.sleep_ms(20)
        event.set()

    _thread.start_new_thread(later, ())
    await event.wait()
    print("woken")


asyncio.run(woken())


async def value(v, turns=1):
    for _ in range(turns):
        await asyncio.sleep(0)
    if isinstance(v, Exception):
        raise v
    return v


async def gathers(aws, **how):
    try:
        print(await asyncio.gather(*aws, **how))
    except (RuntimeError, ValueError, asyncio.CancelledError) as e:
        print("gather", repr(e))


async def gathering():
    t = asyncio.create_task(value(1, 3))
    g = asyncio.create_task(gathers([t]))
    await asyncio.sleep(0)
    try:
        await t
    except RuntimeError as e:
        print(repr(e))
    await g
    print(await t)

    async def waits():
        await t

    t = asyncio.create_task(value(2, 3))
    w = asyncio.create_task(waits())
    await asyncio.sleep(0)
    await gathers([t])
    await w
    await gathers([value(1), value(ValueError("first")), value(ValueError("second"))])
    await gathers([value(1), value(ValueError("kept"))], return_exceptions=True)
    t = asyncio.create_task(value(4, 9))
    g = asyncio.create_task(gathers([t]))
    await asyncio.sleep(0)
    g.cancel()
    await asyncio.sleep(0)
    await g
    print("cancelled with it", t.done())


asyncio.run(gathering())


# A cancel that comes after the awaited task's end still cancels the one that waits.
async def waits_for():
    try:
        print(await asyncio.wait_for(value(5, 1), 2))
    except asyncio.CancelledError:
        print("wait_for cancelled")
        raise


async def waiting():
    for turns in range(1, 6):
        t = asyncio.create_task(waits_for())
        for _ in range(turns):
            await asyncio.sleep(0)
        print(turns, t.done(), t.cancel())
        try:
            await t
        except asyncio.CancelledError as e:
            print(repr(e))


asyncio.run(waiting())
