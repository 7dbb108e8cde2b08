"""The garbage collector: what nobody owns any more is deleted.

Follows pkg/controller/garbagecollector. The graph is an index from owner uid to dependents, kept from the
same events that everything else lives on, so a pass costs what hangs on one object.
"""

from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

from karmada_nb.engine import meta
from karmada_nb.engine.controllers.context import Context
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.runtime.client import Resource
from karmada_nb.engine.runtime.controller import DONE, Result, Watch
from karmada_nb.engine.runtime.informer import Event, Informer

ORPHAN: Final = "orphan"
FOREGROUND: Final = "foregroundDeletion"


class Node(NamedTuple):
    """Where an object is."""

    resource: Resource
    key: Key


class Graph:
    """Who is there, and who hangs on whom."""

    def __init__(self) -> None:
        self.nodes: dict[str, Node] = {}
        self.dependents: dict[str, dict[str, None]] = {}

    def observe(self, resource: Resource, event: Event) -> list[str]:
        """Take note of a change; returns the uids whose fate it may decide."""
        if event.old is not None and event.new is not None and _same_fate(event.old, event.new):
            return []
        uid = meta.uid(event.object)
        before = {ref["uid"] for ref in meta.owners(event.old or {})}
        after = {ref["uid"] for ref in meta.owners(event.new or {})}
        for owner in before - after:
            hanging = self.dependents.get(owner)
            if hanging is not None:
                hanging.pop(uid, None)
                if not hanging:
                    del self.dependents[owner]
        for owner in after - before:
            self.dependents.setdefault(owner, {})[uid] = None
        if event.new is None:
            self.nodes.pop(uid, None)
            return [*self.dependents.get(uid, ()), *before]
        self.nodes[uid] = Node(resource, meta.key(event.new))
        touched = [uid] if after or meta.finalizers(event.new) else []
        settled = meta.deleting(event.new) or _blocking(event.old) - _blocking(event.new)
        blocked = [o for o in before | after if o in self.nodes] if settled else []
        return touched + blocked + list(before - after)


def _blocking(obj: Object | None) -> set[str]:
    """The owners that are kept by this object while they are deleted in the foreground."""
    return {ref["uid"] for ref in meta.owners(obj or {}) if ref.get("blockOwnerDeletion")}


def _same_fate(old: Object, new: Object) -> bool:
    """Whether a change left alone all that decides an object's fate: most changes do."""
    before, after = meta.metadata(old), meta.metadata(new)
    return not meta.deleting(new) and all(
        before.get(name) == after.get(name) for name in ("uid", "name", "ownerReferences", "finalizers")
    )


def _deleting_dependents(obj: Object) -> bool:
    return meta.deleting(obj) and FOREGROUND in meta.finalizers(obj)


class GarbageCollector:
    """``of_kind`` finds the resource of an owner reference; ``follow`` is called for each resource served."""

    name = "generic-garbage-collector"

    def __init__(self, context: Context, of_kind: Callable[[str, str], Resource | None]) -> None:
        self._client = context.client_as(self.name)
        self._informers = context.informers
        self._of_kind = of_kind
        self._graph = Graph()
        self._followed: dict[Resource, Informer] = {}

    def follow(self, resource: Resource) -> Watch | None:
        """The watch of one more resource; None if it is followed already."""
        if resource in self._followed:
            return None
        informer = self._followed[resource] = self._informers(*resource)

        def keys(event: Event) -> Iterable[Key]:
            return [Key("", uid) for uid in self._graph.observe(resource, event)]

        return Watch(informer, keys)

    def watches(self) -> Iterable[Watch]:
        return ()

    async def reconcile(self, key: Key) -> Result:
        """``key.name`` is a uid."""
        node = self._graph.nodes.get(key.name)
        if node is None:
            return DONE
        obj = self._followed[node.resource].get(node.key)
        if obj is None or meta.uid(obj) != key.name:
            return DONE
        if meta.deleting(obj):
            await self._let_go(node, obj)
            return DONE
        references = meta.owners(obj)
        if references:
            await self._judge(node, obj, references)
        return DONE

    async def _judge(self, node: Node, obj: Object, references: list[Object]) -> None:
        """Delete an object all of whose owners are gone; forget owners that are gone beside others."""
        solid: list[Object] = []
        waiting: list[Object] = []
        for reference in references:
            owner = await self._owner(obj, reference)
            if owner is None:
                continue
            (waiting if _deleting_dependents(owner) else solid).append(reference)
        if solid:
            if len(solid) < len(references):
                await self._client.update(node.resource, meta.with_metadata(obj, ownerReferences=solid))
            return
        if waiting and self._graph.dependents.get(meta.uid(obj)):
            if any(_deleting_dependents(held) for _, held in self._hanging(meta.uid(obj))):
                await self._unblock(node, obj, references)
            await self._delete(node, obj, "Foreground")
        elif ORPHAN in meta.finalizers(obj):
            await self._delete(node, obj, "Orphan")
        else:
            foreground = FOREGROUND in meta.finalizers(obj)
            await self._delete(node, obj, "Foreground" if foreground else "Background")

    async def _unblock(self, node: Node, obj: Object, references: list[Object]) -> None:
        """Let owners go before this object: one of them may wait for what hangs on it, in a circle."""
        unblocked = [
            {**r, "blockOwnerDeletion": False} if "blockOwnerDeletion" in r else r for r in references
        ]
        await self._client.update(node.resource, meta.with_metadata(obj, ownerReferences=unblocked))

    async def _owner(self, obj: Object, reference: Object) -> Object | None:
        """The owner as it is; None if it is gone, or another by the same name, or in another namespace."""
        found = self._graph.nodes.get(reference["uid"])
        if found is not None:
            owner = self._followed[found.resource].get(found.key)
            same_place = not found.key.namespace or found.key.namespace == meta.namespace(obj)
            return owner if owner is not None and same_place else None
        resource = self._of_kind(reference["apiVersion"], reference["kind"])
        if resource is None:
            return reference  # A kind that is not served here cannot be said to be gone.
        for namespace in (meta.namespace(obj), ""):
            try:
                owner = await self._client.get(resource, reference["name"], namespace)
            except StatusError as error:
                if error.code != 404:
                    raise
                continue
            return owner if meta.uid(owner) == reference["uid"] else None
        return None

    async def _let_go(self, node: Node, obj: Object) -> None:
        """Serve the collector's own finalizers on an object that is being deleted."""
        finalizers = meta.finalizers(obj)
        uid = meta.uid(obj)
        if ORPHAN in finalizers:
            for dependent, held in self._hanging(uid):
                left = [ref for ref in meta.owners(held) if ref["uid"] != uid]
                freed = meta.with_metadata(held, ownerReferences=left or None)
                await self._client.update(dependent.resource, freed)
            await self._remove_finalizer(node, obj, ORPHAN)
        elif FOREGROUND in finalizers:
            blocking = [
                (dependent, held)
                for dependent, held in self._hanging(uid)
                if any(r["uid"] == uid and r.get("blockOwnerDeletion") for r in meta.owners(held))
            ]
            for dependent, held in self._hanging(uid):
                if not meta.deleting(held):
                    await self._judge(dependent, held, meta.owners(held))
            if not blocking:
                await self._remove_finalizer(node, obj, FOREGROUND)

    def _hanging(self, uid: str) -> list[tuple[Node, Object]]:
        found = []
        for dependent in tuple(self._graph.dependents.get(uid, ())):
            node = self._graph.nodes.get(dependent)
            held = self._followed[node.resource].get(node.key) if node else None
            if node is not None and held is not None:
                found.append((node, held))
        return found

    async def _remove_finalizer(self, node: Node, obj: Object, finalizer: str) -> None:
        current = self._followed[node.resource].get(node.key)
        if current is None or meta.uid(current) != meta.uid(obj):
            return
        kept = [f for f in meta.finalizers(current) if f != finalizer]
        await self._client.update(node.resource, meta.with_metadata(current, finalizers=kept or None))

    async def _delete(self, node: Node, obj: Object, propagation: str) -> None:
        try:
            await self._client.delete(
                node.resource, node.key.name, node.key.namespace, uid=meta.uid(obj), propagation=propagation
            )
        except StatusError as error:
            if error.code not in (404, 409):
                raise
