import sys, _thread, utime
import uasyncio as asyncio
from machine import UART


async def serve(handler):
    for port in range(42400, 42500):
        try:
            return port, await asyncio.start_server(handler, "127.0.0.1", port)
        except OSError:
            pass


async def talks(reader, writer):
    await writer.awrite(b"hello\n")
    await writer.awritestr("text\n")
    await writer.awrite(b"..part..", 2, 4)
    await asyncio.sleep_ms(5)
    await writer.awrite(b"!\n")
    writer.close()  # as on a module nothing is closed before wait_closed
    print("peer sent", await reader.readline())
    await writer.aclose()


def plain(reader, writer):
    plain_calls.append(writer is reader)
    asyncio.create_task(talks(reader, writer))


async def fails(reader, writer):
    raise ValueError("in a handler")


plain_calls = []


async def main():
    port, server = await serve(plain)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    print(reader is writer, isinstance(reader, asyncio.StreamReader), isinstance(writer, asyncio.StreamWriter))
    print(await reader.readline(), await reader.readline(), plain_calls)
    buf = bytearray(4)
    print(await reader.readinto(buf), buf, await reader.readline())
    try:
        print(writer.get_extra_info("nothing"))
    except KeyError as e:
        print("KeyError", e)
    two = [asyncio.create_task(reader.read(1)) for _ in range(2)]
    try:
        await two[1]
    except RuntimeError as e:
        print(e)
    await writer.awrite("bye\n")
    print(await two[0], await reader.read(-1))
    await writer.wait_closed()
    try:
        await reader.read(1)
    except OSError as e:
        print("closed", type(e).__name__)
    server.close()
    await server.wait_closed()

    # what goes wrong in a handler ends that handler alone
    told = []
    asyncio.get_event_loop().set_exception_handler(lambda loop, context: told.append(context["exception"]))
    port, server = await serve(fails)
    async with server:
        for _ in range(2):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while len(told) < 2:
            await asyncio.sleep_ms(1)
    print(told)

    # a server whose task is cancelled
    port, server = await serve(talks)
    server.task.cancel()
    try:
        await server.wait_closed()
    except asyncio.CancelledError:
        print("cancelled")
    try:
        await asyncio.start_server(talks, "127.0.0.1", port, ssl=True)
    except NotImplementedError as e:
        print(e)

    # while streams wait, other tasks and threads go on
    port, server = await serve(talks)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    count = [0, 0]

    async def counts():
        while True:
            count[0] += 1
            await asyncio.sleep_ms(1)

    def thread():
        while count[0] < 10:
            count[1] += 1
            utime.sleep_ms(1)
        flag.set()

    flag = asyncio.ThreadSafeFlag()
    c = asyncio.create_task(counts())
    _thread.start_new_thread(thread, ())
    await flag.wait()
    c.cancel()
    print(count[0] >= 10, count[1] > 0, await reader.readline())
    await writer.wait_closed()
    server.close()

    # a UART
    uart = UART(UART.UART2, 115200, 8, 0, 1, 0)
    stream = asyncio.StreamReader(uart)
    stream.write(b"line\nrest")
    print(await stream.readline(), await stream.read(2), await stream.readexactly(2))


asyncio.run(main())
