"""The loop of the daemon set controller. Follows pkg/controller/daemon/daemon_controller.go."""

from collections.abc import Iterable

from karmada_nb.engine import meta
from karmada_nb.engine.controllers import history
from karmada_nb.engine.controllers import pods as podlib
from karmada_nb.engine.controllers.claims import Claims, adopters, selector_of
from karmada_nb.engine.controllers.context import DAEMONSETS, NODES, PODS, Context
from karmada_nb.engine.controllers.daemonset import plan
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.runtime.controller import DONE, SETTLE, Result, Watch, itself, owned_by
from karmada_nb.engine.runtime.informer import Event


class DaemonSetController:
    name = "daemonset-controller"

    def __init__(self, context: Context) -> None:
        self._client = context.client_as(self.name)
        self._events = context.recorder(self.name)
        self._clock = context.clock
        self._sets = context.informers(*DAEMONSETS)
        self._pods = context.informers(*PODS)
        self._nodes = context.informers(*NODES)
        self._claims = Claims(self._client, PODS, self._pods)
        self._history = history.History(self._client, context, history.POD_LABEL)

    def watches(self) -> Iterable[Watch]:
        yield Watch(self._sets, itself)
        yield Watch(self._pods, owned_by("DaemonSet"), SETTLE)
        yield Watch(self._pods, adopters(self._sets))
        yield Watch(self._nodes, self._every)

    def _every(self, event: Event) -> Iterable[Key]:
        """All sets, when what decides where pods may run has changed on a node."""
        old, new = event.old, event.new
        if old is not None and new is not None and _place(old) == _place(new):
            return ()
        return [meta.key(owner) for owner in self._sets.items()]

    async def reconcile(self, key: Key) -> Result:
        owner = self._sets.get(key)
        if owner is None or meta.deleting(owner):
            return DONE
        pods = await self._claims.claim(owner, selector_of(owner))
        revisions = await self._history.of(owner)
        collided: list[bool] = []
        try:
            current = await self._history.current(owner, revisions, lambda: collided.append(True))
        except StatusError:
            if collided:
                before = owner.get("status") or {}
                counted = {**before, "collisionCount": before.get("collisionCount", 0) + 1}
                await self._client.update(DAEMONSETS, {**owner, "status": counted}, "status")
            raise
        mark = meta.labels(current)[history.POD_LABEL]
        nodes, now = self._nodes.items(), self._clock.now()
        steps = plan.manage(owner, nodes, pods)
        for pod in steps.delete:
            await self._delete(owner, pod)
        for node in steps.create:
            await self._create(owner, node, mark)
        if not steps.create:
            pods = self._claims.of(owner)
            for pod in plan.outdated(owner, nodes, pods, mark, now):
                await self._delete(owner, pod)
        pods = self._claims.of(owner)
        await self._write_status(owner, nodes, pods, mark)
        live = {meta.name(current)} | {
            meta.name(r) for r in revisions for p in pods if plan.up_to_date(p, _mark(r))
        }
        await self._history.truncate(owner, revisions, live)
        wait = podlib.available_in(pods, owner["spec"].get("minReadySeconds", 0), now)
        return Result(after=wait) if wait else DONE

    async def _create(self, owner: Object, node: str, mark: str) -> None:
        try:
            made = await self._client.create(PODS, plan.new_pod(owner, node, mark), meta.namespace(owner))
        except StatusError as error:
            await self._events.event(owner, "Warning", "FailedCreate", f"Error creating: {error.message}")
            raise
        await self._events.event(owner, "Normal", "SuccessfulCreate", f"Created pod: {meta.name(made)}")

    async def _delete(self, owner: Object, pod: Object) -> None:
        if meta.dig(pod, "status", "phase") == "Failed":
            where = f"{meta.namespace(pod)}/{meta.name(pod)} on node {plan.node_of(pod)}"
            text = f"Found failed daemon pod {where}, will try to kill it"
            await self._events.event(owner, "Warning", "FailedDaemonPod", text)
        try:
            await self._client.delete(PODS, meta.name(pod), meta.namespace(pod), uid=meta.uid(pod))
        except StatusError as error:
            if error.code != 404:
                raise
            return
        await self._events.event(owner, "Normal", "SuccessfulDelete", f"Deleted pod: {meta.name(pod)}")

    async def _write_status(self, owner: Object, nodes: list[Object], pods: list[Object], mark: str) -> None:
        current = self._sets.get(meta.key(owner))
        if current is None or meta.uid(current) != meta.uid(owner):
            return
        status = plan.next_status(current, nodes, pods, mark, self._clock.now())
        if status != current.get("status"):
            await self._client.update(DAEMONSETS, {**current, "status": status}, "status")


def _mark(revision: Object) -> str:
    return meta.labels(revision).get(history.POD_LABEL, "")


def _place(node: Object) -> tuple[object, ...]:
    return meta.labels(node), meta.dig(node, "spec", "taints"), meta.dig(node, "spec", "unschedulable")
