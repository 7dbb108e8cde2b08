"""The controllers of members: what Works do there, how clusters fare, and how work leaves them."""

from collections.abc import Iterable

from karmada_nb.engine.karmada.controllers.application_failover import ApplicationFailoverController
from karmada_nb.engine.karmada.controllers.binding_status import BindingStatusController
from karmada_nb.engine.karmada.controllers.cluster import ClusterController
from karmada_nb.engine.karmada.controllers.cluster_health import ClusterHealthMonitor
from karmada_nb.engine.karmada.controllers.cluster_status import ClusterStatusController
from karmada_nb.engine.karmada.controllers.cluster_taint_policy import ClusterTaintPolicyController
from karmada_nb.engine.karmada.controllers.execution import ExecutionController
from karmada_nb.engine.karmada.controllers.federated_quota import QuotaEnforcement, QuotaStatus, QuotaSync
from karmada_nb.engine.karmada.controllers.graceful_eviction import GracefulEvictionController
from karmada_nb.engine.karmada.controllers.mcs import service_controllers
from karmada_nb.engine.karmada.controllers.member_objects import MemberObjects
from karmada_nb.engine.karmada.controllers.namespace_sync import NamespaceSyncController
from karmada_nb.engine.karmada.controllers.object_watcher import ObjectWatcher
from karmada_nb.engine.karmada.controllers.remedy import RemedyController
from karmada_nb.engine.karmada.controllers.taint_manager import TaintManager
from karmada_nb.engine.karmada.controllers.unified_auth import UnifiedAuthController
from karmada_nb.engine.karmada.controllers.work_status import WorkStatusController
from karmada_nb.engine.karmada.gates import FAILOVER, FEDERATED_QUOTA_ENFORCEMENT, GRACEFUL_EVICTION
from karmada_nb.engine.karmada.plane import Plane
from karmada_nb.engine.runtime.controller import Controller


def member_side(plane: Plane) -> Iterable[Controller]:
    """All of them, for the edition of the plane. Karmada's resources must be served already."""
    objects = MemberObjects(plane.members)
    watcher = ObjectWatcher(plane.interpreter, plane.edition)
    yield ClusterController(plane)
    yield ClusterStatusController(plane)
    yield ClusterHealthMonitor(plane)
    yield UnifiedAuthController(plane)
    yield NamespaceSyncController(plane)
    yield ExecutionController(plane, objects, watcher)
    yield WorkStatusController(plane, objects)
    yield BindingStatusController(plane, cluster_scope=False)
    yield BindingStatusController(plane, cluster_scope=True)
    yield QuotaSync(plane)
    yield QuotaStatus(plane)
    yield from service_controllers(plane)
    if plane.article:
        return
    yield RemedyController(plane)
    if plane.gate(FEDERATED_QUOTA_ENFORCEMENT):
        yield QuotaEnforcement(plane)
    failover = plane.gate(FAILOVER)
    if failover:
        yield ClusterTaintPolicyController(plane)
    flags = plane.options.evictions
    for cluster_scope in (False, True):
        if plane.gate(GRACEFUL_EVICTION):
            yield GracefulEvictionController(plane, flags, cluster_scope=cluster_scope)
        if failover:
            yield TaintManager(plane, flags, cluster_scope=cluster_scope)
            yield ApplicationFailoverController(plane, cluster_scope=cluster_scope)
