"""The controller that puts on clusters the taints that ClusterTaintPolicies want.

Follows pkg/controllers/taint/clustertaintpolicy_controller.go. v1.2 had none.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.karmada import constants as words
from karmada_nb.engine.karmada.controllers.cluster_taints import (
    taints_by_policies,
    taints_message,
    taints_of,
    with_taints,
)
from karmada_nb.engine.karmada.controllers.writing import update
from karmada_nb.engine.karmada.plane import CLUSTERS, Plane
from karmada_nb.engine.karmada.scheduler.cluster_match import cluster_matches
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.runtime.client import Resource
from karmada_nb.engine.runtime.controller import DONE, Result, Watch, itself
from karmada_nb.engine.runtime.informer import Event

TAINT_POLICIES: Final = Resource("policy.karmada.io", "v1alpha1", "clustertaintpolicies")


class ClusterTaintPolicyController:
    """One key a Cluster; all policies have their say each time, oldest first."""

    name = "cluster-taint-policy-controller"

    def __init__(self, plane: Plane) -> None:
        self._plane = plane
        self._client = plane.client_as(self.name)
        self._recorder = plane.recorder(self.name)
        self._clusters = plane.informers(*CLUSTERS)
        self._policies = plane.informers(*TAINT_POLICIES)

    def watches(self) -> Iterable[Watch]:
        yield Watch(self._clusters, _conditions_changed)
        yield Watch(self._policies, self._targets)

    async def reconcile(self, key: Key) -> Result:
        cluster = self._clusters.get(key)
        policies = self._policies.items()
        if cluster is None or not policies:
            return DONE
        now = self._plane.clock.now()

        def tainted(latest: Object) -> Object:
            taints = taints_by_policies(latest, policies, now)
            if taints == taints_of(latest):
                return latest
            return with_taints(latest, taints)

        try:
            written = await update(self._client, CLUSTERS, self._clusters, key, tainted)
        except StatusError as error:
            await self._recorder.event(
                cluster, "Warning", words.EVENT_REASON_TAINT_CLUSTER_FAILED, error.message
            )
            raise
        if written is not None:
            said = taints_message(taints_of(written))
            message = f"Update Cluster({key.name}) with taints({said}) succeed"
            await self._recorder.event(written, "Normal", words.EVENT_REASON_TAINT_CLUSTER_SUCCEED, message)
        return DONE

    def _targets(self, event: Event) -> Iterable[Key]:
        policy = event.new
        if policy is None or (event.old is not None and event.old.get("spec") == policy.get("spec")):
            return ()
        targets = meta.dig(policy, "spec", "targetClusters")
        return [
            meta.key(cluster)
            for cluster in self._clusters.items()
            if targets is None or cluster_matches(cluster, targets)
        ]


def _conditions_changed(event: Event) -> Iterable[Key]:
    path = ("status", "conditions")
    if event.new is None or (
        event.old is not None and meta.dig(event.old, *path) == meta.dig(event.new, *path)
    ):
        return ()
    return itself(event)
