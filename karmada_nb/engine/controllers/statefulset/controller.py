"""The loop of the stateful set controller. Follows pkg/controller/statefulset/stateful_set.go."""

from collections.abc import Iterable, Sequence

from karmada_nb.engine import meta
from karmada_nb.engine.controllers import history
from karmada_nb.engine.controllers import pods as podlib
from karmada_nb.engine.controllers.claims import Claims, adopters, selector_of
from karmada_nb.engine.controllers.context import CLAIMS, PODS, STATEFULSETS, Context
from karmada_nb.engine.controllers.statefulset import identity, plan
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.runtime.controller import DONE, SETTLE, Result, Watch, itself, owned_by


class StatefulSetController:
    name = "statefulset-controller"

    def __init__(self, context: Context) -> None:
        self._client = context.client_as(self.name)
        self._events = context.recorder(self.name)
        self._clock = context.clock
        self._sets = context.informers(*STATEFULSETS)
        self._pods = context.informers(*PODS)
        self._volume_claims = context.informers(*CLAIMS)
        self._claims = Claims(self._client, PODS, self._pods)
        self._history = history.History(self._client, context)

    def watches(self) -> Iterable[Watch]:
        yield Watch(self._sets, itself)
        yield Watch(self._pods, owned_by("StatefulSet"), SETTLE)
        yield Watch(self._pods, adopters(self._sets))

    async def reconcile(self, key: Key) -> Result:
        owner = self._sets.get(key)
        if owner is None:
            return DONE
        claimed = await self._claims.claim(
            owner, selector_of(owner), lambda pod: not meta.deleting(pod) and identity.member(owner, pod)
        )
        pods = [pod for pod in claimed if identity.member(owner, pod)]
        if meta.deleting(owner):
            return DONE
        revisions = await self._history.of(owner)
        collisions = meta.dig(owner, "status", "collisionCount", default=0)
        collided: list[int] = []
        try:
            update = await self._history.current(owner, revisions, lambda: collided.append(collisions + 1))
        except StatusError:
            if collided:
                status = {**(owner.get("status") or {}), "collisionCount": collided[0]}
                await self._client.update(STATEFULSETS, {**owner, "status": status}, "status")
            raise
        revisions = history.in_order([r for r in revisions if meta.uid(r) != meta.uid(update)] + [update])
        known = {meta.name(r): r for r in revisions}
        before = meta.dig(owner, "status", "currentRevision", default="")
        current = known.get(before, update)
        names = plan.Revisions(meta.name(current), meta.name(update))
        steps = plan.next_steps(owner, pods, names, self._clock.now())
        for number, new in steps.create:
            await self._create(owner, update if new else current, number)
        for pod in pods:
            await self._own_claims(owner, pod)
        for pod in steps.delete:
            await self._delete(owner, pod)
        pods = [pod for pod in self._claims.of(owner) if identity.member(owner, pod)]
        await self._write_status(owner, pods, names)
        live = {identity.revision(pod) for pod in pods} | set(names)
        await self._history.truncate(owner, revisions, live)
        settle = owner["spec"].get("minReadySeconds", 0)
        wait = podlib.available_in(pods, settle, self._clock.now())
        return Result(after=wait) if wait else DONE

    async def _create(self, owner: Object, revision: Object, number: int) -> None:
        for claim in identity.claims(owner, number):
            await self._create_claim(owner, claim, number)
        template = history.template_of(revision)
        pod = identity.new_pod(owner, template, number, meta.name(revision))
        head = f"create Pod {meta.name(pod)} in StatefulSet {meta.name(owner)}"
        try:
            await self._client.create(PODS, pod, meta.namespace(owner))
        except StatusError as error:
            text = f"{head} failed error: {error.message}"
            await self._events.event(owner, "Warning", "FailedCreate", text)
            raise
        await self._events.event(owner, "Normal", "SuccessfulCreate", f"{head} successful")

    async def _own_claims(self, owner: Object, pod: Object) -> None:
        """Have the claims of a pod go with their owner, if they are to go at all."""
        for claim in identity.claims(owner, identity.ordinal(pod)):
            current = self._volume_claims.get(meta.key(claim))
            if current is None:
                continue
            before = meta.owners(current)
            wanted = identity.claim_owners(owner, pod, before)
            if wanted != before:
                changed = meta.with_metadata(current, ownerReferences=wanted or None)
                await self._client.update(CLAIMS, changed)

    async def _create_claim(self, owner: Object, claim: Object, number: int) -> None:
        if self._volume_claims.get(meta.key(claim)) is not None:
            return
        pod = f"{meta.name(owner)}-{number}"
        head = f"create Claim {meta.name(claim)} Pod {pod} in StatefulSet {meta.name(owner)}"
        try:
            await self._client.create(CLAIMS, claim, meta.namespace(owner))
        except StatusError as error:
            text = f"{head} failed error: {error.message}"
            await self._events.event(owner, "Warning", "FailedCreate", text)
            raise
        await self._events.event(owner, "Normal", "SuccessfulCreate", f"{head} success")

    async def _delete(self, owner: Object, pod: Object) -> None:
        phase = meta.dig(pod, "status", "phase")
        if phase == "Failed":
            text = f"StatefulSet {meta.key(owner)} is recreating failed Pod {meta.name(pod)}"
            await self._events.event(owner, "Warning", "RecreatingFailedPod", text)
        elif phase == "Succeeded":
            text = f"StatefulSet {meta.key(owner)} is recreating terminated Pod {meta.name(pod)}"
            await self._events.event(owner, "Normal", "RecreatingTerminatedPod", text)
        await self._client.delete(PODS, meta.name(pod), meta.namespace(pod), uid=meta.uid(pod))
        text = f"delete Pod {meta.name(pod)} in StatefulSet {meta.name(owner)} successful"
        await self._events.event(owner, "Normal", "SuccessfulDelete", text)

    async def _write_status(self, owner: Object, pods: Sequence[Object], names: plan.Revisions) -> None:
        current = self._sets.get(meta.key(owner))
        if current is None or meta.uid(current) != meta.uid(owner):
            return
        status = plan.next_status(current, pods, names, self._clock.now())
        if status != current.get("status"):
            await self._client.update(STATEFULSETS, {**current, "status": status}, "status")
