"""``Members``: the connections, made from Cluster objects and their secrets, and remade when those change."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from karmada_nb.engine import meta
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.karmada.connections.access import Access, access_of, secret_key
from karmada_nb.engine.karmada.connections.link import InProcess, Link
from karmada_nb.engine.karmada.connections.local_member import LocalMember
from karmada_nb.engine.karmada.connections.remote_member import connect
from karmada_nb.engine.karmada.members import Member
from karmada_nb.engine.karmada.plane import CLUSTERS, SECRETS
from karmada_nb.engine.meta import Key
from karmada_nb.engine.runtime.clock import Clock
from karmada_nb.engine.runtime.informer import Event, Informers

Lookup = Callable[[str], InProcess | None]
"""An endpoint -> the cluster of this process that is served there."""


class Connections:
    """``informers`` are those of the Karmada API, which must serve Clusters already.

    What ``lookup`` does not know is reached over HTTPS.
    """

    def __init__(
        self,
        informers: Informers,
        clock: Clock,
        lookup: Lookup,
        remote: Callable[[Access, Clock], Member] = connect,
    ) -> None:
        self._clusters = informers(*CLUSTERS)
        self._secrets = informers(*SECRETS)
        self._lookup = lookup
        self._clock = clock
        self._remote = remote
        self._made: dict[str, tuple[Access, Member]] = {}
        self._by_secret: dict[Key, set[str]] = {}
        self._listeners: list[Callable[[str], None]] = []
        self._closing: set[asyncio.Task[None]] = set()
        self._ends: list[Callable[[], None]] = []
        self._links: dict[str, Link] = {}

    def start(self) -> None:
        """Follow the Clusters and their secrets."""
        self._ends.append(self._clusters.add_handler(self._cluster_changed))
        self._ends.append(self._secrets.add_handler(self._secret_changed))

    def link(self, cluster: InProcess) -> Link:
        """The way to a cluster of this process, to be cut or slowed down."""
        link = self._links.get(cluster.settings.name)
        if link is None or link.cluster is not cluster:
            link = self._links[cluster.settings.name] = Link(cluster, self._clock)
        return link

    def get(self, cluster: str) -> Member | None:
        """See ``Members``."""
        known = self._made.get(cluster)
        if known is not None:
            return known[1]
        found = self._clusters.get(Key("", cluster))
        if found is None:
            return None
        access = access_of(found, self._secrets.get)
        local = self._lookup(access.endpoint)
        member: Member
        if local is None:
            member = self._remote(access, self._clock)
        else:
            member = LocalMember(self.link(local), access.endpoint, access.token, self._clock)
        self._made[cluster] = access, member
        key = secret_key(found)
        assert key is not None
        self._by_secret.setdefault(key, set()).add(cluster)
        self._tell(cluster)
        return member

    def on_change(self, listener: Callable[[str], None]) -> None:
        """See ``Members``."""
        self._listeners.append(listener)

    async def close(self) -> None:
        """Drop every connection."""
        while self._ends:
            self._ends.pop()()
        for cluster in list(self._made):
            self._drop(cluster)
        if self._closing:
            await asyncio.gather(*self._closing)

    def _cluster_changed(self, event: Event) -> None:
        name = meta.name(event.object)
        if event.new is None or (event.old is not None and event.old.get("spec") != event.new.get("spec")):
            self._check(name)

    def _secret_changed(self, event: Event) -> None:
        for cluster in tuple(self._by_secret.get(meta.key(event.object), ())):
            self._check(cluster)

    def _check(self, cluster: str) -> None:
        """Drop the connection unless it still is as the objects say; who needs it gets a new one."""
        known = self._made.get(cluster)
        if known is None:
            return
        found = self._clusters.get(Key("", cluster))
        try:
            same = found is not None and access_of(found, self._secrets.get) == known[0]
        except StatusError:
            same = False
        if not same:
            self._drop(cluster)
            self._tell(cluster)

    def _drop(self, cluster: str) -> None:
        known = self._made.pop(cluster, None)
        if known is None:
            return
        for clusters in self._by_secret.values():
            clusters.discard(cluster)
        task = asyncio.get_running_loop().create_task(known[1].close())
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    def _tell(self, cluster: str) -> None:
        for listener in tuple(self._listeners):
            listener(cluster)
