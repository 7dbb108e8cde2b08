"""The controllers of members: what Works do there, how clusters fare, and how work leaves them."""

from collections.abc import Iterable

from karmada_nb.engine.karmada.controllers.binding_status import BindingStatusController
from karmada_nb.engine.karmada.controllers.cluster import ClusterController
from karmada_nb.engine.karmada.controllers.cluster_status import ClusterStatusController
from karmada_nb.engine.karmada.controllers.cluster_taint_policy import ClusterTaintPolicyController
from karmada_nb.engine.karmada.controllers.execution import ExecutionController
from karmada_nb.engine.karmada.controllers.member_objects import MemberObjects
from karmada_nb.engine.karmada.controllers.namespace_sync import NamespaceSyncController
from karmada_nb.engine.karmada.controllers.object_watcher import ObjectWatcher
from karmada_nb.engine.karmada.controllers.unified_auth import UnifiedAuthController
from karmada_nb.engine.karmada.controllers.work_status import WorkStatusController
from karmada_nb.engine.karmada.plane import Plane
from karmada_nb.engine.runtime.controller import Controller


def member_side(plane: Plane) -> Iterable[Controller]:
    """All of them, for the edition of the plane. Karmada's resources must be served already."""
    objects = MemberObjects(plane.members)
    watcher = ObjectWatcher(plane.interpreter, plane.edition)
    yield ClusterController(plane)
    yield ClusterStatusController(plane)
    yield UnifiedAuthController(plane)
    yield NamespaceSyncController(plane)
    yield ExecutionController(plane, objects, watcher)
    yield WorkStatusController(plane, objects)
    yield BindingStatusController(plane, cluster_scope=False)
    yield BindingStatusController(plane, cluster_scope=True)
    if not plane.article:
        yield ClusterTaintPolicyController(plane)
