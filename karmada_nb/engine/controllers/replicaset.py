"""ReplicaSets and ReplicationControllers: as many pods as wanted.

Follows pkg/controller/replicaset/replica_set.go, which also serves both.
"""

from collections.abc import Iterable
from typing import ClassVar, Final

from karmada_nb.engine import meta
from karmada_nb.engine.controllers import pods as podlib
from karmada_nb.engine.controllers.claims import OWNER_INDEX, Claims, adopters, by_controller, selector_of
from karmada_nb.engine.controllers.context import PODS, REPLICASETS, Context
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.runtime.client import Resource
from karmada_nb.engine.runtime.controller import DONE, SETTLE, Result, Watch, itself, owned_by
from karmada_nb.engine.runtime.informer import Informer

BURST: Final = 500
"""No more pods are made or deleted in one pass."""


class ReplicaSetController:
    name = "replicaset-controller"
    resource: ClassVar[Resource] = REPLICASETS
    kind: ClassVar[str] = "ReplicaSet"

    def __init__(self, context: Context) -> None:
        self._client = context.client_as(self.name)
        self._events = context.recorder(self.name)
        self._clock = context.clock
        self._counts_terminating = context.counts_terminating
        self._sets: Informer = context.informers(*self.resource)
        self._pods: Informer = context.informers(*PODS)
        self._sets.add_index(OWNER_INDEX, by_controller)
        self._claims = Claims(self._client, PODS, self._pods)

    def watches(self) -> Iterable[Watch]:
        yield Watch(self._sets, itself)
        yield Watch(self._pods, owned_by(self.kind), SETTLE)
        yield Watch(self._pods, adopters(self._sets))

    async def reconcile(self, key: Key) -> Result:
        rs = self._sets.get(key)
        if rs is None:
            return DONE
        mine = await self._claims.claim(rs, selector_of(rs), podlib.active)
        alive = [pod for pod in mine if podlib.active(pod)]
        failure: StatusError | None = None
        if not meta.deleting(rs):
            try:
                await self._scale(rs, alive)
            except StatusError as error:
                failure = error
        if failure is None:
            mine = self._claims.of(rs)
            alive = [pod for pod in mine if podlib.active(pod)]
        await self._write_status(rs, mine, failure)
        if failure is not None:
            raise failure
        wait = podlib.available_in(alive, rs["spec"].get("minReadySeconds", 0), self._clock.now())
        return Result(after=wait) if wait else DONE

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

    async def _write_status(self, rs: Object, mine: list[Object], failure: StatusError | None) -> None:
        current = self._sets.get(meta.key(rs))
        if current is None or meta.uid(current) != meta.uid(rs):
            return
        status = self.status(current, mine, failure)
        if status != current.get("status"):
            await self._client.update(self.resource, {**current, "status": status}, "status")

    def status(self, rs: Object, mine: list[Object], failure: StatusError | None) -> Object:
        """What the set's status should be."""
        alive = [pod for pod in mine if podlib.active(pod)]
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
        if self.kind == "ReplicaSet" and self._counts_terminating:
            status["terminatingReplicas"] = sum(map(podlib.terminating, mine))
        known = meta.dig(rs, "status", "conditions", default=[])
        if failure is None:
            conditions = [c for c in known if c["type"] != "ReplicaFailure"]
        elif meta.condition(rs, "ReplicaFailure"):
            # The first failure is told until there is none: another text each time would be another status,
            # and the next attempt would follow at once.
            conditions = known
        else:
            conditions = meta.set_condition(
                known, "ReplicaFailure", "True", "FailedCreate", failure.message, now
            )
        return {**status, "conditions": conditions} if conditions else status


class ReplicationController(ReplicaSetController):
    name = "replication-controller"
    resource = Resource("", "v1", "replicationcontrollers")
    kind = "ReplicationController"
