"""The way from the control plane to a cluster of this process, which can be cut and slowed down."""

from collections.abc import Callable
from typing import Protocol
from urllib.parse import urlsplit

from karmada_nb.engine.apiserver.http.server import ApiServer
from karmada_nb.engine.apiserver.verbs.api import Api
from karmada_nb.engine.runtime.client import Unreachable
from karmada_nb.engine.runtime.clock import Clock
from karmada_nb.engine.runtime.local import LocalInformers


class Named(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str: ...


class InProcess(Protocol):
    """What a link needs of a cluster."""

    @property
    def api(self) -> Api: ...

    @property
    def informers(self) -> LocalInformers: ...

    @property
    def server(self) -> ApiServer: ...

    @property
    def settings(self) -> Named: ...


class Link:
    """``latency``: seconds that every request takes on its way."""

    def __init__(self, cluster: InProcess, clock: Clock) -> None:
        self.cluster = cluster
        self.latency = 0.0
        self._clock = clock
        self._up = True
        self._listeners: list[Callable[[bool], None]] = []

    @property
    def up(self) -> bool:
        return self._up

    def cut(self) -> None:
        """From now on nothing reaches the cluster, and nothing is heard of it."""
        self._set(False)

    def restore(self) -> None:
        """Everything passes again; what happened meanwhile is told at once."""
        self._set(True)

    def on_change(self, listener: Callable[[bool], None]) -> Callable[[], None]:
        """Call ``listener`` with the new state when the link goes down or up; returns the way to stop."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    async def travel(self, endpoint: str) -> None:
        """Take a request to the cluster. Raises Unreachable while the link is cut."""
        if self.latency:
            await self._clock.sleep(self.latency)
        if not self._up:
            raise Unreachable(f"dial tcp {urlsplit(endpoint).netloc}: connect: connection refused")

    def _set(self, up: bool) -> None:
        if up == self._up:
            return
        self._up = up
        for listener in tuple(self._listeners):
            listener(up)
