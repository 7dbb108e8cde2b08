"""The environment of Karmada's own end-to-end suite: what its framework package gives to a spec.

Three members, all feature gates on, a namespace of its own for the tests. Time is virtual: ``eventually``
has the suite's patience of five minutes, which take no time.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from karmada_nb.engine import meta
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.karmada.options import END_TO_END, Options
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.runtime.client import Resource
from karmada_nb.engine.store import Journal
from tests.engine.karmada.controllers.federation import MEMBERS, Federation

TIMEOUT = 300.0
NAMESPACE = "karmadatest"
_STEPS = (0.1, 0.2, 0.7, 1.0, 1.0, 2.0)
_numbers = itertools.count(1)


class Suite:
    """One federation for many specs; ``cleanup`` takes away what a spec made."""

    def __init__(self, options: Options = END_TO_END, journal: Journal | None = None) -> None:
        self.federation = Federation("current", MEMBERS, options, journal)
        self.namespace = NAMESPACE
        self._made: list[tuple[str, Resource, Key]] = []

    async def start(self) -> Suite:
        await self.federation.start()
        await self.federation.deploy_estimators()
        await self.federation.karmada.create(
            Resource("", "v1", "namespaces"), {"metadata": {"name": NAMESPACE}}
        )
        await self.eventually(lambda: all(self.get("Namespace", NAMESPACE, at=m) for m in self.members))
        return self

    async def stop(self) -> None:
        await self.federation.stop()

    @property
    def members(self) -> list[str]:
        return list(MEMBERS)

    @staticmethod
    def name(prefix: str) -> str:
        """A name nobody has yet."""
        return f"{prefix}-{next(_numbers):05}"

    def resource(self, kind: str, api_version: str = "", at: str = "") -> Resource:
        """By kind; the apiVersion is needed only where two groups have the kind."""
        registry = self._cluster(at).registry
        for found in registry:
            version = f"{found.group}/{found.version}" if found.group else found.version
            if found.kind == kind and api_version in ("", version) and found.group != "events.k8s.io":
                return Resource(found.group, found.version, found.plural)
        raise AssertionError(f"expected {api_version} {kind} to be served by {at or 'Karmada'}")

    def _cluster(self, at: str) -> Any:
        return self.federation.members[at] if at else self.federation.plane.cluster

    def client(self, at: str = "") -> Any:
        return self.federation.member(at) if at else self.federation.karmada

    def _key(self, resource: Resource, name: str, namespace: str | None, at: str) -> Key:
        namespaced = self._cluster(at).is_namespaced(resource)
        return Key((namespace or self.namespace) if namespaced else "", name)

    async def create(self, *objects: Object, at: str = "") -> Object:
        """Make objects one after another; returns the last."""
        made: Object = {}
        for obj in objects:
            resource = self.resource(obj["kind"], obj["apiVersion"], at)
            key = self._key(resource, meta.name(obj), meta.namespace(obj), at)
            made = await self.client(at).create(resource, obj, key.namespace)
            self._made.append((at, resource, meta.key(made)))
            await self.pass_time(0.01)
        return made

    def get(self, kind: str, name: str, namespace: str | None = None, at: str = "") -> Object | None:
        try:
            resource = self.resource(kind, at=at)
        except AssertionError:
            return None
        found: Object | None = (
            self._cluster(at).informers(*resource).get(self._key(resource, name, namespace, at))
        )
        return found

    def must(self, kind: str, name: str, namespace: str | None = None, at: str = "") -> Object:
        found = self.get(kind, name, namespace, at)
        assert found is not None, f"expected {kind} {name} in {at or 'Karmada'}, found none"
        return found

    def items(self, kind: str, namespace: str = "", at: str = "") -> list[Object]:
        found: list[Object] = self._cluster(at).informers(*self.resource(kind, at=at)).items(namespace)
        return found

    async def update(
        self,
        kind: str,
        name: str,
        path: tuple[str, ...],
        value: Any,
        namespace: str | None = None,
        at: str = "",
    ) -> Object:
        """Set what is at a path; None takes it away."""

        def changed(obj: Object) -> Object:
            if value is not None:
                return meta.replace(obj, path, value)
            outer = meta.dig(obj, *path[:-1], default={})
            return meta.replace(obj, path[:-1], {k: v for k, v in outer.items() if k != path[-1]})

        return await self.change(kind, name, changed, namespace, at)

    async def change(
        self,
        kind: str,
        name: str,
        change: Callable[[Object], Object],
        namespace: str | None = None,
        at: str = "",
        subresource: str = "",
    ) -> Object:
        obj = change(self.must(kind, name, namespace, at))
        resource = self.resource(kind, obj["apiVersion"], at)
        made: Object = await self.client(at).update(resource, obj, subresource)
        await self.pass_time(0.01)
        return made

    async def delete(self, kind: str, name: str, namespace: str | None = None, at: str = "") -> None:
        resource = self.resource(kind, at=at)
        key = self._key(resource, name, namespace, at)
        await self.client(at).delete(resource, key.name, key.namespace)
        await self.pass_time(0.01)

    async def refused(self, coroutine: Any) -> StatusError:
        """What a request that must fail is answered."""
        try:
            await coroutine
        except StatusError as error:
            return error
        raise AssertionError("expected the request to be refused, it succeeded")

    async def pass_time(self, seconds: float) -> None:
        await self.federation.clock.advance(seconds)

    async def eventually(self, holds: Callable[[], Any], within: float = TIMEOUT) -> Any:
        """Let time pass until it holds; returns what it gave. Objects not there yet are waited for."""
        waited, steps = 0.0, itertools.chain((0.0, *_STEPS), itertools.repeat(5.0))
        while True:
            step = next(steps)
            if step:
                await self.pass_time(step)
            waited += step
            last: BaseException | None = None
            try:
                found = holds()
                if found:
                    return found
            except (AssertionError, KeyError, ValueError, TypeError) as error:
                last = error
            if waited >= within:
                raise AssertionError(f"expected it to hold within {within} s ({last})")

    async def always(self, holds: Callable[[], Any], during: float = 10.0) -> None:
        """It holds now and stays so."""
        for _ in range(5):
            assert holds()
            await self.pass_time(during / 5)
        assert holds()

    async def present(self, kind: str, name: str, at: Iterable[str], namespace: str | None = None) -> None:
        await self.eventually(lambda: all(self.get(kind, name, namespace, at=m) for m in at))

    async def absent(self, kind: str, name: str, at: Iterable[str], namespace: str | None = None) -> None:
        await self.eventually(lambda: not any(self.get(kind, name, namespace, at=m) for m in at))

    async def fits(
        self,
        kind: str,
        name: str,
        holds: Callable[[Object], Any],
        at: Iterable[str] = ("",),
        namespace: str | None = None,
    ) -> None:
        """The object is, in each place, as it should be."""
        await self.eventually(lambda: all(holds(self.must(kind, name, namespace, at=m)) for m in at))

    def binding(self, name: str, kind: str = "deployment") -> Object:
        return self.must("ResourceBinding", f"{name}-{kind}")

    def targets(self, name: str, kind: str = "deployment") -> dict[str, int]:
        """Where the replicas of a template are to be; empty while it is not scheduled."""
        found = self.get("ResourceBinding", f"{name}-{kind}")
        clusters = meta.dig(found or {}, "spec", "clusters", default=[])
        return {target["name"]: target.get("replicas", 0) for target in clusters}

    def events(self, kind: str, name: str) -> Iterator[tuple[str, str]]:
        """Reason and message of the events about an object of Karmada."""
        for event in self.items("Event"):
            if (event["involvedObject"]["kind"], event["involvedObject"]["name"]) == (kind, name):
                yield event["reason"], event["message"]

    async def label_cluster(self, name: str, **labels: str | None) -> None:
        """Set labels of a Cluster; None takes one off. ``cleanup`` does not undo it."""

        def labelled(cluster: Object) -> Object:
            wanted = {k: v for k, v in {**meta.labels(cluster), **labels}.items() if v is not None}
            return meta.with_metadata(cluster, labels=wanted or None)

        await self.change("Cluster", name, labelled)

    async def taint_cluster(self, name: str, *taints: Object) -> None:
        await self.update("Cluster", name, ("spec", "taints"), list(taints) or None)

    async def grow(self) -> str:
        """A new cluster that is not joined; returns its name."""
        name = self.name("member-e2e")
        await self.federation.grow(name)
        return name

    async def shrink(self, name: str) -> None:
        """Take a cluster of ``grow`` away for good."""
        if self.get("Cluster", name) is not None:
            await self.federation.unjoin(name)
        await self.federation.nodes.pop(name).stop()
        await self.federation.members.pop(name).stop()

    def ready(self, cluster: str) -> bool:
        found = self.get("Cluster", cluster)
        return found is not None and (meta.condition(found, "Ready") or {}).get("status") == "True"

    async def _remove(self, at: str, resource: Resource, key: Key) -> None:
        try:
            await self.client(at).delete(resource, key.name, key.namespace)
        except StatusError as error:
            if error.code != 404:
                raise

    async def cleanup(self) -> None:
        """Delete what was made, newest first, and let it go everywhere."""
        made, self._made = self._made[::-1], []
        for where in (False, True):
            for at, resource, key in made:
                if bool(at) is where:
                    await self._remove(at, resource, key)
            await self.pass_time(1 if made else 0)
        if made:
            for name in self.members:
                cluster = self.must("Cluster", name)
                if cluster["spec"].get("taints"):
                    await self.taint_cluster(name)
                if "location" in meta.labels(cluster):
                    await self.label_cluster(name, location=None)
        left = [(at, r, k) for at, r, k in made if self._cluster(at).informers(*r).get(k) is not None]
        if left:
            await self.eventually(
                lambda: not any(self._cluster(at).informers(*r).get(k) for at, r, k in left)
            )
