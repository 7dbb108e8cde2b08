"""The work status controller: what members report of what Works carry, reflected into the Works.

Follows pkg/controllers/status/work_status_controller.go, and pkg/controllers/status/workstatus_controller.go
at v1.2, which knew no health and told no events. Which objects are watched is the execution controller's
business; this one only listens.
"""

from __future__ import annotations

from collections.abc import Iterable

from karmada_nb.engine import meta
from karmada_nb.engine.karmada import constants as words
from karmada_nb.engine.karmada.controllers.channel import Channel
from karmada_nb.engine.karmada.controllers.member_objects import MemberObjects
from karmada_nb.engine.karmada.controllers.work_origin import manifests, type_of, work_of
from karmada_nb.engine.karmada.controllers.writing import update
from karmada_nb.engine.karmada.interpreter import Interpreter, InterpreterError, Operation
from karmada_nb.engine.karmada.names import get_cluster_name
from karmada_nb.engine.karmada.plane import WORKS, Plane
from karmada_nb.engine.karmada.policy.event import Event as Told
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.runtime.client import Resource
from karmada_nb.engine.runtime.controller import DONE, SETTLE, Result, Retry, Watch, itself
from karmada_nb.engine.runtime.informer import Event


class WorkStatusController:
    """One status a manifest, in the order of the manifests."""

    name = words.WORK_STATUS_CONTROLLER

    def __init__(self, plane: Plane, objects: MemberObjects) -> None:
        self._plane = plane
        self._client = plane.client_as(self.name)
        self._recorder = plane.recorder(self.name)
        self._works = plane.informers(*WORKS)
        self._objects = objects
        self._channel = Channel()
        objects.listen(self._member_changed)

    def watches(self) -> Iterable[Watch]:
        yield Watch(self._works, _became_applied)
        yield Watch(self._channel, itself, SETTLE)

    async def reconcile(self, key: Key) -> Result:
        work = self._works.get(key)
        if work is None or meta.deleting(work):
            return DONE
        try:
            cluster = get_cluster_name(key.namespace)
        except ValueError:
            return DONE
        told: list[Told] = []
        failed = False
        statuses: list[Object] = []
        standing = meta.dig(work, "status", "manifestStatuses", default=[])
        for at, manifest in enumerate(manifests(work)):
            before = next((s for s in standing if s["identifier"].get("ordinal", 0) == at), None)
            observed = self._observed(key, cluster, manifest)
            try:
                status = before if observed is None else await self._status(at, observed, before, told)
            except InterpreterError as error:
                status, failed = before, not self._plane.article
                told.append(_reflect_failed(manifest, str(error)))
            if status is not None:
                statuses.append(status)
        if statuses != standing:
            await update(
                self._client,
                WORKS,
                self._works,
                key,
                lambda latest: meta.replace(latest, ("status", "manifestStatuses"), statuses),
                "status",
            )
        if not self._plane.article:
            for event in told:
                await self._recorder.event(work, *event)
        if failed:
            raise Retry
        return DONE

    def _observed(self, work: Key, cluster: str, manifest: Object) -> Object | None:
        """The object in the member, if this Work made it and there is something to say about it."""
        resource = self._plane.served.of_kind(*type_of(manifest))
        informer = None if resource is None else self._objects.informer(cluster, resource)
        observed = None if informer is None else informer.get(meta.key(manifest))
        if observed is None or work_of(observed, cluster, self._plane.edition) != work:
            return None
        return observed if _looked_at(observed) else None

    async def _status(
        self, at: int, observed: Object, before: Object | None, told: list[Told]
    ) -> Object | None:
        ask = self._plane.interpreter.ask
        reflected = await ask(lambda interpreter: interpreter.reflect_status(observed))
        if self._plane.article:
            return (
                before
                if reflected is None
                else {"identifier": _identifier(at, observed), "status": reflected}
            )
        health, news = await ask(lambda interpreter: _health(interpreter, observed))
        status: Object = {"health": health, "identifier": _identifier(at, observed)}
        if reflected is not None:
            status["status"] = reflected
        if status != before:
            told.append(Told("Normal", words.EVENT_REASON_REFLECT_STATUS_SUCCEED, _reflected(observed)))
            if news is not None:
                told.append(news)
        return status

    def _member_changed(self, cluster: str, resource: Resource, event: Event) -> None:
        if event.new is None:
            return
        work = work_of(event.new, cluster, self._plane.edition)
        if work is not None:
            self._channel.send(work)


def _health(interpreter: Interpreter, observed: Object) -> tuple[str, Told | None]:
    """A kind that nobody can judge is healthy."""
    if not interpreter.hook_enabled(observed["apiVersion"], observed["kind"], Operation.INTERPRET_HEALTH):
        return words.RESOURCE_HEALTHY, None
    of = f"Interpret health of object({_described(observed)})"
    try:
        healthy = interpreter.interpret_health(observed)
    except InterpreterError as error:
        why = f"{of} failed, err: {error}."
        return words.RESOURCE_UNKNOWN, Told("Warning", words.EVENT_REASON_INTERPRET_HEALTH_FAILED, why)
    found = words.RESOURCE_HEALTHY if healthy else words.RESOURCE_UNHEALTHY
    message = f"{of} as {found.lower()}."
    return found, Told("Normal", words.EVENT_REASON_INTERPRET_HEALTH_SUCCEED, message)


def _looked_at(obj: Object) -> bool:
    """False for a workload that its member's controllers have not seen yet: they will in a moment."""
    return not obj["apiVersion"].startswith("apps/") or "observedGeneration" in (obj.get("status") or {})


def _described(obj: Object) -> str:
    return f"{obj['kind']}/{meta.namespace(obj)}/{meta.name(obj)}"


def _reflected(obj: Object) -> str:
    return f"Reflect status for object({_described(obj)}) succeed."


def _reflect_failed(obj: Object, error: str) -> Told:
    message = f"Reflect status for object({_described(obj)}) failed, err: {error}."
    return Told("Warning", words.EVENT_REASON_REFLECT_STATUS_FAILED, message)


def _identifier(at: int, obj: Object) -> Object:
    group, version = meta.group_version(obj["apiVersion"])
    namespace = meta.namespace(obj)
    return {
        **({"group": group} if group else {}),
        "kind": obj["kind"],
        "name": meta.name(obj),
        **({"namespace": namespace} if namespace else {}),
        "ordinal": at,
        "resource": "",
        "version": version,
    }


def _became_applied(event: Event) -> Iterable[Key]:
    def applied(work: Object | None) -> bool:
        return work is not None and (meta.condition(work, words.WORK_APPLIED) or {}).get("status") == "True"

    return itself(event) if applied(event.new) and not applied(event.old) else ()
