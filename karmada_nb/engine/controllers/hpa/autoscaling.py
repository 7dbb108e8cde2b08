"""What autoscalers, a cluster's and Karmada's, make of a load: replicas, conditions, events.

Follows pkg/controller/podautoscaler/horizontal.go.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Final

from karmada_nb.engine import meta, selectors, usage
from karmada_nb.engine.controllers.hpa import metrics, rules
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.runtime.client import MERGE_PATCH, Client, Resource
from karmada_nb.engine.runtime.clock import Clock
from karmada_nb.engine.runtime.events import Recorder

PERIOD: Final = 15.0
"""Seconds between two looks at the load."""
_UNABLE: Final = "the HPA was unable to compute the replica count"
_STABLE: Final = "recent recommendations were {} than current one, applying the {} recent recommendation"


class Autoscaling:
    """Remembers, by autoscaler, what was recommended and what was done."""

    def __init__(self, client: Client, events: Recorder, clock: Clock) -> None:
        self._client = client
        self._events = events
        self._clock = clock
        self._advice: dict[Key, list[rules.Change]] = {}
        self._changes: dict[Key, list[rules.Change]] = {}
        self._selectors: dict[Key, selectors.Selector] = {}

    def forget(self, key: Key) -> None:
        """The autoscaler is gone."""
        self._advice.pop(key, None)
        self._changes.pop(key, None)
        self._selectors.pop(key, None)

    async def judge(
        self,
        scaler: Object,
        status: Object,
        resource: Resource,
        current: int,
        selector: Object,
        pods: Callable[[], Sequence[Object]],
        measured: metrics.Measured = usage.containers,
        calibration: Decimal = metrics.WHOLE,
    ) -> Object:
        """Bring the target, which has ``current`` replicas, to what bounds and load ask for.

        Returns the new status. ``selector`` is the target's, a LabelSelector; ``calibration``: how many
        replicas in clusters one of the target stands for.
        """
        spec = scaler["spec"]
        self._advice.setdefault(meta.key(scaler), [rules.Change(self._clock.monotonic(), current)])
        reason, wanted = "", current
        if current > spec["maxReplicas"]:
            reason, wanted = "Current number of replicas above Spec.MaxReplicas", spec["maxReplicas"]
        elif current < spec.get("minReplicas", 1):
            reason, wanted = "Current number of replicas below Spec.MinReplicas", spec.get("minReplicas", 1)
        else:
            try:
                found = pods()
                self._alone(scaler, selector, found)
                status, wanted, reason = await self._measure(
                    scaler, status, found, current, measured, calibration
                )
            except metrics.MetricError as error:
                return {**await self._unmeasured(scaler, status, error), "desiredReplicas": current}
            status, wanted = self._normal(scaler, status, current, wanted)
        if wanted == current:
            return {**status, "desiredReplicas": wanted}
        return await self._resize(scaler, status, resource, current, wanted, reason)

    def _alone(self, scaler: Object, selector: Object, pods: Sequence[Object]) -> None:
        """Raises MetricError where other autoscalers have pods of the target as well."""
        key = meta.key(scaler)
        self._selectors[key] = selectors.from_label_selector(selector)
        rivals = [
            other
            for other, found in sorted(self._selectors.items())
            if other.namespace == key.namespace and any(found.matches(meta.labels(pod)) for pod in pods)
        ]
        if len(rivals) > 1:
            named = " ".join(f"{{{rival.name} {rival.namespace}}}" for rival in rivals)
            text = selectors.text(selector)
            raise metrics.MetricError(
                "AmbiguousSelector", f"pods by selector {text} are controlled by multiple HPAs: [{named}]"
            )

    async def _measure(
        self,
        scaler: Object,
        status: Object,
        pods: Sequence[Object],
        current: int,
        measured: metrics.Measured,
        calibration: Decimal,
    ) -> tuple[Object, int, str]:
        found: list[metrics.Proposal] = []
        failure: metrics.MetricError | None = None
        for metric in scaler["spec"].get("metrics") or ():
            try:
                found.append(metrics.propose(metric, pods, current, measured, calibration))
            except metrics.MetricError as error:
                failure = failure or error
        best = max(found, key=lambda p: p.replicas, default=None)
        if best is None or (failure is not None and best.replicas < current):
            total = len(scaler["spec"].get("metrics") or ())
            bad = total - len(found)
            assert failure is not None
            raise metrics.MetricError(
                failure.reason,
                f"invalid metrics ({bad} invalid out of {total}), first error is: {_first(failure)}",
            )
        text = f"the HPA was able to successfully calculate a replica count from {best.name}"
        status = self.said(status, "ScalingActive", "True", "ValidMetricFound", text)
        way = "above" if best.replicas > current else "below"
        reason = f"{best.name} {way} target" if best.replicas > current else "All metrics below target"
        return {**status, "currentMetrics": [p.status for p in found]}, best.replicas, reason

    async def _unmeasured(self, scaler: Object, status: Object, error: metrics.MetricError) -> Object:
        first = error.message.partition("first error is: ")[2]
        cause = first.partition("metric value: ")[2] or first or error.message
        await self._events.event(scaler, "Warning", error.reason, cause)
        await self._events.event(scaler, "Warning", "FailedComputeMetricsReplicas", error.message)
        text = cause if error.reason == "AmbiguousSelector" else f"{_UNABLE}: {cause}"
        return self.said(status, "ScalingActive", "False", error.reason, text)

    def _normal(self, scaler: Object, status: Object, current: int, wanted: int) -> tuple[Object, int]:
        """What bounds, rates and the past make of a recommendation."""
        key, now = meta.key(scaler), self._clock.monotonic()
        behavior = scaler["spec"].get("behavior") or {}
        past = [c for c in self._advice.get(key, ()) if c.at > now - 3600]
        steady = rules.stabilized(behavior, current, wanted, past, now)
        self._advice[key] = [*past, rules.Change(now, wanted)]
        if steady == wanted:
            text = "recommended size matches current size"
            status = self.said(status, "AbleToScale", "True", "ReadyForNewScale", text)
        elif steady > wanted:
            text = _STABLE.format("higher", "highest")
            status = self.said(status, "AbleToScale", "True", "ScaleDownStabilized", text)
        else:
            text = _STABLE.format("lower", "lowest")
            status = self.said(status, "AbleToScale", "True", "ScaleUpStabilized", text)
        allowed = rules.limited(scaler["spec"], current, steady, self._changes.get(key, ()), now)
        bound = "False" if allowed.reason == "DesiredWithinRange" else "True"
        return self.said(status, "ScalingLimited", bound, allowed.reason, allowed.message), allowed.replicas

    async def _resize(
        self, scaler: Object, status: Object, resource: Resource, current: int, wanted: int, reason: str
    ) -> Object:
        name, namespace = scaler["spec"]["scaleTargetRef"]["name"], meta.namespace(scaler)
        told = f"New size: {wanted}; reason: {reason}"
        try:
            patch = {"spec": {"replicas": wanted}}
            await self._client.patch(resource, name, patch, MERGE_PATCH, namespace, "scale")
        except StatusError as error:
            text = f"{told}; error: {error.message}"
            await self._events.event(scaler, "Warning", "FailedRescale", text)
            text = f"the HPA controller was unable to update the target scale: {error.message}"
            return self.said(status, "AbleToScale", "False", "FailedUpdateScale", text)
        await self._events.event(scaler, "Normal", "SuccessfulRescale", told)
        key, now = meta.key(scaler), self._clock.monotonic()
        recent = [c for c in self._changes.get(key, ()) if c.at > now - 3600]
        self._changes[key] = [*recent, rules.Change(now, wanted - current)]
        text = f"the HPA controller was able to update the target scale to {wanted}"
        status = self.said(status, "AbleToScale", "True", "SucceededRescale", text)
        moment = meta.rfc3339(self._clock.now())
        return {**status, "desiredReplicas": wanted, "lastScaleTime": moment}

    def said(self, status: Object, kind: str, value: str, reason: str, message: str) -> Object:
        known, now = status.get("conditions") or [], self._clock.now()
        return {**status, "conditions": meta.set_condition(known, kind, value, reason, message, now)}


def _first(error: metrics.MetricError) -> str:
    """The first error as the summary of several quotes it."""
    words = error.message.split()
    if error.reason == "FailedGetResourceMetric" and words[:3] == ["failed", "to", "get"]:
        return f"failed to get {words[3]} resource metric value: {error.message}"
    return error.message
