"""The loop of the autoscaler. Follows pkg/controller/podautoscaler/horizontal.go."""

from collections.abc import Iterable
from typing import Final

from karmada_nb.engine import meta, selectors
from karmada_nb.engine.controllers import pods as podlib
from karmada_nb.engine.controllers.context import PODS, Context
from karmada_nb.engine.controllers.hpa import metrics, rules
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.runtime.client import MERGE_PATCH, Resource
from karmada_nb.engine.runtime.controller import DONE, Result, Watch
from karmada_nb.engine.runtime.informer import Event

AUTOSCALERS: Final = Resource("autoscaling", "v2", "horizontalpodautoscalers")
PERIOD: Final = 15.0
"""Seconds between two looks at the load."""
_STABLE: Final = "recent recommendations were {} than current one, applying the {} recent recommendation"
_PLURALS: Final = {
    "Deployment": "deployments",
    "ReplicaSet": "replicasets",
    "StatefulSet": "statefulsets",
    "ReplicationController": "replicationcontrollers",
}


class HorizontalController:
    name = "horizontal-pod-autoscaler"

    def __init__(self, context: Context) -> None:
        self._client = context.client_as(self.name)
        self._events = context.recorder(self.name)
        self._clock = context.clock
        self._scalers = context.informers(*AUTOSCALERS)
        self._pods = context.informers(*PODS)
        self._advice: dict[Key, list[rules.Change]] = {}
        self._changes: dict[Key, list[rules.Change]] = {}

    def watches(self) -> Iterable[Watch]:
        yield Watch(self._scalers, _asked)

    async def reconcile(self, key: Key) -> Result:
        scaler = self._scalers.get(key)
        if scaler is None or meta.deleting(scaler):
            self._advice.pop(key, None)
            self._changes.pop(key, None)
            return DONE
        status = await self._look(scaler, scaler.get("status") or {})
        current = self._scalers.get(key)
        same = current is not None and meta.uid(current) == meta.uid(scaler)
        if current is not None and same and status != (current.get("status") or {}):
            await self._client.update(AUTOSCALERS, {**current, "status": status}, "status")
        return Result(after=PERIOD)

    async def _look(self, scaler: Object, status: Object) -> Object:
        """One look at target and load; returns the new status."""
        reference = scaler["spec"]["scaleTargetRef"]
        group, version = meta.group_version(reference.get("apiVersion", ""))
        kind = reference["kind"]
        resource = Resource(group, version, _PLURALS.get(kind, f"{kind.lower()}s"))
        try:
            scale = await self._scale(resource, reference["name"], meta.namespace(scaler))
        except StatusError as error:
            await self._events.event(scaler, "Warning", "FailedGetScale", error.message)
            text = f"the HPA controller was unable to get the target's current scale: {error.message}"
            return self._said(status, "AbleToScale", "False", "FailedGetScale", text)
        text = "the HPA controller was able to get the target's current scale"
        status = self._said(status, "AbleToScale", "True", "SucceededGetScale", text)
        spec, current = scaler["spec"], meta.dig(scale, "spec", "replicas", default=0)
        status = {**status, "currentReplicas": current, "observedGeneration": meta.generation(scaler)}
        if not meta.generation(scaler):
            del status["observedGeneration"]
        if current == 0 and spec.get("minReplicas", 1) != 0:
            text = "scaling is disabled since the replica count of the target is zero"
            status = self._said(status, "ScalingActive", "False", "ScalingDisabled", text)
            return {**status, "desiredReplicas": 0}
        reason, wanted = "", current
        if current > spec["maxReplicas"]:
            reason, wanted = "Current number of replicas above Spec.MaxReplicas", spec["maxReplicas"]
        elif current < spec.get("minReplicas", 1):
            reason, wanted = "Current number of replicas below Spec.MinReplicas", spec.get("minReplicas", 1)
        else:
            try:
                status, wanted, reason = await self._measure(scaler, status, scale, current)
            except metrics.MetricError as error:
                return {**await self._unmeasured(scaler, status, error), "desiredReplicas": current}
            status, wanted = self._normal(scaler, status, current, wanted)
        if wanted == current:
            return {**status, "desiredReplicas": wanted}
        return await self._resize(scaler, status, resource, current, wanted, reason)

    async def _scale(self, resource: Resource, name: str, namespace: str) -> Object:
        """The target as its ``scale`` subresource shows it."""
        obj = await self._client.get(resource, name, namespace)
        selector = meta.dig(obj, "spec", "selector")
        return {"spec": {"replicas": meta.dig(obj, "spec", "replicas", default=0)}, "selector": selector}

    async def _measure(
        self, scaler: Object, status: Object, scale: Object, current: int
    ) -> tuple[Object, int, str]:
        said = scale["selector"] or {}
        if "matchLabels" not in said and "matchExpressions" not in said:
            said = {"matchLabels": said}
        selector = selectors.from_label_selector(said)
        pods = [
            pod
            for pod in self._pods.items(meta.namespace(scaler))
            if podlib.active(pod) and selector.matches(meta.labels(pod))
        ]
        found: list[metrics.Proposal] = []
        failure: metrics.MetricError | None = None
        for metric in scaler["spec"].get("metrics") or ():
            try:
                found.append(metrics.propose(metric, pods, current, ""))
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
        status = self._said(status, "ScalingActive", "True", "ValidMetricFound", text)
        way = "above" if best.replicas > current else "below"
        reason = f"{best.name} {way} target" if best.replicas > current else "All metrics below target"
        return {**status, "currentMetrics": [p.status for p in found]}, best.replicas, reason

    async def _unmeasured(self, scaler: Object, status: Object, error: metrics.MetricError) -> Object:
        first = error.message.partition("first error is: ")[2]
        cause = first.partition("metric value: ")[2] or first
        await self._events.event(scaler, "Warning", error.reason, cause)
        await self._events.event(scaler, "Warning", "FailedComputeMetricsReplicas", error.message)
        text = f"the HPA was unable to compute the replica count: {cause}"
        return self._said(status, "ScalingActive", "False", error.reason, text)

    def _normal(self, scaler: Object, status: Object, current: int, wanted: int) -> tuple[Object, int]:
        """What bounds, rates and the past make of a recommendation."""
        key, now = meta.key(scaler), self._clock.monotonic()
        behavior = scaler["spec"].get("behavior") or {}
        past = [c for c in self._advice.get(key, ()) if c.at > now - 3600]
        steady = rules.stabilized(behavior, current, wanted, past, now)
        self._advice[key] = [*past, rules.Change(now, wanted)]
        if steady == wanted:
            text = "recommended size matches current size"
            status = self._said(status, "AbleToScale", "True", "ReadyForNewScale", text)
        elif steady > wanted:
            text = _STABLE.format("higher", "highest")
            status = self._said(status, "AbleToScale", "True", "ScaleDownStabilized", text)
        else:
            text = _STABLE.format("lower", "lowest")
            status = self._said(status, "AbleToScale", "True", "ScaleUpStabilized", text)
        allowed = rules.limited(scaler["spec"], current, steady, self._changes.get(key, ()), now)
        bound = "False" if allowed.reason == "DesiredWithinRange" else "True"
        return self._said(status, "ScalingLimited", bound, allowed.reason, allowed.message), allowed.replicas

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
            return self._said(status, "AbleToScale", "False", "FailedUpdateScale", text)
        await self._events.event(scaler, "Normal", "SuccessfulRescale", told)
        key, now = meta.key(scaler), self._clock.monotonic()
        recent = [c for c in self._changes.get(key, ()) if c.at > now - 3600]
        self._changes[key] = [*recent, rules.Change(now, wanted - current)]
        text = f"the HPA controller was able to update the target scale to {wanted}"
        status = self._said(status, "AbleToScale", "True", "SucceededRescale", text)
        moment = meta.rfc3339(self._clock.now())
        return {**status, "desiredReplicas": wanted, "lastScaleTime": moment}

    def _said(self, status: Object, kind: str, value: str, reason: str, message: str) -> Object:
        known, now = status.get("conditions") or [], self._clock.now()
        return {**status, "conditions": meta.set_condition(known, kind, value, reason, message, now)}


def _first(error: metrics.MetricError) -> str:
    """The first error as the summary of several quotes it."""
    words = error.message.split()
    if error.reason == "FailedGetResourceMetric" and words[:3] == ["failed", "to", "get"]:
        return f"failed to get {words[3]} resource metric value: {error.message}"
    return error.message


def _asked(event: Event) -> Iterable[Key]:
    """An autoscaler that is new or wants something else; its own status is no news."""
    old, new = event.old, event.new
    if old is not None and new is not None and (old["spec"] is new["spec"] or old["spec"] == new["spec"]):
        return ()
    return (meta.key(event.object),)
