"""The execution controller: what a Work carries is in its member, and the Work says whether it is.

Follows pkg/controllers/execution/execution_controller.go. It also puts right what somebody changed or
deleted in the member; in v1.2 the work status controller did that, and told nobody.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.karmada import constants as words
from karmada_nb.engine.karmada.controllers import execution_text as text
from karmada_nb.engine.karmada.controllers.channel import Channel
from karmada_nb.engine.karmada.controllers.cluster_state import is_ready, serves_differently
from karmada_nb.engine.karmada.controllers.execution_text import Outcome
from karmada_nb.engine.karmada.controllers.member_objects import MemberObjects
from karmada_nb.engine.karmada.controllers.object_watcher import NotOurs, ObjectWatcher, Place
from karmada_nb.engine.karmada.controllers.unmanaged import without_karmada
from karmada_nb.engine.karmada.controllers.work_origin import manifests, type_of, work_of
from karmada_nb.engine.karmada.controllers.writing import update
from karmada_nb.engine.karmada.interpreter import InterpreterError
from karmada_nb.engine.karmada.members import Member
from karmada_nb.engine.karmada.names import generate_execution_space_name, get_cluster_name
from karmada_nb.engine.karmada.plane import CLUSTERS, WORKS, Plane
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.runtime.client import Resource, Unreachable
from karmada_nb.engine.runtime.controller import DONE, Result, Retry, Watch, itself
from karmada_nb.engine.runtime.informer import Event

_SUPPRESSED: Final = words.ARTICLE_PROPAGATION_INSTRUCTION_SUPPRESSED
"""What v1.2 wrote on Works that stay in Karmada, where today's are suspended."""
FAILURES: Final = (NotOurs, InterpreterError, StatusError, Unreachable, TimeoutError)


class ExecutionController:
    """``objects`` and ``watcher`` are shared with whoever else watches, or writes to, the members."""

    name = words.EXECUTION_CONTROLLER

    def __init__(self, plane: Plane, objects: MemberObjects, watcher: ObjectWatcher) -> None:
        self._plane = plane
        self._client = plane.client_as(self.name)
        self._recorder = plane.recorder(self.name)
        self._works = plane.informers(*WORKS)
        self._clusters = plane.informers(*CLUSTERS)
        self._objects = objects
        self._watcher = watcher
        self._channel = Channel()
        self._synced: dict[Key, int] = {}
        objects.listen(self._member_changed)
        plane.members.on_change(self._wake)

    def watches(self) -> Iterable[Watch]:
        yield Watch(self._works, _generation_changed)
        yield Watch(self._clusters, self._cluster_changed)
        yield Watch(self._channel, itself)

    async def reconcile(self, key: Key) -> Result:
        work = self._works.get(key)
        cluster = self._cluster_of(key)
        if work is None:
            self._objects.release(key)
            self._synced.pop(key, None)
            return DONE
        if cluster is None or meta.labels(work).get(words.ARTICLE_PROPAGATION_INSTRUCTION) == _SUPPRESSED:
            return DONE
        if meta.deleting(work):
            return await self._remove(work, cluster)
        if meta.dig(work, "spec", "suspendDispatching", default=False) and not self._plane.article:
            await self._dispatching(work)
            return DONE
        if not is_ready(cluster):
            await self._dispatching(work)
            return DONE  # The cluster's change brings the Work back.
        return await self._sync(work, meta.name(cluster))

    async def _sync(self, work: Object, cluster: str) -> Result:
        key = meta.key(work)
        outcomes: list[Outcome] = []
        wrote = False
        for manifest in manifests(work):
            try:
                wrote = await self._apply(key, cluster, manifest) or wrote
                outcomes.append(Outcome(manifest))
            except FAILURES as error:
                outcomes.append(Outcome(manifest, str(error)))
        errors = [outcome.error for outcome in outcomes if outcome.error]
        now = self._plane.clock.now()
        was_applied = (meta.condition(work, words.WORK_APPLIED) or {}).get("status") == "True"
        dispatched = self._plane.article or text.with_dispatching(work, now) is work

        def say(latest: Object) -> Object:
            if not self._plane.article:
                latest = text.with_dispatching(latest, now)
            return text.with_applied(latest, outcomes, now)

        said = await update(self._client, WORKS, self._works, key, say, "status")
        if not dispatched:
            await self._tell_dispatching(work)
        renewed = self._synced.get(key) != meta.generation(work)
        repaired = self._plane.article and was_applied and not renewed
        if errors or ((wrote or said is not None) and not repaired):
            await self._tell(work, cluster, outcomes, creating=not was_applied)
        if errors:
            raise Retry
        self._synced[key] = meta.generation(work)
        return DONE

    async def _apply(self, key: Key, cluster: str, manifest: Object) -> bool:
        member, place = self._reach(cluster, manifest)
        self._objects.hold(key, cluster, self._resources(key))
        observed = member.informers(*place.resource).get(Key(place.namespace, place.name))
        wrote = await self._watcher.apply(member, place, manifest, observed)
        if self._watcher.disturbed(place):
            self._channel.send(key)
        return wrote

    def _resources(self, key: Key) -> list[Resource]:
        work = self._works.get(key)
        found = (self._plane.served.of_kind(*type_of(m)) for m in manifests(work or {}))
        return list(dict.fromkeys(resource for resource in found if resource is not None))

    def _reach(self, cluster: str, manifest: Object) -> tuple[Member, Place]:
        api_version, kind = type_of(manifest)
        resource = self._plane.served.of_kind(api_version, kind)
        if resource is None:
            raise StatusError(404, "NotFound", f'no matches for kind "{kind}" in version "{api_version}"')
        member = self._plane.members.get(cluster)
        if member is None:
            raise StatusError(404, "NotFound", f'clusters.cluster.karmada.io "{cluster}" not found')
        return member, Place(cluster, resource, meta.namespace(manifest), meta.name(manifest))

    async def _remove(self, work: Object, cluster: Object) -> Result:
        """Take the manifests out of the member, then let the Work go.

        A cluster that is leaving and cannot be reached keeps what it has, or it could never leave.
        """
        if meta.dig(work, "spec", "preserveResourcesOnDeletion", default=False) and not self._plane.article:
            await self._leave_behind(work, meta.name(cluster))
        elif is_ready(cluster):
            for manifest in manifests(work):
                try:
                    member, place = self._reach(meta.name(cluster), manifest)
                except StatusError as error:
                    if error.code != 404:
                        raise
                    continue
                await self._watcher.delete(member, place, manifest)
        elif not meta.deleting(cluster):
            return DONE
        await update(self._client, WORKS, self._works, meta.key(work), _without_finalizer)
        return DONE

    async def _leave_behind(self, work: Object, cluster: str) -> None:
        for manifest in manifests(work):
            member, place = self._reach(cluster, manifest)
            try:
                observed = await member.client.get(place.resource, place.name, place.namespace)
            except StatusError as error:
                if error.code != 404:
                    raise
                continue
            await self._watcher.update(member, place, without_karmada(manifest), observed)

    async def _dispatching(self, work: Object) -> None:
        """Say that dispatching is suspended, or goes on."""
        if self._plane.article:
            return
        now = self._plane.clock.now()
        key = meta.key(work)
        if await update(
            self._client, WORKS, self._works, key, lambda w: text.with_dispatching(w, now), "status"
        ):
            await self._tell_dispatching(work)

    async def _tell_dispatching(self, work: Object) -> None:
        said = text.with_dispatching(work, self._plane.clock.now())
        condition = meta.condition(said, words.WORK_DISPATCHING) or {}
        await self._recorder.event(work, "Normal", words.EVENT_REASON_WORK_DISPATCHING, condition["message"])

    async def _tell(self, work: Object, cluster: str, outcomes: list[Outcome], *, creating: bool) -> None:
        article = self._plane.article
        for outcome in outcomes:
            reference = text.template_reference(outcome.manifest, article=article)
            if reference is not None:
                event = text.template_event(outcome, cluster, article=article, creating=creating)
                await self._recorder.about(reference, *event)
        error = text.aggregate([outcome.error for outcome in outcomes if outcome.error] or [""])
        await self._recorder.event(work, *text.work_event(work, cluster, error, article=article))

    def _cluster_of(self, work: Key) -> Object | None:
        try:
            return self._clusters.get(Key("", get_cluster_name(work.namespace)))
        except ValueError:
            return None

    def _member_changed(self, cluster: str, resource: Resource, event: Event) -> None:
        obj = event.object
        work = work_of(obj, cluster, self._plane.edition)
        if work is not None and self._watcher.is_news(
            Place(cluster, resource, meta.namespace(obj), meta.name(obj)), event
        ):
            self._channel.send(work)

    def _cluster_changed(self, event: Event) -> Iterable[Key]:
        old, new = event.old, event.new
        if old is None or new is None:
            return ()
        if not (
            is_ready(old) != is_ready(new)
            or meta.deleting(old) != meta.deleting(new)
            or serves_differently(old, new)
        ):
            return ()
        works = self._works.items(generate_execution_space_name(meta.name(new)))
        return [meta.key(work) for work in works]

    def _wake(self, cluster: str) -> None:
        for work in self._works.items(generate_execution_space_name(cluster)):
            self._channel.send(meta.key(work))


def _generation_changed(event: Event) -> Iterable[Key]:
    """Status is of no interest here: this controller writes it."""
    if (
        event.old is not None
        and event.new is not None
        and meta.generation(event.old) == meta.generation(event.new)
        and meta.deleting(event.old) == meta.deleting(event.new)
    ):
        return ()
    return itself(event)


def _without_finalizer(work: Object) -> Object:
    kept = [f for f in meta.finalizers(work) if f != words.EXECUTION_CONTROLLER_FINALIZER]
    if len(kept) == len(meta.finalizers(work)):
        return work
    return meta.with_metadata(work, finalizers=kept or None)
