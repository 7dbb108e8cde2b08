"""The federatedHPA controller: replicas of a template, by the load of its pods in all clusters.

Follows pkg/controllers/federatedhpa/federatedhpa_controller.go. What karmada-metrics-adapter adds up for
upstream's, this one asks the members for itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final
from urllib.parse import quote

from karmada_nb.engine import meta, selectors
from karmada_nb.engine.controllers import pods as podlib
from karmada_nb.engine.controllers.hpa.autoscaling import PERIOD, Autoscaling
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.karmada.autoscaling.federated import (
    Gathered,
    Unscalable,
    calibration,
    target_clusters,
    usage_of,
)
from karmada_nb.engine.karmada.controllers.autoscaling.cron import FEDERATED_HPAS, spec_changed
from karmada_nb.engine.karmada.controllers.claims import CONTROLLER_MANAGER
from karmada_nb.engine.karmada.controllers.cluster_state import is_ready
from karmada_nb.engine.karmada.controllers.writing import update
from karmada_nb.engine.karmada.names import generate_binding_name
from karmada_nb.engine.karmada.plane import BINDINGS, CLUSTERS, Plane
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.runtime.client import Resource, Unreachable
from karmada_nb.engine.runtime.controller import DONE, Result, Watch
from karmada_nb.engine.usage import Usage

PODS: Final = Resource("", "v1", "pods")
METRICS: Final = "/apis/metrics.k8s.io/v1beta1/namespaces/{}/pods?labelSelector={}"
_NOWHERE: Final = "failed to get replicas in any of clusters, possibly because all of clusters are not ready"


class FederatedHPAController:
    """One key a FederatedHPA, looked at every 15 seconds."""

    name = "federatedHPA-controller"

    def __init__(self, plane: Plane) -> None:
        self._plane = plane
        self._client = plane.client_as(CONTROLLER_MANAGER)
        self._recorder = plane.recorder(self.name)
        self._autoscaling = Autoscaling(self._client, self._recorder, plane.clock)
        self._autoscalers = plane.informers(*FEDERATED_HPAS)
        self._bindings = plane.informers(*BINDINGS)
        self._clusters = plane.informers(*CLUSTERS)

    def watches(self) -> Iterable[Watch]:
        yield Watch(self._autoscalers, spec_changed)

    async def reconcile(self, key: Key) -> Result:
        autoscaler = self._autoscalers.get(key)
        if autoscaler is None or meta.deleting(autoscaler):
            self._autoscaling.forget(key)
            return DONE
        status = {"desiredReplicas": 0, **(autoscaler.get("status") or {})}
        try:
            status = await self._scaled(autoscaler, status)
        except Unscalable as error:
            await self._recorder.event(autoscaler, "Warning", error.event, error.why)
            status = self._autoscaling.said(status, "AbleToScale", "False", error.reason, error.message)
        await update(
            self._client,
            FEDERATED_HPAS,
            self._autoscalers,
            key,
            lambda latest: meta.replace(latest, ("status",), status),
            "status",
        )
        return Result(PERIOD)

    async def _scaled(self, autoscaler: Object, status: Object) -> Object:
        reference, namespace = autoscaler["spec"]["scaleTargetRef"], meta.namespace(autoscaler)
        kind, name = reference["kind"], reference["name"]
        resource = self._plane.served.of_kind(reference.get("apiVersion", ""), kind)
        template = None if resource is None else self._plane.informers(*resource).get(Key(namespace, name))
        if resource is None or template is None:
            reason = "FailedGetScaleTargetRef"
            missing = (
                f'no matches for kind "{kind}" in version "{reference.get("apiVersion", "")}"'
                if resource is None
                else f'{".".join(filter(None, (resource.plural, resource.group)))} "{name}" not found'
            )
            raise Unscalable(reason, reason, "the target reference object", missing)
        binding = self._bindings.get(Key(namespace, generate_binding_name(kind, name)))
        gathered = await self._gather(target_clusters(template, binding), resource, template)
        text = "the HPA controller was able to get the target's current scale"
        status = self._autoscaling.said(status, "AbleToScale", "True", "SucceededGetScale", text)
        current = int(meta.dig(template, "spec", "replicas", default=0))
        return await self._autoscaling.judge(
            autoscaler,
            {**status, "currentReplicas": current},
            resource,
            current,
            meta.dig(template, "spec", "selector", default={}),
            lambda: gathered.pods,
            gathered.measure,
            calibration(gathered.replicas, current),
        )

    async def _gather(self, clusters: Iterable[str], resource: Resource, template: Object) -> Gathered:
        """The target in those of its clusters that are ready and answer. Raises Unscalable."""
        replicas = 0
        pods: list[Object] = []
        usage: dict[str, Mapping[str, Usage]] = {}
        for name in clusters:
            cluster = self._clusters.get(Key("", name))
            if cluster is None or not is_ready(cluster):
                continue
            try:
                asked, found, measured = await self._ask(name, resource, meta.key(template))
            except (StatusError, Unreachable, TimeoutError):
                continue
            replicas += asked
            pods += found
            usage.update(measured)
        if not replicas:
            raise Unscalable("FailedGetScale", "FailedGetScale", "the target's current scale", _NOWHERE)
        return Gathered(replicas, pods, usage)

    async def _ask(
        self, cluster: str, resource: Resource, target: Key
    ) -> tuple[int, list[Object], Mapping[str, Mapping[str, Usage]]]:
        """Replicas, pods and their usage in one cluster."""
        member = self._plane.members.get(cluster)
        if member is None:
            raise StatusError(404, "NotFound", f'clusters.cluster.karmada.io "{cluster}" not found')
        found = await member.client.get(resource, target.name, target.namespace)
        selector = selectors.text(meta.dig(found, "spec", "selector", default={}))
        listed = await member.client.list(PODS, target.namespace, selector)
        pods = [pod for pod in listed.items if podlib.active(pod)]
        path = METRICS.format(target.namespace, quote(selector))
        measured = (await member.request("GET", path)).get("items") or []
        return int(meta.dig(found, "spec", "replicas", default=0)), pods, usage_of(pods, measured)
