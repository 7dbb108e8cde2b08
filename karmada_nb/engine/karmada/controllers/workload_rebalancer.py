"""The workload-rebalancer: has the scheduler start afresh for the workloads that a WorkloadRebalancer names.

Follows pkg/controllers/workloadrebalancer/workloadrebalancer_controller.go. v1.2 had no such thing.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.karmada.controllers.claims import CONTROLLER_MANAGER
from karmada_nb.engine.karmada.names import generate_binding_name
from karmada_nb.engine.karmada.plane import BINDINGS, CLUSTER_BINDINGS, Plane
from karmada_nb.engine.karmada.scheduler.targets import MAX_INT32
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.runtime.client import Resource
from karmada_nb.engine.runtime.controller import DONE, Result, Retry, Watch
from karmada_nb.engine.runtime.informer import Event

REBALANCERS: Final = Resource("apps.karmada.io", "v1alpha1", "workloadrebalancers")
SUCCESSFUL: Final = "Successful"
FAILED: Final = "Failed"
NOT_FOUND: Final = "ReferencedBindingNotFound"


class WorkloadRebalancer:
    """Keys are WorkloadRebalancers."""

    name = "workload-rebalancer"

    def __init__(self, plane: Plane) -> None:
        self._clock = plane.clock
        self._client = plane.client_as(CONTROLLER_MANAGER)
        self._rebalancers = plane.informers(*REBALANCERS)
        self._bindings = {r: plane.informers(*r) for r in (BINDINGS, CLUSTER_BINDINGS)}

    def watches(self) -> Iterable[Watch]:
        return [Watch(self._rebalancers, _changed)]

    async def reconcile(self, key: Key) -> Result:
        rebalancer = self._rebalancers.get(key)
        if rebalancer is None:
            return DONE
        status = await self._rebalance(rebalancer)
        keep = rebalancer["spec"].get("ttlSecondsAfterFinished")
        if keep is None or keep > MAX_INT32:
            return DONE
        expires = meta.parse_time(status["finishTime"]) + timedelta(seconds=keep)
        left = (expires - self._clock.now()).total_seconds()
        if left > 0:
            return Result(left)
        await self._client.delete(REBALANCERS, key.name, uid=meta.uid(rebalancer))
        return DONE

    async def _rebalance(self, rebalancer: Object) -> Object:
        """Trigger what is left to trigger; returns the status. Raises Retry where something failed."""
        before = rebalancer.get("status") or {}
        observed: list[Object] = []
        errors: list[str] = []
        for item in observed_workloads(rebalancer):
            if item.get("result") in (SUCCESSFUL, FAILED):
                observed.append(item)
                continue
            try:
                observed.append({**item, **await self._trigger(rebalancer, item["workload"])})
            except StatusError as error:
                errors.append(str(error))
                observed.append(item)
        status: Object = {"observedWorkloads": observed, "observedGeneration": meta.generation(rebalancer)}
        if "finishTime" in before:
            status["finishTime"] = before["finishTime"]
        if status != before:
            if not errors:
                status["finishTime"] = meta.rfc3339(self._clock.now())
            await self._client.patch(
                REBALANCERS, meta.name(rebalancer), {"status": status}, subresource="status"
            )
        if errors:
            raise Retry(f"{len(errors)} resource reschedule triggered failed and need retry")
        return status

    async def _trigger(self, rebalancer: Object, workload: Object) -> Object:
        resource = BINDINGS if workload.get("namespace") else CLUSTER_BINDINGS
        name = generate_binding_name(workload["kind"], workload["name"])
        binding = self._bindings[resource].get(Key(workload.get("namespace", ""), name))
        if binding is None:
            return {"result": FAILED, "reason": NOT_FOUND}
        asked = rebalancer["metadata"]["creationTimestamp"]
        done = binding["spec"].get("rescheduleTriggeredAt")
        if done is None or meta.parse_time(asked) > meta.parse_time(done):
            wanted = meta.replace(binding, ("spec", "rescheduleTriggeredAt"), asked)
            await self._client.update(resource, wanted)
        return {"result": SUCCESSFUL}


def observed_workloads(rebalancer: Object) -> list[Object]:
    """The entries of the status as the spec wants them: new ones added, unwanted ones kept if successful."""
    wanted = {_place(workload): workload for workload in rebalancer["spec"].get("workloads") or ()}
    observed: list[Object] = []
    for item in meta.dig(rebalancer, "status", "observedWorkloads", default=()):
        if wanted.pop(_place(item["workload"]), None) is not None or item.get("result") == SUCCESSFUL:
            observed.append(item)
    observed += [{"workload": workload} for workload in wanted.values()]
    return sorted(observed, key=lambda item: " ".join(_place(item["workload"])))


def _place(workload: Object) -> tuple[str, str, str, str]:
    return (
        workload.get("apiVersion", ""),
        workload.get("kind", ""),
        workload.get("namespace", ""),
        workload.get("name", ""),
    )


def _changed(event: Event) -> Iterable[Key]:
    old, new = event
    if new is None or (old is not None and old.get("spec") == new.get("spec")):
        return ()
    return (meta.key(new),)
