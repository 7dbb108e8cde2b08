"""Connections to karmada-scheduler-estimators: one for each cluster that has one, kept as long as it runs.

Follows ``reconcileEstimatorConnection`` of pkg/scheduler/scheduler.go, pkg/estimator/client/accurate.go and
pkg/estimator/server/server.go. There is no gRPC between the scheduler and an estimator: what the estimator
would answer is decided here, from what it watches in its cluster.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.karmada.controllers.channel import Channel
from karmada_nb.engine.karmada.controllers.cluster_summary import NODES, PODS
from karmada_nb.engine.karmada.controllers.pod_sums import PodSums
from karmada_nb.engine.karmada.estimator.accurate import (
    ClusterState,
    max_available_component_sets,
    max_available_replicas,
)
from karmada_nb.engine.karmada.estimator.nodes import share_of
from karmada_nb.engine.karmada.estimator.unschedulable import unschedulable_replicas
from karmada_nb.engine.karmada.gates import RESOURCE_QUOTA_ESTIMATE
from karmada_nb.engine.karmada.members import Member
from karmada_nb.engine.karmada.names import NAMESPACE_KARMADA_SYSTEM, generate_estimator_deployment_name
from karmada_nb.engine.karmada.plane import CLUSTERS, Plane
from karmada_nb.engine.karmada.scheduler.estimation import Assumed, Rooms
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.network.timing import within
from karmada_nb.engine.runtime.client import Resource, Unreachable
from karmada_nb.engine.runtime.controller import DONE, Result, Retry, Watch, itself
from karmada_nb.engine.runtime.informer import Event

DEPLOYMENTS: Final = Resource("apps", "v1", "deployments")
REPLICA_SETS: Final = Resource("apps", "v1", "replicasets")
QUOTAS: Final = Resource("", "v1", "resourcequotas")
SYNC_SECONDS: Final = 10.0


class ClusterEstimator:
    """What the estimator of one cluster has seen."""

    def __init__(self, member: Member, *, quotas: bool) -> None:
        self.member = member
        self._nodes = member.informers(*NODES)
        pods = member.informers(*PODS)
        self._quotas = member.informers(*QUOTAS) if quotas else None
        self._deployments = member.informers(*DEPLOYMENTS)
        self._sets = member.informers(*REPLICA_SETS)
        watched = (self._nodes, pods, self._quotas, self._deployments, self._sets)
        self._watched = [informer for informer in watched if informer is not None]
        self._all_pods = pods
        self._pods = PodSums(pods, share_of, lambda: None)

    async def synced(self) -> None:
        """Waits until everything was seen once."""
        for informer in self._watched:
            await informer.synced()

    def state(self) -> ClusterState:
        """What there is now."""
        quotas = [] if self._quotas is None else self._quotas.items()
        return ClusterState(self._nodes.items(), self._pods.by_node, quotas)

    def unschedulable(self, reference: Object, now: datetime, threshold: timedelta) -> int | None:
        """See ``Estimators.unschedulable``; None where the Deployment is not there."""
        namespace = reference.get("namespace", "")
        deployment = self._deployments.get(Key(namespace, reference["name"]))
        if deployment is None:
            return None
        sets, pods = self._sets.items(namespace), self._all_pods.items(namespace)
        return unschedulable_replicas(deployment, sets, pods, now, threshold)

    def close(self) -> None:
        self._pods.stop()


class Estimators:
    """A controller whose keys are clusters, and the ``Estimator`` that speaks for all it is connected to."""

    name = "scheduler-estimator"

    def __init__(self, plane: Plane) -> None:
        self._plane = plane
        self._clusters = plane.informers(*CLUSTERS)
        self._connected: dict[str, ClusterEstimator] = {}
        self._channel = Channel()
        plane.members.on_change(lambda cluster: self._channel.send(Key("", cluster)))

    def watches(self) -> Iterable[Watch]:
        yield Watch(self._clusters, _made_or_gone)
        yield Watch(self._plane.addons.deployments, self._deployment_changed)
        yield Watch(self._channel, itself)

    def _deployment_changed(self, event: Event) -> Iterable[Key]:
        if meta.namespace(event.object) != NAMESPACE_KARMADA_SYSTEM:
            return ()
        found = (meta.key(cluster) for cluster in self._clusters.items())
        return [
            key for key in found if generate_estimator_deployment_name(key.name) == meta.name(event.object)
        ]

    async def reconcile(self, key: Key) -> Result:
        member = self._served(key)
        known = self._connected.get(key.name)
        if known is not None:
            if known.member is member:
                return DONE
            del self._connected[key.name]
            known.close()
        if member is None:
            return DONE
        try:
            found = ClusterEstimator(member, quotas=self._plane.gate(RESOURCE_QUOTA_ESTIMATE))
        except (StatusError, Unreachable) as error:
            raise Retry(str(error)) from None
        try:
            await within(self._plane.clock, SYNC_SECONDS, found.synced())
        except TimeoutError:
            found.close()
            raise Retry(f"the estimator of cluster({key.name}) has not seen its cluster yet") from None
        self._connected[key.name] = found
        return DONE

    def _served(self, key: Key) -> Member | None:
        """The cluster that an estimator runs for; None where there is no cluster or no estimator."""
        deployed = self._plane.addons.get(generate_estimator_deployment_name(key.name))
        if deployed is None or self._clusters.get(key) is None:
            return None
        try:
            return self._plane.members.get(key.name)
        except StatusError:
            return None

    def replicas(self, clusters: Sequence[Object], spec: Object, assumed: Assumed) -> Rooms:
        """See ``scheduler.estimation.Estimator``."""
        requirements = spec.get("replicaRequirements")
        return self._ask(clusters, lambda name, s: max_available_replicas(s, requirements, assumed(name)))

    def component_sets(self, clusters: Sequence[Object], spec: Object, assumed: Assumed) -> Rooms:
        """See ``scheduler.estimation.Estimator``."""
        namespace = spec["resource"].get("namespace", "")
        return self._ask(
            clusters,
            lambda name, state: max_available_component_sets(
                state, spec["components"], namespace, assumed(name)
            ),
        )

    def unschedulable(
        self, clusters: Sequence[str], reference: Object, threshold: timedelta
    ) -> dict[str, int]:
        """How many replicas of a Deployment have found no node for longer than ``threshold``, by cluster.

        Nothing at all where one of the clusters has no estimator, or does not have the Deployment.
        """
        found, now = {}, self._plane.clock.now()
        for name in clusters:
            estimator = self._connected.get(name)
            lost = None if estimator is None else estimator.unschedulable(reference, now, threshold)
            if lost is None:
                return {}
            found[name] = lost
        return found

    def _ask(self, clusters: Sequence[Object], answer: Callable[[str, ClusterState], int]) -> Rooms:
        """The answers, or none at all where one of the clusters has no estimator: upstream drops them all."""
        names = [meta.name(cluster) for cluster in clusters]
        if not all(name in self._connected for name in names):
            return {}
        return {name: answer(name, self._connected[name].state()) for name in names}


def _made_or_gone(event: Event) -> Iterable[Key]:
    return itself(event) if event.old is None or event.new is None else ()
