"""The rules of every built-in kind: ``strategy_for`` finds those of one."""

from __future__ import annotations

from functools import cache
from typing import Final

from karmada_nb.engine.apiserver.resource import ScaleSubresource
from karmada_nb.engine.apiserver.strategies import (
    addresses,
    admissions,
    aggregation,
    autoscaling,
    classes,
    configs,
    cronjobs,
    daemonsets,
    deployments,
    devices,
    drivers,
    endpoints,
    events,
    extensions,
    flowcontrol,
    jobs,
    namespaces,
    networking,
    nodes,
    pods,
    policies,
    quotas,
    rbac,
    replicasets,
    services,
    statefulsets,
    storage,
)
from karmada_nb.engine.apiserver.strategies.base import Builtin

_KINDS: Final[dict[str, tuple[type[Builtin], ...]]] = {
    "": (
        configs.ConfigMap,
        configs.Secret,
        configs.ServiceAccount,
        endpoints.Endpoints,
        events.Event,
        namespaces.Namespace,
        nodes.Node,
        pods.Pod,
        pods.PodTemplate,
        quotas.LimitRange,
        quotas.ResourceQuota,
        replicasets.ReplicationController,
        services.Service,
        storage.PersistentVolume,
        storage.PersistentVolumeClaim,
    ),
    "apps": (
        daemonsets.DaemonSet,
        deployments.Deployment,
        extensions.ControllerRevision,
        replicasets.ReplicaSet,
        statefulsets.StatefulSet,
    ),
    "admissionregistration.k8s.io": (
        admissions.MutatingAdmissionPolicy,
        admissions.MutatingAdmissionPolicyBinding,
        admissions.MutatingWebhookConfiguration,
        admissions.ValidatingAdmissionPolicy,
        admissions.ValidatingAdmissionPolicyBinding,
        admissions.ValidatingWebhookConfiguration,
    ),
    "apiextensions.k8s.io": (extensions.CustomResourceDefinition,),
    "apiregistration.k8s.io": (aggregation.APIService,),
    "autoscaling": (autoscaling.HorizontalPodAutoscaler,),
    "batch": (cronjobs.CronJob, jobs.Job),
    "certificates.k8s.io": (extensions.CertificateSigningRequest,),
    "coordination.k8s.io": (events.Lease,),
    "discovery.k8s.io": (endpoints.EndpointSlice,),
    "flowcontrol.apiserver.k8s.io": (flowcontrol.FlowSchema, flowcontrol.PriorityLevelConfiguration),
    "networking.k8s.io": (
        addresses.IPAddress,
        addresses.ServiceCIDR,
        networking.Ingress,
        networking.IngressClass,
        networking.NetworkPolicy,
    ),
    "node.k8s.io": (extensions.RuntimeClass,),
    "policy": (policies.PodDisruptionBudget,),
    "rbac.authorization.k8s.io": (
        rbac.ClusterRole,
        rbac.ClusterRoleBinding,
        rbac.Role,
        rbac.RoleBinding,
    ),
    "resource.k8s.io": (
        devices.DeviceClass,
        devices.ResourceClaim,
        devices.ResourceClaimTemplate,
        devices.ResourceSlice,
    ),
    "scheduling.k8s.io": (policies.PriorityClass,),
    "storage.k8s.io": (
        drivers.CSIDriver,
        drivers.CSINode,
        drivers.CSIStorageCapacity,
        drivers.VolumeAttachment,
        classes.StorageClass,
        classes.VolumeAttributesClass,
    ),
}


_OLDER: Final = {("batch", "Job"): (32, jobs.OlderJob)}
"""Kinds that had fewer rules before a minor version."""


@cache
def strategy_for(group: str, kind: str, minor: int = 36) -> Builtin:
    """The one strategy of a built-in kind; a kind without rules of its own gets the plain one.

    ``minor``: the server's minor version.
    """
    since, older = _OLDER.get((group, kind), (0, None))
    if older is not None and minor < since:
        return older()
    if (group, kind) == ("events.k8s.io", "Event"):
        return events.ModernEvent()
    for strategy in _KINDS.get(group, ()):
        if strategy.__name__ == kind:
            return strategy()
    return Builtin()


def scale_for(group: str, kind: str) -> ScaleSubresource | None:
    """Where a built-in kind keeps its replicas; None: it has no scale subresource."""
    return strategy_for(group, kind).scale


def selectable_fields(group: str, kind: str) -> tuple[str, ...]:
    """Field selectors of a built-in kind beyond metadata.name and metadata.namespace."""
    return strategy_for(group, kind).selectable
