"""``agnhost webhook`` and ``agnhost crd-conversion-webhook``: servers that an API server asks over HTTPS.

Follows test/images/agnhost/webhook/main.go and test/images/agnhost/crd-conversion-webhook/main.go.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from typing import Final

import orjson

from karmada_nb.engine.images.agnhost import admission, certificates, conversion
from karmada_nb.engine.images.agnhost.flags import Flags
from karmada_nb.engine.images.http import Request, Response, serve
from karmada_nb.engine.images.process import Process
from karmada_nb.engine.meta import Object
from karmada_nb.engine.network import tls
from karmada_nb.engine.network.stream import Stream

_PORT: Final = 443
_SECONDS: Final = 5.0
"""How long the path takes that is named after it."""
_READY: Final = "/readyz"

Answer = Callable[[str, Object], Awaitable[Object | None]]
"""From a path and a review to the answered review."""


async def webhook(process: Process) -> int:
    async def answer(path: str, review: Object) -> Object | None:
        request = review.get("request") or {}
        if admission.is_never_answered(path, request):
            await asyncio.get_running_loop().create_future()
        if path.endswith("-delay-5s"):
            await process.clock.sleep(_SECONDS)
        response = admission.decide(path, request)
        return None if response is None else {**_typed(review), "response": response}

    return await _serve(process, answer)


async def conversion_webhook(process: Process) -> int:
    async def answer(path: str, review: Object) -> Object | None:
        if path != "/crdconvert":
            return None
        return {**_typed(review), "response": conversion.convert(review.get("request") or {})}

    return await _serve(process, answer)


def _typed(review: Object) -> Object:
    return {name: review.get(name, "") for name in ("kind", "apiVersion")}


async def _serve(process: Process, answer: Answer) -> int:
    """Answer requests over TLS until ended; 2, a panic's exit code, where that cannot be."""
    flags = Flags(process.args)
    try:
        certificate = process.files.read(flags.text("tls-cert-file"))
        context = certificates.context(certificate, process.files.read(flags.text("tls-private-key-file")))
        stop = process.network.listen(flags.number("port", _PORT), _handler(context, answer))
    except (ValueError, OSError) as error:
        await process.err(f"panic: {error}\n")
        return 2
    try:
        await asyncio.get_running_loop().create_future()
    finally:
        stop()
    return 0


def _handler(context: ssl.SSLContext, answer: Answer) -> Callable[[Stream], Awaitable[None]]:
    async def respond(request: Request) -> Response:
        if request.path == _READY:
            return Response(200, [], b"ok")
        review = orjson.loads(request.body)
        answered = await answer(request.path, review)
        if answered is None:
            return Response(404, [("Content-Type", "text/plain; charset=utf-8")], b"404 page not found\n")
        return Response(200, [("Content-Type", "application/json")], orjson.dumps(answered))

    async def handle(stream: Stream) -> None:
        try:
            secure = await tls.accept(stream, context)
            await serve(secure, respond)
        except (ssl.SSLError, orjson.JSONDecodeError) as error:
            raise ConnectionAbortedError(str(error)) from None

    return handle
