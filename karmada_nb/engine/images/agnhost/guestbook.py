"""``agnhost guestbook``: a store with replicas, and a front for both.

Follows test/images/agnhost/guestbook/guestbook.go.
"""

from __future__ import annotations

import asyncio
from typing import Final
from urllib.parse import parse_qs, urlencode, urlsplit

import orjson

from karmada_nb.engine.images.agnhost.answers import NOT_FOUND, document, error, fetch, text
from karmada_nb.engine.images.agnhost.flags import Flags, first, log
from karmada_nb.engine.images.http import Request, Response
from karmada_nb.engine.images.process import Process
from karmada_nb.engine.images.servers.web import serve_forever
from karmada_nb.engine.network.stream import Stream

_PATIENCE: Final = 15.0
_PAUSE: Final = 1.0
"""Seconds: how long a replica looks for the one it copies, and between two tries."""
_PRIMARY, _REPLICA = "agnhost-primary", "agnhost-replica"


async def guestbook(process: Process) -> int:
    flags = Flags(process.args)
    book = _Guestbook(process, flags.number("backend-port", 6379))
    serving = asyncio.ensure_future(serve_forever(process, flags.number("http-port", 80), book))
    try:
        primary = flags.text("replicaof")
        if primary and not await book.register(primary):
            return 1
        return await serving
    finally:
        serving.cancel()


class _Guestbook:
    """``port`` is where primary and replicas listen."""

    def __init__(self, process: Process, port: int) -> None:
        self._process = process
        self._port = port
        self._store: dict[str, str] = {}
        self._replicas: list[str] = []

    async def register(self, primary: str) -> bool:
        """Become a replica; False where the primary is not found in time."""
        until = self._process.clock.monotonic() + _PATIENCE
        target = f"/register?host={self._process.network.ip}"
        while self._process.clock.monotonic() < until:
            await log(self._process, f"Registering to primary: {primary}:{self._port}{target}")
            try:
                answer = orjson.loads(await fetch(self._process, primary, self._port, target))
            except (OSError, ValueError) as failure:
                text = f"encountered error while registering to primary: {failure}. Retrying in 1s."
                await log(self._process, text)
                await self._process.clock.sleep(_PAUSE)
                continue
            self._store.update(answer["data"])
            await log(self._process, f"Registered to node: {primary}")
            return True
        await log(self._process, "Timed out while registering to primary.")
        return False

    async def __call__(self, request: Request, stream: Stream) -> Response:
        query = parse_qs(urlsplit(request.target).query, keep_blank_values=True)
        key, value = first(query, "key"), first(query, "value")
        await log(self._process, f"GET {request.target}")
        match request.path:
            case "/register":
                self._replicas.append(first(query, "host"))
                await log(self._process, f"Node '{first(query, 'host')}' registered.")
                return document({"data": self._store})
            case "/get":
                return document({"data": self._store.get(key, "") if key else self._store})
            case "/set":
                return await self._set(key, value)
            case "/guestbook":
                return await self._front(first(query, "cmd").lower(), key, value)
        return NOT_FOUND

    async def _set(self, key: str, value: str) -> Response:
        if not key:
            return error("cannot set with empty key.", 400)
        self._store[key] = value
        target = "/set?" + urlencode({"key": key, "value": value})
        for replica in self._replicas:
            try:
                await fetch(self._process, replica, self._port, target)
            except OSError as failure:
                return error(f"encountered error while propagating to replica '{replica}': {failure}", 417)
        return document({"message": "Updated"})

    async def _front(self, command: str, key: str, value: str) -> Response:
        if command not in ("get", "set"):
            return error(f"unsupported cmd: '{command}'", 400)
        if command == "set" and not key:
            return error("cannot set with empty key.", 400)
        host = _REPLICA if command == "get" else _PRIMARY
        target = f"/{command}?" + urlencode({"key": key, "value": value})
        try:
            return text(await fetch(self._process, host, self._port, target))
        except OSError as failure:
            return error(f"encountered error: {failure}", 417)
