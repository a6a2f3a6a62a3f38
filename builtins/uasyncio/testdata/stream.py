import asyncio


async def serve(handler):
    for port in range(42300, 42400):
        try:
            return port, await asyncio.start_server(handler, "127.0.0.1", port)
        except OSError:
            pass


async def echo(reader, writer):
    seen.append(writer.get_extra_info("peername")[0])
    while True:
        line = await reader.readline()
        if not line:
            break
        if line == b"later\n":
            await asyncio.sleep(0.2)
        writer.write(b"<" + line)
        await writer.drain()
        if line == b"close\n":
            break
    seen.append("end")
    writer.close()
    await writer.wait_closed()


async def client(port, name, lines):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    got = []
    for line in lines:
        writer.write(line)
        await writer.drain()
        got.append(await reader.readline())
    writer.close()
    await writer.wait_closed()
    print(name, got)


async def reads(port):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"0123456789\n")
    writer.write(b"rest\nclose\n")  # before the first is sent
    await writer.drain()
    print(await reader.readexactly(4), await reader.readexactly(1), await reader.read(3), await reader.readline())
    print(await reader.read(), await reader.read(5), await reader.readline())
    try:
        await reader.readexactly(1)
    except EOFError:
        print("EOFError")
    writer.close()
    await writer.wait_closed()


async def cancelled(port):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        await asyncio.wait_for(reader.readline(), 0.01)
    except asyncio.TimeoutError:
        print("timeout")
    writer.write(b"nothing is lost\n")
    await writer.drain()
    print(await reader.readline())
    writer.close()
    await writer.wait_closed()


async def big(port):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    data = b"x" * 60000 + b"\n"

    async def sends():
        for _ in range(20):
            writer.write(data)
            await writer.drain()
        writer.write(b"close\n")
        await writer.drain()

    sender = asyncio.create_task(sends())
    total = 0
    while True:
        part = await reader.read(4096)
        if not part:
            break
        total += len(part)
    await sender
    print(total)
    writer.close()
    await writer.wait_closed()


async def main():
    port, server = await serve(echo)
    await client(port, "one", [b"a\n", b"b\n"])
    await asyncio.gather(client(port, "slow", [b"later\n", b"x\n"]), client(port, "fast", [b"y\n", b"z\n"]))
    await reads(port)
    await cancelled(port)
    await big(port)
    server.close()
    await server.wait_closed()
    try:
        await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        print("OSError")
    async with (await serve(echo))[1]:
        print("with")
    print(seen.count("127.0.0.1"), seen.count("end"))


seen = []
asyncio.run(main())
