"""The loop of the autoscaler. Follows pkg/controller/podautoscaler/horizontal.go."""

from collections.abc import Iterable
from typing import Final

from karmada_nb.engine import meta, selectors
from karmada_nb.engine.controllers import pods as podlib
from karmada_nb.engine.controllers.context import PODS, Context
from karmada_nb.engine.controllers.hpa.autoscaling import PERIOD, Autoscaling
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.runtime.client import Resource
from karmada_nb.engine.runtime.controller import DONE, Result, Watch
from karmada_nb.engine.runtime.informer import Event

AUTOSCALERS: Final = Resource("autoscaling", "v2", "horizontalpodautoscalers")
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
        self._autoscaling = Autoscaling(self._client, self._events, context.clock)
        self._scalers = context.informers(*AUTOSCALERS)
        self._pods = context.informers(*PODS)

    def watches(self) -> Iterable[Watch]:
        yield Watch(self._scalers, _asked)

    async def reconcile(self, key: Key) -> Result:
        scaler = self._scalers.get(key)
        if scaler is None or meta.deleting(scaler):
            self._autoscaling.forget(key)
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
            return self._autoscaling.said(status, "AbleToScale", "False", "FailedGetScale", text)
        text = "the HPA controller was able to get the target's current scale"
        status = self._autoscaling.said(status, "AbleToScale", "True", "SucceededGetScale", text)
        spec, current = scaler["spec"], meta.dig(scale, "spec", "replicas", default=0)
        status = {**status, "currentReplicas": current, "observedGeneration": meta.generation(scaler)}
        if not meta.generation(scaler):
            del status["observedGeneration"]
        if current == 0 and spec.get("minReplicas", 1) != 0:
            text = "scaling is disabled since the replica count of the target is zero"
            status = self._autoscaling.said(status, "ScalingActive", "False", "ScalingDisabled", text)
            return {**status, "desiredReplicas": 0}
        selector = _label_selector(scale["selector"] or {})
        return await self._autoscaling.judge(
            scaler, status, resource, current, selector, lambda: self._selected(scaler, selector)
        )

    async def _scale(self, resource: Resource, name: str, namespace: str) -> Object:
        """The target as its ``scale`` subresource shows it."""
        obj = await self._client.get(resource, name, namespace)
        selector = meta.dig(obj, "spec", "selector")
        return {"spec": {"replicas": meta.dig(obj, "spec", "replicas", default=0)}, "selector": selector}

    def _selected(self, scaler: Object, said: Object) -> list[Object]:
        selector = selectors.from_label_selector(said)
        return [
            pod
            for pod in self._pods.items(meta.namespace(scaler))
            if podlib.active(pod) and selector.matches(meta.labels(pod))
        ]


def _label_selector(said: Object) -> Object:
    """A ReplicationController's selector is labels alone."""
    return said if "matchLabels" in said or "matchExpressions" in said else {"matchLabels": said}


def _asked(event: Event) -> Iterable[Key]:
    """An autoscaler that is new or wants something else; its own status is no news."""
    old, new = event.old, event.new
    if old is not None and new is not None and (old["spec"] is new["spec"] or old["spec"] == new["spec"]):
        return ()
    return (meta.key(event.object),)
