"""``agnhost nettest``: counts who wrote to it. Follows test/images/agnhost/nettest/nettest.go.

It writes to nobody itself: for that it would ask the API server for its peers.
"""

from __future__ import annotations

import asyncio
from typing import Any

import orjson

from karmada_nb.engine.images.agnhost.answers import NOT_FOUND, text
from karmada_nb.engine.images.agnhost.flags import Flags
from karmada_nb.engine.images.http import Request, Response
from karmada_nb.engine.images.process import Process
from karmada_nb.engine.images.servers.web import serve_forever
from karmada_nb.engine.network.stream import Stream


async def nettest(process: Process) -> int:
    received: dict[str, int] = {}
    errors: list[str] = []
    quits: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def state() -> dict[str, Any]:
        return {
            "Hostname": process.hostname,
            "Sent": None,
            "Received": received or None,
            "Errors": errors or None,
            "Log": None,
            "StillContactingPeers": True,
        }

    async def respond(request: Request, stream: Stream) -> Response:
        match request.path:
            case "/read":
                return text(orjson.dumps(state(), option=orjson.OPT_INDENT_2).decode())
            case "/status":
                return text("running")
            case "/quit":
                quits.set_result(0)
                return text("")
            case "/write":
                _note(request.body, process.hostname, received, errors)
                return text(orjson.dumps({"Hostname": process.hostname}).decode() + "\n")
        return NOT_FOUND

    port = Flags(process.args).number("port", 8080)
    serving = asyncio.ensure_future(serve_forever(process, port, respond))
    try:
        await asyncio.wait((serving, quits), return_when=asyncio.FIRST_COMPLETED)
        return quits.result() if quits.done() else serving.result()
    finally:
        serving.cancel()


def _note(body: bytes, hostname: str, received: dict[str, int], errors: list[str]) -> None:
    """Count the source that a request names, or tell what is wrong with it."""
    try:
        source = orjson.loads(body).get("Source", "")
    except (ValueError, AttributeError) as error:
        errors.append(str(error))
        source = ""
    if source:
        received[source] = received.get(source, 0) + 1
    else:
        errors.append(f"{hostname}: Got request with no source")
