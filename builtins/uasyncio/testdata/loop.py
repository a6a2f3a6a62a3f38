import asyncio

def handler(loop, context):
    print("handler", context["message"], repr(context["exception"]), type(context["future"]).__name__, loop is asyncio.get_event_loop())

async def fails(text):
    raise ValueError(text)

async def main():
    loop = asyncio.get_event_loop()
    print(loop.get_exception_handler())
    loop.set_exception_handler(handler)
    print(loop.get_exception_handler() is handler)
    asyncio.create_task(fails("unheard"))
    await asyncio.sleep_ms(2)
    t = asyncio.create_task(fails("heard"))
    try:
        await t
    except ValueError as e:
        print("heard", e)
    await asyncio.sleep_ms(2)
    # awaited in the same turn in which it would be told of
    t = asyncio.create_task(fails("late"))
    await asyncio.sleep_ms(0)
    try:
        await t
    except ValueError as e:
        print("late", e)
    await asyncio.sleep_ms(2)
    t = asyncio.create_task(asyncio.sleep(1000)) if False else None
    loop.call_exception_handler({"message": "mine", "exception": None, "future": None})
    loop.set_exception_handler(None)

asyncio.run(main())
loop = asyncio.get_event_loop()

async def stops():
    print("stopping")
    await asyncio.sleep_ms(2)
    loop.stop()
    print("stopped")

async def ticks():
    for i in range(100):
        await asyncio.sleep_ms(1)
    print("not reached")

loop.create_task(stops())
loop.create_task(ticks())
loop.run_forever()
print("behind")
loop = asyncio.new_event_loop()
async def one():
    return 1
print(loop.run_until_complete(one()))
loop.close()
class Awaitable:
    def __iter__(self):
        yield from asyncio.sleep_ms(1)
        return "aw"
    __await__ = __iter__
async def uses():
    return await Awaitable()
print(asyncio.run(uses()))
