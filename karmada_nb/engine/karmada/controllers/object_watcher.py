"""Bringing one object of a member to what its Work says: create, update, delete.

Follows pkg/util/objectwatcher/objectwatcher.go. What a member adds to an object stays; a write that would
change nothing is not made; an object that is not Karmada's is left alone unless the conflict is to be
resolved by overwriting.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from karmada_nb.engine import meta
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.karmada.constants import (
    RESOURCE_CONFLICT_RESOLUTION_ANNOTATION,
    RESOURCE_CONFLICT_RESOLUTION_OVERWRITE,
    Edition,
)
from karmada_nb.engine.karmada.controllers.work_origin import managed
from karmada_nb.engine.karmada.interpretation import ResourceInterpreter
from karmada_nb.engine.karmada.interpreter import (
    Operation,
    remove_irrelevant_fields,
    remove_job_ttl_seconds,
)
from karmada_nb.engine.karmada.managed import retain_annotations, retain_labels
from karmada_nb.engine.karmada.members import Member
from karmada_nb.engine.meta import Object
from karmada_nb.engine.runtime.client import Resource
from karmada_nb.engine.runtime.informer import Event


class Place(NamedTuple):
    """One object of one member."""

    cluster: str
    resource: Resource
    namespace: str
    name: str


class NotOurs(Exception):
    """The object is there, and Karmada did not make it."""


class ObjectWatcher:
    """Remembers which version of each object it wrote last, so that its own writes are no news."""

    def __init__(self, interpreter: ResourceInterpreter, edition: Edition) -> None:
        self._interpreter = interpreter
        self._edition = edition
        self._written: dict[Place, str] = {}
        self._writing: dict[Place, str | None] = {}
        self._disturbed: set[Place] = set()

    async def apply(self, member: Member, place: Place, desired: Object, observed: Object | None) -> bool:
        """Create or update; returns whether anything was written. ``observed`` is what a view last showed.

        Raises NotOurs, InterpreterError, StatusError and Unreachable.
        """
        if observed is None:
            try:
                await self._write(
                    place, lambda: member.client.create(place.resource, desired, place.namespace)
                )
                return True
            except StatusError as error:
                if error.reason != "AlreadyExists":
                    raise
            observed = await member.client.get(place.resource, place.name, place.namespace)
        try:
            return await self.update(member, place, desired, observed)
        except StatusError as error:
            if error.reason != "Conflict":
                raise
        observed = await member.client.get(place.resource, place.name, place.namespace)
        return await self.update(member, place, desired, observed)

    async def update(self, member: Member, place: Place, desired: Object, observed: Object) -> bool:
        """The same for an object that is there."""
        if not self._may_update(desired, observed):
            raise NotOurs(self._refusal(place.cluster, desired))
        wanted = await self.retained(desired, observed)
        if self._same(wanted, observed):
            self._written[place] = meta.resource_version(observed)
            return False
        written = await self._write(place, lambda: member.client.update(place.resource, wanted))
        return meta.resource_version(written) != meta.resource_version(observed)

    async def delete(self, member: Member, place: Place, desired: Object) -> None:
        """Delete in the background. What is gone, or was never Karmada's, is none of its business."""
        try:
            observed = await member.client.get(place.resource, place.name, place.namespace)
            if managed(observed, desired, self._edition):
                await member.client.delete(
                    place.resource, place.name, place.namespace, propagation="Background"
                )
        except StatusError as error:
            if error.code != 404:
                raise
        self._written.pop(place, None)

    def is_news(self, place: Place, event: Event) -> bool:
        """Whether somebody else changed or removed an object that this watcher brought up to date."""
        if place in self._writing:
            self._writing[place] = "" if event.new is None else meta.resource_version(event.new)
            return False
        if place not in self._written:
            return False
        if event.new is None:
            return True
        if meta.resource_version(event.new) == self._written[place]:
            return False
        return event.old is None or self._pruned(event.old) != self._pruned(event.new)

    def disturbed(self, place: Place) -> bool:
        """Whether another version was heard of while the last write was under way. Asked once."""
        if place not in self._disturbed:
            return False
        self._disturbed.discard(place)
        return True

    def forget(self, cluster: str) -> None:
        """The cluster has left."""
        for place in [place for place in self._written if place.cluster == cluster]:
            del self._written[place]

    async def retained(self, desired: Object, observed: Object) -> Object:
        """The desired object with everything that belongs to the member. Raises InterpreterError."""
        kept = meta.metadata(observed)
        wanted = meta.with_metadata(
            desired,
            resourceVersion=kept.get("resourceVersion"),
            finalizers=kept.get("finalizers"),
            ownerReferences=kept.get("ownerReferences"),
        )
        if self._edition == "article":
            annotations = {**meta.annotations(observed), **meta.annotations(desired)}
            wanted = meta.with_metadata(wanted, annotations=annotations or None)
        else:
            wanted = retain_labels(retain_annotations(wanted, observed), observed)
        if self._interpreter.hook_enabled(desired["apiVersion"], desired["kind"], Operation.RETAIN):
            return await self._interpreter.ask(lambda interpreter: interpreter.retain(wanted, observed))
        return wanted

    async def _write(self, place: Place, request: Callable[[], Awaitable[Object]]) -> Object:
        self._writing[place] = None
        try:
            written = await request()
        finally:
            heard = self._writing.pop(place)
        version = meta.resource_version(written)
        self._written[place] = version
        if heard not in (None, version):
            self._disturbed.add(place)
        return written

    def _may_update(self, desired: Object, observed: Object) -> bool:
        if managed(observed, desired, self._edition):
            return True
        resolution = meta.annotations(desired).get(RESOURCE_CONFLICT_RESOLUTION_ANNOTATION)
        return resolution == RESOURCE_CONFLICT_RESOLUTION_OVERWRITE

    def _refusal(self, cluster: str, desired: Object) -> str:
        what = f"resource(kind={desired['kind']}, {meta.namespace(desired)}/{meta.name(desired)})"
        why = f"{RESOURCE_CONFLICT_RESOLUTION_ANNOTATION} strategy value is empty"
        if self._edition == "article":
            where = f"{what} already exist in cluster {cluster}"
            return f"{where} and the {why}, karmada will not manage this resource"
        return (
            f"{what} already exists in the cluster {cluster} and the {why}, "
            "Karmada will not manage this resource"
        )

    def _same(self, wanted: Object, observed: Object) -> bool:
        return self._pruned(wanted) == self._pruned(observed)

    def _pruned(self, obj: Object) -> Object:
        return remove_irrelevant_fields(remove_job_ttl_seconds(obj), self._edition)
