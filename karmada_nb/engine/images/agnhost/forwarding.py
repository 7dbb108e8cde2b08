"""``agnhost port-forward-tester``: one connection, some data, pieces in return.

Follows test/images/agnhost/port-forward-tester/portforwardtester.go.
"""

from __future__ import annotations

import asyncio

from karmada_nb.engine.images.process import Process
from karmada_nb.engine.network.stream import Stream


async def forwarding(process: Process) -> int:
    """What it expects and sends is in its environment; 2 or 3 where it got something else."""
    done: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    async def serve(stream: Stream) -> None:
        code = await _talk(process, stream)
        if not done.done():
            done.set_result(code)

    stop = process.network.listen(int(process.env["BIND_PORT"]), serve)
    try:
        return await done
    finally:
        stop()


async def _talk(process: Process, stream: Stream) -> int:
    await process.out("Accepted client connection\n")
    expected = process.env.get("EXPECTED_CLIENT_DATA", "").encode()
    if expected:
        got = b""
        while len(got) < len(expected) and (data := await stream.read(len(expected) - len(got))):
            got += data
        if len(got) != len(expected):
            text = (
                f"Expected to read {len(expected)} bytes from client, but got {len(got)} instead. err=EOF\n"
            )
            await process.out(text)
            return 2
        if got != expected:
            await process.out(f'Expect to read "{expected.decode()}", but got "{got.decode()}". err=<nil>\n')
            return 3
        await process.out("Received expected client data\n")
    chunks, size, interval = (int(process.env[name]) for name in ("CHUNKS", "CHUNK_SIZE", "CHUNK_INTERVAL"))
    for number in range(chunks):
        await stream.write(b"x" * size)
        if number + 1 < chunks:
            await process.clock.sleep(interval / 1000)
    await process.out("Shutting down connection\n")
    stream.close_write()
    await process.out("Done\n")
    return 0
