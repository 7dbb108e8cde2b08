"""A watch on the wire: one JSON line an event, in chunks, until its time is over or nobody reads."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from typing import Final

import orjson
from aiohttp import web

from karmada_nb.engine.apiserver.http import render
from karmada_nb.engine.apiserver.http.exchange import JSON_HEADERS, Exchange
from karmada_nb.engine.apiserver.resource import Resource
from karmada_nb.engine.apiserver.verbs.call import ListOptions
from karmada_nb.engine.apiserver.verbs.watch import AskingStream, WatchItem, WatchStream
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.runtime.clock import Clock
from karmada_nb.engine.store.types import event_line

BOOKMARK_SECONDS: Final = 60.0
MIN_TIMEOUT: Final = 1800.0
"""A watch without ``timeoutSeconds`` lasts this long to twice as long."""

Encoder = Callable[[WatchItem], bytes]


def _line(item: WatchItem) -> bytes:
    return item.line


def encoder(exchange: Exchange, resource: Resource, clock: Clock) -> Encoder:
    """How this watcher's events become lines. Raises 400 for options of a Table that do not exist."""
    accepted = exchange.accepted
    if not accepted.kind:
        return _line
    shown = render.include(exchange.query) if accepted.kind == "Table" else ""
    first = True

    def transformed(item: WatchItem) -> bytes:
        nonlocal first
        obj = render.event_object(resource, item.record, accepted, shown, clock.now(), first=first)
        first = False
        return event_line(item.type, orjson.dumps(obj))

    return transformed


async def serve(
    exchange: Exchange,
    resource: Resource,
    start: Callable[[], WatchStream | AskingStream],
    options: ListOptions,
    clock: Clock,
) -> web.StreamResponse:
    """Answer a watch. A start too far back, or too far ahead, is told as an ERROR event, as upstream does."""
    encode = encoder(exchange, resource, clock)
    try:
        stream = start()
    except StatusError as error:
        if error.code not in (410, 504):
            raise
        response = await _open(exchange)
        await response.write(event_line("ERROR", orjson.dumps(error.to_status())))
        return response
    try:
        response = await _open(exchange)
        await _pump(response, stream, encode, options, clock)
    except (ConnectionError, StatusError):
        return response  # An event that cannot be shown as it was asked for ends a watch without a word.
    finally:
        stream.close()
    return response


async def _open(exchange: Exchange) -> web.StreamResponse:
    response = web.StreamResponse(headers={**JSON_HEADERS, **exchange.marks})
    response.enable_chunked_encoding()
    await response.prepare(exchange.request)
    return response


async def _pump(
    response: web.StreamResponse,
    stream: WatchStream | AskingStream,
    encode: Encoder,
    options: ListOptions,
    clock: Clock,
) -> None:
    loop = asyncio.get_running_loop()
    lasts = options.timeout_seconds or MIN_TIMEOUT * (1 + random.random())
    end = clock.monotonic() + lasts
    bookmark = clock.monotonic() + (min(BOOKMARK_SECONDS, max(lasts - 2, 1)) if options.bookmarks else lasts)
    alarm = loop.create_task(clock.sleep(min(end, bookmark) - clock.monotonic()))
    events: asyncio.Task[list[WatchItem]] | None = None
    try:
        while True:
            if stream.ready():
                items = await stream.next()
            else:
                events = events or loop.create_task(stream.next())
                await asyncio.wait((events, alarm), return_when=asyncio.FIRST_COMPLETED)
                items = []
                if events.done():
                    items, events = events.result(), None
                    if not items:
                        return
            if items:
                await _send(response, items, encode)
            if alarm.done():
                if clock.monotonic() >= end:
                    return
                await response.write(encode(stream.bookmark()))
                bookmark = clock.monotonic() + BOOKMARK_SECONDS
                alarm = loop.create_task(clock.sleep(min(end, bookmark) - clock.monotonic()))
    finally:
        alarm.cancel()
        if events is not None:
            events.cancel()


async def _send(response: web.StreamResponse, items: list[WatchItem], encode: Encoder) -> None:
    if len(items) == 1:
        await response.write(encode(items[0]))
        return
    parts: list[bytes] = []
    size = 0
    for item in items:
        line = encode(item)
        parts.append(line)
        size += len(line)
        if size >= render.CHUNK:
            await response.write(b"".join(parts))
            parts, size = [], 0
    if parts:
        await response.write(b"".join(parts))
