"""ReplicaSets: as many pods as wanted. Follows pkg/controller/replicaset/replica_set.go."""

from collections.abc import Iterable
from typing import Final

from karmada_nb.engine import meta, selectors
from karmada_nb.engine.controllers import pods as podlib
from karmada_nb.engine.controllers.context import PODS, REPLICASETS, Context
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.runtime.controller import DONE, SETTLE, Result, Watch, itself, owned_by
from karmada_nb.engine.runtime.informer import Event, Informer

BURST: Final = 500
"""No more pods are made or deleted in one pass."""
OWNER_INDEX: Final = "controller"
ORPHAN_INDEX: Final = "orphan"


def by_controller(obj: Object) -> Iterable[str]:
    """Index: the uid of the controller."""
    owner = meta.controller_of(obj)
    return (owner["uid"],) if owner else ()


def without_controller(obj: Object) -> Iterable[str]:
    """Index: the namespace of an object that nobody controls."""
    return () if meta.controller_of(obj) else (meta.namespace(obj),)


class ReplicaSetController:
    name = "replicaset-controller"

    def __init__(self, context: Context) -> None:
        self._client = context.client_as(self.name)
        self._events = context.recorder(self.name)
        self._clock = context.clock
        self._sets: Informer = context.informers(*REPLICASETS)
        self._pods: Informer = context.informers(*PODS)
        self._sets.add_index(OWNER_INDEX, by_controller)
        self._pods.add_index(OWNER_INDEX, by_controller)
        self._pods.add_index(ORPHAN_INDEX, without_controller)

    def watches(self) -> Iterable[Watch]:
        yield Watch(self._sets, itself)
        yield Watch(self._pods, owned_by("ReplicaSet"), SETTLE)
        yield Watch(self._pods, self._adopters)

    def _adopters(self, event: Event) -> Iterable[Key]:
        """Sets that may adopt a pod nobody controls."""
        pod = event.new
        if pod is None or meta.controller_of(pod) or meta.deleting(pod) or not meta.labels(pod):
            return ()
        return [
            meta.key(rs)
            for rs in self._sets.items(meta.namespace(pod))
            if selectors.from_label_selector(rs["spec"]["selector"]).matches(meta.labels(pod))
        ]

    async def reconcile(self, key: Key) -> Result:
        rs = self._sets.get(key)
        if rs is None:
            return DONE
        mine = await self._claim(rs)
        alive = [pod for pod in mine if podlib.active(pod)]
        failure: StatusError | None = None
        if not meta.deleting(rs):
            try:
                await self._scale(rs, alive)
            except StatusError as error:
                failure = error
        if failure is None:
            alive = [p for p in self._pods.by_index(OWNER_INDEX, meta.uid(rs)) if podlib.active(p)]
        await self._write_status(rs, alive, failure)
        if failure is not None:
            raise failure
        wait = podlib.available_in(alive, rs["spec"].get("minReadySeconds", 0), self._clock.now())
        return Result(after=wait) if wait else DONE

    async def _claim(self, rs: Object) -> list[Object]:
        """The pods this set controls; it adopts orphans that match and lets go of those that do not."""
        selector = selectors.from_label_selector(rs["spec"]["selector"])
        mine = self._pods.by_index(OWNER_INDEX, meta.uid(rs))
        kept = []
        for pod in mine:
            if selector.matches(meta.labels(pod)):
                kept.append(pod)
            elif not meta.deleting(rs):
                left = [ref for ref in meta.owners(pod) if ref["uid"] != meta.uid(rs)]
                freed = meta.with_metadata(pod, ownerReferences=left or None)
                await self._client.update(PODS, freed)
        if meta.deleting(rs):
            return kept
        for pod in self._orphaned(rs, selector):
            refs = [*meta.owners(pod), meta.owner_reference(rs)]
            kept.append(await self._client.update(PODS, meta.with_metadata(pod, ownerReferences=refs)))
        return kept

    def _orphaned(self, rs: Object, selector: selectors.Selector) -> list[Object]:
        free = self._pods.by_index(ORPHAN_INDEX, meta.namespace(rs))
        return [pod for pod in free if podlib.active(pod) and selector.matches(meta.labels(pod))]

    async def _scale(self, rs: Object, alive: list[Object]) -> None:
        missing = rs["spec"].get("replicas", 1) - len(alive)
        if missing > 0:
            for _ in range(min(missing, BURST)):
                await self._create(rs)
        elif missing < 0:
            related = self._related(rs)
            for pod in podlib.deletion_order(alive, related)[: min(-missing, BURST)]:
                await self._client.delete(PODS, meta.name(pod), meta.namespace(pod), uid=meta.uid(pod))
                await self._events.event(rs, "Normal", "SuccessfulDelete", f"Deleted pod: {meta.name(pod)}")

    def _related(self, rs: Object) -> list[Object]:
        owner = meta.controller_of(rs)
        if owner is None:
            return self._pods.by_index(OWNER_INDEX, meta.uid(rs))
        found: list[Object] = []
        for other in self._sets.by_index(OWNER_INDEX, owner["uid"]):
            found += self._pods.by_index(OWNER_INDEX, meta.uid(other))
        return found

    async def _create(self, rs: Object) -> None:
        pod = podlib.from_template(rs["spec"]["template"], rs, meta.namespace(rs))
        try:
            made = await self._client.create(PODS, pod, meta.namespace(rs))
        except StatusError as error:
            await self._events.event(rs, "Warning", "FailedCreate", f"Error creating: {error.message}")
            raise
        await self._events.event(rs, "Normal", "SuccessfulCreate", f"Created pod: {meta.name(made)}")

    async def _write_status(self, rs: Object, alive: list[Object], failure: StatusError | None) -> None:
        current = self._sets.get(meta.key(rs))
        if current is None or meta.uid(current) != meta.uid(rs):
            return
        status = self.status(current, alive, failure)
        if status != current.get("status"):
            await self._client.update(REPLICASETS, {**current, "status": status}, "status")

    def status(self, rs: Object, alive: list[Object], failure: StatusError | None) -> Object:
        """What the set's status should be."""
        now, wanted = self._clock.now(), rs["spec"].get("minReadySeconds", 0)
        template = meta.dig(rs, "spec", "template", "metadata", "labels", default={})
        status: Object = {"replicas": len(alive)}
        counts = {
            "fullyLabeledReplicas": sum(template.items() <= meta.labels(p).items() for p in alive),
            "readyReplicas": sum(map(podlib.ready, alive)),
            "availableReplicas": sum(podlib.available(p, wanted, now) for p in alive),
            "observedGeneration": meta.generation(rs),
        }
        status.update({k: v for k, v in counts.items() if v})
        conditions = [
            c for c in meta.dig(rs, "status", "conditions", default=[]) if c["type"] != "ReplicaFailure"
        ]
        if failure is not None:
            before = meta.condition(rs, "ReplicaFailure")
            failed = meta.set_condition(
                [before] if before else [], "ReplicaFailure", "True", "FailedCreate", failure.message, now
            )
            conditions += failed
        return {**status, "conditions": conditions} if conditions else status
