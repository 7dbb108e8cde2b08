"""PodDisruptionBudgets: how many pods may be evicted. Follows pkg/controller/disruption/disruption.go."""

from collections.abc import Iterable
from datetime import datetime
from decimal import ROUND_CEILING, Decimal
from typing import Any, Final

from karmada_nb.engine import meta, selectors
from karmada_nb.engine.controllers import pods as podlib
from karmada_nb.engine.controllers.context import (
    DEPLOYMENTS,
    PODS,
    REPLICASETS,
    STATEFULSETS,
    Context,
)
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.runtime.client import Resource
from karmada_nb.engine.runtime.controller import DONE, SETTLE, Result, Watch, itself
from karmada_nb.engine.runtime.informer import Event, Informer

BUDGETS: Final = Resource("policy", "v1", "poddisruptionbudgets")
CONTROLLERS: Final = Resource("", "v1", "replicationcontrollers")
DELETION_SECONDS: Final = 120.0
"""An eviction that no deletion followed within this time is forgotten."""


class DisruptionController:
    name = "disruption-controller"

    def __init__(self, context: Context) -> None:
        self._client = context.client_as(self.name)
        self._events = context.recorder("controllermanager")
        self._clock = context.clock
        self._budgets = context.informers(*BUDGETS)
        self._pods = context.informers(*PODS)
        self._owners: dict[str, Informer] = {
            "Deployment": context.informers(*DEPLOYMENTS),
            "ReplicaSet": context.informers(*REPLICASETS),
            "StatefulSet": context.informers(*STATEFULSETS),
            "ReplicationController": context.informers(*CONTROLLERS),
        }

    def watches(self) -> Iterable[Watch]:
        yield Watch(self._budgets, itself)
        yield Watch(self._pods, self._covering, SETTLE)

    def _covering(self, event: Event) -> Iterable[Key]:
        """The budgets that a pod counts in, as it was or as it is."""
        seen = [obj for obj in (event.old, event.new) if obj is not None]
        return [
            meta.key(budget)
            for budget in self._budgets.items(meta.namespace(event.object))
            if any(_selector(budget).matches(meta.labels(pod)) for pod in seen)
        ]

    async def reconcile(self, key: Key) -> Result:
        budget = self._budgets.get(key)
        if budget is None:
            return DONE
        selector = _selector(budget)
        pods = [
            pod
            for pod in self._pods.items(key.namespace)
            if selector.matches(meta.labels(pod)) and _counts(pod)
        ]
        if not pods:
            await self._events.event(budget, "Normal", "NoPods", "No matching pods found")
        now = self._clock.now()
        disrupted = still_disrupted(budget, pods, now)
        healthy = sum(
            podlib.ready(pod) and not meta.deleting(pod) and meta.name(pod) not in disrupted for pod in pods
        )
        expected, desired = expectation(budget, len(pods), self._scale(pods))
        status = next_status(budget, healthy, desired, expected, disrupted, now)
        if status != budget.get("status"):
            await self._client.update(BUDGETS, {**budget, "status": status}, "status")
        return Result(after=DELETION_SECONDS) if disrupted else DONE

    def _scale(self, pods: list[Object]) -> int:
        """How many pods the controllers of these want in all."""
        wanted: dict[str, int] = {}
        for pod in pods:
            found = self._controller(pod)
            if found is None:
                wanted[meta.uid(pod)] = 1
                continue
            above = self._controller(found)
            owner = above if above is not None else found
            wanted[meta.uid(owner)] = int(owner["spec"].get("replicas", 1))
        return sum(wanted.values())

    def _controller(self, obj: Object) -> Object | None:
        reference = meta.controller_of(obj)
        informer = self._owners.get(reference["kind"]) if reference else None
        if informer is None or reference is None:
            return None
        return informer.get(Key(meta.namespace(obj), reference["name"]))


def _selector(budget: Object) -> selectors.Selector:
    return selectors.from_label_selector(budget["spec"].get("selector"))


def _counts(pod: Object) -> bool:
    return meta.dig(pod, "status", "phase") not in ("Succeeded", "Failed")


def _amount(said: Any, total: int) -> int:
    if isinstance(said, str):
        return int((Decimal(said.rstrip("%")) * total / 100).to_integral_value(ROUND_CEILING))
    return int(said)


def expectation(budget: Object, pods: int, scale: int) -> tuple[int, int]:
    """How many pods there should be, and how many of them must be healthy."""
    spec = budget["spec"]
    if spec.get("maxUnavailable") is not None:
        return scale, max(0, scale - _amount(spec["maxUnavailable"], scale))
    minimum = spec.get("minAvailable")
    if isinstance(minimum, str):
        return scale, _amount(minimum, scale)
    return pods, int(minimum or 0)


def still_disrupted(budget: Object, pods: list[Object], now: datetime) -> dict[str, str]:
    """The evicted pods whose deletion has not been seen yet."""
    known = meta.dig(budget, "status", "disruptedPods", default={})
    present = {meta.name(pod): pod for pod in pods}
    return {
        name: since
        for name, since in known.items()
        if name in present
        and not meta.deleting(present[name])
        and (now - meta.parse_time(since)).total_seconds() < DELETION_SECONDS
    }


def next_status(
    budget: Object, healthy: int, desired: int, expected: int, disrupted: dict[str, str], now: datetime
) -> Object:
    """What the status should be."""
    allowed = max(0, healthy - desired) if expected > 0 else 0
    verdict = ("True", "SufficientPods") if allowed else ("False", "InsufficientPods")
    conditions = meta.set_condition(
        meta.dig(budget, "status", "conditions", default=[]),
        "DisruptionAllowed",
        *verdict,
        "",
        now,
        observedGeneration=meta.generation(budget),
    )
    return {
        "observedGeneration": meta.generation(budget),
        **({"disruptedPods": disrupted} if disrupted else {}),
        "disruptionsAllowed": allowed,
        "currentHealthy": healthy,
        "desiredHealthy": desired,
        "expectedPods": expected,
        "conditions": conditions,
    }
