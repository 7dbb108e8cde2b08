"""``Informer`` over any ``Client``: list, then watch, for as long as it takes.

Follows k8s.io/client-go tools/cache/reflector.go: a watch that ends goes on from the last revision seen, one
that is too old lists again, and a cluster that does not answer is asked again after a back-off.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable
from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.runtime.client import Client, Resource, Unreachable
from karmada_nb.engine.runtime.clock import Clock
from karmada_nb.engine.runtime.informer import Event, Handler, Index, Indices

log: Final = logging.getLogger(__name__)
BACKOFF_SECONDS: Final = 0.8
BACKOFF_LIMIT: Final = 30.0


class RemoteInformer:
    """One resource of one cluster. ``start`` begins, ``stop`` ends; in between the view only grows older."""

    def __init__(self, client: Client, clock: Clock, resource: Resource) -> None:
        self._client = client
        self._clock = clock
        self._resource = resource
        self._objects: dict[Key, Object] = {}
        self._sorted: list[Key] | None = None
        self._handlers: list[Handler] = []
        self._indices = Indices()
        self._filled = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._revision = ""

    def start(self) -> None:
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._run(), name=str(self._resource))

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def get(self, key: Key) -> Object | None:
        return self._objects.get(key)

    def items(self, namespace: str = "") -> list[Object]:
        if self._sorted is None:
            self._sorted = sorted(self._objects)
        objects = self._objects
        return [objects[key] for key in self._sorted if not namespace or key.namespace == namespace]

    def add_index(self, name: str, index: Index) -> None:
        self._indices.add(name, index, self._objects.items())

    def by_index(self, name: str, value: str) -> list[Object]:
        return [self._objects[key] for key in self._indices.keys(name, value)]

    def add_handler(self, handler: Handler) -> Callable[[], None]:
        for obj in self.items():
            handler(Event(None, obj))
        self._handlers.append(handler)
        return lambda: self._handlers.remove(handler) if handler in self._handlers else None

    async def synced(self) -> None:
        await self._filled.wait()

    async def _run(self) -> None:
        failures = 0
        while True:
            try:
                if not self._revision:
                    await self._list()
                await self._watch()
                failures = 0
            except Unreachable as error:
                log.debug("%s: %s", self._resource, error)
                failures += 1
            except StatusError as error:
                if error.code == 410:
                    self._revision = ""
                    continue
                log.debug("%s: %s", self._resource, error.message)
                self._revision = ""
                failures += 1
            if failures:
                await self._clock.sleep(backoff(failures))

    async def _list(self) -> None:
        listed = await self._client.list(self._resource)
        fresh = {meta.key(obj): obj for obj in listed.items}
        for key in [key for key in self._objects if key not in fresh]:
            self._set(key, None)
        for key, obj in fresh.items():
            known = self._objects.get(key)
            if known is None or meta.resource_version(known) != meta.resource_version(obj):
                self._set(key, obj)
        self._revision = listed.revision
        self._filled.set()

    async def _watch(self) -> None:
        async for kind, obj in self._client.watch(self._resource, revision=self._revision):
            if kind == "DELETED":
                self._set(meta.key(obj), None, obj)
            elif kind != "BOOKMARK":
                self._set(meta.key(obj), obj)
            self._revision = meta.resource_version(obj) or self._revision

    def _set(self, key: Key, new: Object | None, last: Object | None = None) -> None:
        """Change the view, then tell. ``last`` is how an object was when it went."""
        old = self._objects.get(key)
        if new is None:
            if old is None:
                return
            del self._objects[key]
            self._sorted = None
        else:
            self._objects[key] = new
            if old is None:
                self._sorted = None
        if self._indices:
            self._indices.update(key, old, new)
        event = Event(last if new is None and last is not None else old, new)
        for handler in tuple(self._handlers):
            handler(event)


def backoff(failures: int) -> float:
    """Seconds to wait after so many failures in a row: doubled each time, up to the limit, with jitter."""
    delay: float = min(BACKOFF_SECONDS * 2.0 ** (failures - 1), BACKOFF_LIMIT)
    return delay * (1 + random.random())


class RemoteInformers:
    """``Informers`` of one cluster; each begins when it is first asked for. Close them."""

    def __init__(self, client: Client, clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self._made: dict[Resource, RemoteInformer] = {}

    def __call__(self, group: str, version: str, plural: str) -> RemoteInformer:
        wanted = Resource(group, version, plural)
        informer = self._made.get(wanted)
        if informer is None:
            informer = self._made[wanted] = RemoteInformer(self._client, self._clock, wanted)
            informer.start()
        return informer

    async def close(self) -> None:
        for informer in self._made.values():
            await informer.stop()
        self._made.clear()
