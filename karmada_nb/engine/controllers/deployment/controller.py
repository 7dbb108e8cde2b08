"""The loop of the deployment controller."""

from collections.abc import Iterable

from karmada_nb.engine import meta, selectors
from karmada_nb.engine.controllers.claims import (
    ORPHAN_INDEX,
    OWNER_INDEX,
    by_controller,
    without_controller,
)
from karmada_nb.engine.controllers.context import DEPLOYMENTS, PODS, REPLICASETS, Context
from karmada_nb.engine.controllers.deployment import replicasets, rolling, status
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.runtime.controller import DONE, SETTLE, Result, Watch, itself, owned_by


class DeploymentController:
    name = "deployment-controller"

    def __init__(self, context: Context) -> None:
        self._client = context.client_as(self.name)
        self._events = context.recorder(self.name)
        self._clock = context.clock
        self._counts_terminating = context.counts_terminating
        self._deployments = context.informers(*DEPLOYMENTS)
        self._sets = context.informers(*REPLICASETS)
        self._pods = context.informers(*PODS)
        self._sets.add_index(OWNER_INDEX, by_controller)
        self._sets.add_index(ORPHAN_INDEX, without_controller)
        self._pods.add_index(OWNER_INDEX, by_controller)

    def watches(self) -> Iterable[Watch]:
        yield Watch(self._deployments, itself)
        yield Watch(self._sets, owned_by("Deployment"), SETTLE)

    async def reconcile(self, key: Key) -> Result:
        deployment = self._deployments.get(key)
        if deployment is None:
            return DONE
        sets = await self._claim(deployment)
        new, old = replicasets.split(deployment, sets)
        if meta.deleting(deployment):
            await self._write_status(deployment, new, [*old, *([new] if new else [])])
            return DONE
        if deployment["spec"].get("paused"):
            await self._resize(deployment, rolling.rescale(deployment, new, old), sets)
            await self._clean_up(deployment, old)
            return await self._finish(deployment, key)
        new = await self._refresh(deployment, new, old)
        if rolling.resized(deployment, [*old, *([new] if new else [])]):
            await self._resize(deployment, rolling.rescale(deployment, new, old), sets)
            return await self._finish(deployment, key)
        created = False
        recreate = (deployment["spec"].get("strategy") or {}).get("type") == "Recreate"
        if recreate:
            standing = {meta.name(rs): 0 for rs in old if rolling.wanted(rs) > 0}
            if standing:
                await self._resize(deployment, standing, old)
                return await self._finish(deployment, key)
            if self._running(old):
                return await self._finish(deployment, key)
        if new is None:
            new, created = await self._create(deployment, old), True
        step = (
            {meta.name(new): rolling.wanted(deployment)} if recreate else rolling.roll(deployment, new, old)
        )
        await self._resize(deployment, step, [*old, new])
        if status.complete(deployment, deployment.get("status") or {}):
            await self._clean_up(deployment, old)
        return await self._finish(deployment, key, created)

    async def _claim(self, deployment: Object) -> list[Object]:
        """The deployment's sets; matching sets without a controller are adopted."""
        selector = selectors.from_label_selector(deployment["spec"]["selector"])
        mine = [
            rs
            for rs in self._sets.by_index(OWNER_INDEX, meta.uid(deployment))
            if selector.matches(meta.labels(rs))
        ]
        if meta.deleting(deployment):
            return mine
        for rs in self._sets.by_index(ORPHAN_INDEX, meta.namespace(deployment)):
            if not meta.deleting(rs) and selector.matches(meta.labels(rs)):
                refs = [*meta.owners(rs), meta.owner_reference(deployment)]
                mine.append(
                    await self._client.update(REPLICASETS, meta.with_metadata(rs, ownerReferences=refs))
                )
        return mine

    def _running(self, old: list[Object]) -> bool:
        """Recreate waits until no pod of an old set is left that is not finished."""
        return any(
            meta.dig(pod, "status", "phase") not in ("Succeeded", "Failed")
            for rs in old
            for pod in self._pods.by_index(OWNER_INDEX, meta.uid(rs))
        )

    async def _refresh(self, deployment: Object, new: Object | None, old: list[Object]) -> Object | None:
        """Bring the new set's annotations and the deployment's revision up to date."""
        if new is None:
            return None
        number = max(replicasets.next_revision(old), replicasets.revision(new))
        before = meta.annotations(new)
        wanted = replicasets.annotations(deployment, before, number, rolling.maximum(deployment))
        wanted = {
            **wanted,
            **{k: before[k] for k in (replicasets.DESIRED, replicasets.MAXIMUM) if k in before},
        }
        ready = deployment["spec"].get("minReadySeconds", 0)
        if wanted != before or new["spec"].get("minReadySeconds", 0) != ready:
            changed = meta.with_metadata(new, annotations=wanted)
            changed = meta.replace(changed, ["spec", "minReadySeconds"], ready)
            new = await self._client.update(REPLICASETS, changed)
        await self._annotate(deployment, replicasets.revision(new))
        return new

    async def _annotate(self, deployment: Object, number: int) -> None:
        current = self._deployments.get(meta.key(deployment))
        if current is None or replicasets.revision(current) == number:
            return
        said = {**meta.annotations(current), replicasets.REVISION: str(number)}
        # Through the status: a plain write of annotations would count as a new generation.
        await self._client.update(DEPLOYMENTS, meta.with_metadata(current, annotations=said), "status")

    async def _create(self, deployment: Object, old: list[Object]) -> Object:
        size = rolling.new_set_size(deployment, 0, rolling.total(old))
        made = replicasets.new_replica_set(deployment, old, size, rolling.maximum(deployment))
        try:
            new = await self._client.create(REPLICASETS, made, meta.namespace(deployment))
        except StatusError as error:
            if error.reason == "AlreadyExists":
                await self._collide(deployment)
            raise
        if size:
            text = f"Scaled up replica set {meta.name(new)} from 0 to {size}"
            await self._events.event(deployment, "Normal", "ScalingReplicaSet", text)
        await self._annotate(deployment, replicasets.revision(new))
        return new

    async def _collide(self, deployment: Object) -> None:
        """Another set has the name: count it, so that the next hash differs."""
        before = deployment.get("status") or {}
        counted = {**before, "collisionCount": before.get("collisionCount", 0) + 1}
        await self._client.update(DEPLOYMENTS, {**deployment, "status": counted}, "status")

    async def _resize(self, deployment: Object, targets: rolling.Targets, sets: list[Object]) -> None:
        maximum = str(rolling.maximum(deployment))
        desired = str(rolling.wanted(deployment))
        for rs in sets:
            current = self._sets.get(meta.key(rs)) or rs
            size = targets.get(meta.name(rs), rolling.wanted(current))
            said = meta.annotations(current)
            noted = {**said, replicasets.DESIRED: desired, replicasets.MAXIMUM: maximum}
            before = rolling.wanted(current)
            if size == before and (noted == said or (not before and meta.name(rs) not in targets)):
                continue
            changed = meta.with_metadata(current, annotations=noted)
            if size != before:
                changed = meta.replace(changed, ["spec", "replicas"], size)
            await self._client.update(REPLICASETS, changed)
            if size != before:
                way = "up" if size > before else "down"
                text = f"Scaled {way} replica set {meta.name(rs)} from {before} to {size}"
                await self._events.event(deployment, "Normal", "ScalingReplicaSet", text)

    async def _clean_up(self, deployment: Object, old: list[Object]) -> None:
        for rs in replicasets.to_delete(deployment, old):
            await self._client.delete(REPLICASETS, meta.name(rs), meta.namespace(rs), uid=meta.uid(rs))

    async def _finish(self, deployment: Object, key: Key, created: bool = False) -> Result:
        current = self._deployments.get(key)
        if current is None or meta.uid(current) != meta.uid(deployment):
            return DONE
        sets = self._sets.by_index(OWNER_INDEX, meta.uid(current))
        new, _ = replicasets.split(current, sets)
        conditions = await self._write_status(current, new, sets, created)
        wait = status.deadline_in(current, conditions, self._clock.now())
        return Result(after=wait + 1) if wait is not None and wait > 0 else DONE

    async def _write_status(
        self, deployment: Object, new: Object | None, sets: list[Object], created: bool = False
    ) -> list[Object]:
        fresh = status.next_status(deployment, new, sets, self._clock.now(), created)
        if not self._counts_terminating:
            fresh = {k: v for k, v in fresh.items() if k != "terminatingReplicas"}
        if fresh != deployment.get("status"):
            await self._client.update(DEPLOYMENTS, {**deployment, "status": fresh}, "status")
        conditions: list[Object] = fresh["conditions"]
        return conditions
