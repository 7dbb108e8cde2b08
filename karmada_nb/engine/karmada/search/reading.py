"""Reading one resource of many clusters: get, list and watch, each object with the cluster it is from.

Follows pkg/search/proxy/store/multi_cluster_cache.go. Nothing is kept between requests: the members are
asked when somebody wants to know, where upstream keeps a cache of each.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from typing import Final, NamedTuple

from karmada_nb.engine import errors, meta
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.karmada.constants import CACHE_SOURCE_ANNOTATION_KEY
from karmada_nb.engine.karmada.members import Member, Members
from karmada_nb.engine.karmada.search.registered import Place
from karmada_nb.engine.karmada.search.versions import Continue, Versions
from karmada_nb.engine.meta import Object
from karmada_nb.engine.runtime.client import Resource, Unreachable, WatchEvent
from karmada_nb.engine.selectors import parse_fields

_INITIAL_EVENTS_END: Final = "k8s.io/initial-events-end"


class Wanted(NamedTuple):
    """What is read. ``fields`` and ``labels`` are selectors."""

    resource: Resource
    namespace: str = ""
    labels: str = ""
    fields: str = ""


class Listed(NamedTuple):
    """``token`` asks for the rest."""

    items: list[Object]
    revision: str
    token: str


def from_cluster(obj: Object, cluster: str, revision: str | None = None) -> Object:
    """The object with the mark of its cluster, and another resource version where one is given."""
    annotations = {**meta.annotations(obj), CACHE_SOURCE_ANNOTATION_KEY: cluster}
    marked = meta.with_metadata(obj, annotations=annotations)
    return marked if revision is None else meta.with_metadata(marked, resourceVersion=revision)


def as_in_cluster(obj: Object, cluster: str) -> Object:
    """The object as its cluster knows it: what ``from_cluster`` changed is put back."""
    annotations = {k: v for k, v in meta.annotations(obj).items() if k != CACHE_SOURCE_ANNOTATION_KEY}
    plain = meta.with_metadata(obj, annotations=annotations or None)
    versions = Versions.parse(meta.resource_version(obj))
    return meta.with_metadata(plain, resourceVersion=versions.get(cluster)) if versions.of else plain


class Reader:
    """Raises StatusError, 503 where a member is not reached."""

    def __init__(self, members: Members) -> None:
        self._members = members

    def _member(self, cluster: str) -> Member:
        member = self._members.get(cluster)
        if member is None:
            raise errors.service_unavailable(f"cluster {cluster} is not connected")
        return member

    async def locate(self, places: Iterable[Place], wanted: Wanted, name: str) -> tuple[str, Object]:
        """The one cluster that has an object of this name, and the object.

        Raises 404, 409, and 500 where no name is given, as for the deletion of a collection.
        """
        found = []
        for place in places:
            if wanted.namespace and not place.covers(wanted.namespace):
                continue
            if not name:
                what = f"fail to get {wanted.namespace} {name} from {place.cluster}"
                raise StatusError(500, "", f"{what}: Name parameter required.")
            try:
                client = self._member(place.cluster).client
                found.append((place.cluster, await client.get(wanted.resource, name, wanted.namespace)))
            except StatusError as error:
                if error.code != 404:
                    raise
            except Unreachable as error:
                raise errors.service_unavailable(str(error)) from None
        at = wanted.resource
        if not found:
            raise errors.not_found(at.group, at.plural, name)
        if len(found) > 1:
            where = ", ".join(cluster for cluster, _ in found)
            raise errors.conflict(at.group, at.plural, name, f"ambiguous objects in clusters [{where}]")
        return found[0]

    async def get(self, places: Iterable[Place], wanted: Wanted, name: str) -> Object:
        """The object of this name, wherever it is."""
        cluster, obj = await self.locate(places, wanted, name)
        return from_cluster(obj, cluster, str(Versions({cluster: meta.resource_version(obj)})))

    async def list(
        self, places: Iterable[Place], wanted: Wanted, limit: int = 0, token: str = "", revision: str = ""
    ) -> Listed:
        """The objects cluster by cluster; with a limit, ``limit`` of them and where to go on."""
        begin = Continue.parse(token)
        versions = Versions.parse(begin.versions if token else revision)
        items: list[Object] = []
        rest = Continue()
        for place in places:
            seen = await self._of(place, wanted)
            versions = versions.with_(place.cluster, seen.revision)
            if rest.cluster or place.cluster < begin.cluster:
                continue
            if limit and len(items) >= limit:
                rest = Continue(cluster=place.cluster)
                continue
            after = begin.after if place.cluster == begin.cluster else ""
            found = [obj for obj in seen.items if not after or _place_of(obj) > after]
            taken = found[: limit - len(items)] if limit else found
            items += (from_cluster(obj, place.cluster) for obj in taken)
            if len(taken) < len(found):
                rest = Continue(cluster=place.cluster, after=_place_of(taken[-1]) if taken else after)
        return Listed(items, str(versions), str(Continue(str(versions), rest.cluster, rest.after)))

    async def _of(self, place: Place, wanted: Wanted) -> Listed:
        client = self._member(place.cluster).client
        try:
            seen = await client.list(wanted.resource, wanted.namespace, wanted.labels, wanted.fields)
        except Unreachable as error:
            raise errors.service_unavailable(str(error)) from None
        items = [obj for obj in seen.items if _covered(place, obj)]
        return Listed(sorted(items, key=_place_of), seen.revision, "")

    async def watch(
        self,
        places: Iterable[Place],
        wanted: Wanted,
        revision: str,
        until: asyncio.Future[None],
        *,
        initial: bool = False,
    ) -> AsyncIterator[WatchEvent]:
        """Events of all clusters, until the watch of one of them ends, or ``until`` is done.

        ``initial``: what there is comes first, and a bookmark behind it.
        """
        versions, covered = Versions.parse(revision), list(places)
        if initial:
            listed = await self.list(covered, wanted)
            versions = Versions.parse(listed.revision)
            for obj in listed.items:
                yield WatchEvent("ADDED", meta.with_metadata(obj, resourceVersion=str(versions)))
            annotations = {_INITIAL_EVENTS_END: "true"}
            metadata = {"resourceVersion": str(versions), "annotations": annotations}
            yield WatchEvent("BOOKMARK", {"metadata": metadata})
        queue: asyncio.Queue[tuple[Place, WatchEvent] | Exception | None] = asyncio.Queue()
        until.add_done_callback(lambda _: queue.put_nowait(None))
        pumps = [
            asyncio.ensure_future(self._pump(place, wanted, versions.get(place.cluster), queue))
            for place in covered
        ]
        selects = _by_metadata(wanted.fields)
        try:
            while (said := await queue.get()) is not None:
                if isinstance(said, Exception):
                    raise said
                place, event = said
                versions = versions.with_(place.cluster, meta.resource_version(event.object))
                now = str(versions)
                if event.type == "BOOKMARK":
                    yield WatchEvent(event.type, meta.with_metadata(event.object, resourceVersion=now))
                elif _covered(place, event.object) and selects(event.object):
                    yield WatchEvent(event.type, from_cluster(event.object, place.cluster, now))
        finally:
            for pump in pumps:
                pump.cancel()

    async def _pump(
        self,
        place: Place,
        wanted: Wanted,
        revision: str,
        queue: asyncio.Queue[tuple[Place, WatchEvent] | Exception | None],
    ) -> None:
        try:
            client = self._member(place.cluster).client
            async for event in client.watch(wanted.resource, wanted.namespace, revision, wanted.labels):
                queue.put_nowait((place, event))
        except StatusError as error:
            queue.put_nowait(error)
        except Unreachable:
            pass
        queue.put_nowait(None)


def _place_of(obj: Object) -> str:
    return f"{meta.namespace(obj)}/{meta.name(obj)}"


def _covered(place: Place, obj: Object) -> bool:
    return not meta.namespace(obj) or place.covers(meta.namespace(obj))


def _by_metadata(fields: str) -> Callable[[Object], bool]:
    terms = parse_fields(fields)
    known = {"metadata.name": meta.name, "metadata.namespace": meta.namespace}

    def selects(obj: Object) -> bool:
        return all((known[t.path](obj) == t.value) != t.negated for t in terms if t.path in known)

    return selects
