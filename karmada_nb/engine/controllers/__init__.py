"""The controllers of one cluster, one file or folder each: what kube-controller-manager runs."""

from karmada_nb.engine.controllers.context import Context
from karmada_nb.engine.controllers.cronjob import CronJobController
from karmada_nb.engine.controllers.daemonset import DaemonSetController
from karmada_nb.engine.controllers.deployment import DeploymentController
from karmada_nb.engine.controllers.disruption import DisruptionController
from karmada_nb.engine.controllers.endpoints import EndpointsController, EndpointSliceController
from karmada_nb.engine.controllers.endpointslice_mirroring import EndpointSliceMirroringController
from karmada_nb.engine.controllers.hpa import HorizontalController
from karmada_nb.engine.controllers.job import JobController
from karmada_nb.engine.controllers.node_ttl import NodeTTLController
from karmada_nb.engine.controllers.nodelifecycle import NodeLifecycleController, TaintEvictionController
from karmada_nb.engine.controllers.pod_garbage import PodGarbageCollector
from karmada_nb.engine.controllers.replicaset import ReplicaSetController, ReplicationController
from karmada_nb.engine.controllers.resourcequota import ResourceQuotaController
from karmada_nb.engine.controllers.serviceaccount import ServiceAccountController
from karmada_nb.engine.controllers.statefulset import StatefulSetController
from karmada_nb.engine.controllers.ttl_after_finished import TTLAfterFinishedController
from karmada_nb.engine.controllers.volumes import (
    AttributesClassProtection,
    ClaimProtection,
    LocalPathProvisioner,
    PersistentVolumeController,
    VolumeProtection,
)
from karmada_nb.engine.runtime.controller import Controller


def workload_controllers(context: Context) -> list[Controller]:
    """Those of a cluster that runs workloads; what every API needs behind it is in ``Cluster``."""
    return [
        DeploymentController(context),
        ReplicaSetController(context),
        ReplicationController(context),
        StatefulSetController(context),
        DaemonSetController(context),
        JobController(context),
        CronJobController(context),
        TTLAfterFinishedController(context),
        HorizontalController(context),
        DisruptionController(context),
        EndpointSliceController(context),
        EndpointsController(context),
        EndpointSliceMirroringController(context),
        ServiceAccountController(context),
        ResourceQuotaController(context),
        NodeTTLController(context),
        NodeLifecycleController(context),
        TaintEvictionController(context),
        PodGarbageCollector(context),
        PersistentVolumeController(context),
        LocalPathProvisioner(context),
        ClaimProtection(context),
        AttributesClassProtection(context),
        VolumeProtection(context),
    ]
