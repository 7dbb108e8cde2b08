"""The resources that a Kubernetes v1.36 API server serves, as discovery tells of them.

Only facts: names, verbs, subresources. What a resource does is said where its strategy is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

ALL_VERBS: Final = ("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch")
CUSTOM_VERBS: Final = ("delete", "deletecollection", "get", "list", "patch", "create", "update", "watch")
"""The verbs of a custom resource, in the order in which they are told."""
_CHANGE: Final = ("get", "patch", "update")
_CONNECT: Final = ("create", "get")
_PROXY: Final = ("create", "delete", "get", "patch", "update")
_CREATE: Final = ("create",)


@dataclass(frozen=True, slots=True)
class Subresource:
    """A part of an object with a path of its own, such as ``status``."""

    name: str
    kind: str
    verbs: tuple[str, ...] = _CHANGE
    group: str = ""
    version: str = ""
    """Group and version of ``kind``; both ``""`` when they are the resource's own."""


@dataclass(frozen=True, slots=True)
class ResourceInfo:
    """One resource in one served version."""

    group: str
    version: str
    kind: str
    plural: str
    namespaced: bool = True
    verbs: tuple[str, ...] = ALL_VERBS
    short_names: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    subresources: tuple[Subresource, ...] = ()
    singular: str = ""
    storage_version: str = ""
    """The version that is stored, where it is another."""
    list_kind: str = ""

    @property
    def singular_name(self) -> str:
        return self.singular or self.kind.lower()

    @property
    def listed_as(self) -> str:
        """The kind of a list of these."""
        return self.list_kind or f"{self.kind}List"

    def subresource(self, name: str) -> Subresource | None:
        return next((sub for sub in self.subresources if sub.name == name), None)


def _status(kind: str) -> Subresource:
    return Subresource("status", kind)


_SCALE: Final = Subresource("scale", "Scale", group="autoscaling", version="v1")
_EVICTION: Final = Subresource("eviction", "Eviction", _CREATE, "policy", "v1")
_TOKEN: Final = Subresource("token", "TokenRequest", _CREATE, "authentication.k8s.io", "v1")


def _kind(
    kind: str,
    plural: str,
    *short_names: str,
    cluster: bool = False,
    status: bool = False,
    verbs: tuple[str, ...] = ALL_VERBS,
    category: str = "",
    parts: tuple[Subresource, ...] = (),
    stored: str = "",
) -> ResourceInfo:
    """A resource of the core group; ``_of`` puts it into another."""
    subresources = (*parts, _status(kind)) if status else parts
    return ResourceInfo(
        group="",
        version="v1",
        kind=kind,
        plural=plural,
        namespaced=not cluster,
        verbs=verbs,
        short_names=short_names,
        categories=(category,) if category else (),
        subresources=tuple(sorted(subresources, key=lambda part: part.name)),
        storage_version=stored,
    )


def _of(group: str, version: str, *resources: ResourceInfo) -> tuple[ResourceInfo, ...]:
    return tuple(replace(info, group=group, version=version) for info in resources)


_POD_PARTS: Final = (
    Subresource("attach", "PodAttachOptions", _CONNECT),
    Subresource("binding", "Binding", _CREATE),
    Subresource("ephemeralcontainers", "Pod"),
    _EVICTION,
    Subresource("exec", "PodExecOptions", _CONNECT),
    Subresource("log", "Pod", ("get",)),
    Subresource("portforward", "PodPortForwardOptions", _CONNECT),
    Subresource("proxy", "PodProxyOptions", _PROXY),
    Subresource("resize", "Pod"),
)
_FINALIZE: Final = Subresource("finalize", "Namespace", ("update",))
_NODE_PROXY: Final = Subresource("proxy", "NodeProxyOptions", _PROXY)
_SERVICE_PROXY: Final = Subresource("proxy", "ServiceProxyOptions", _PROXY)
_WITHOUT_COLLECTION: Final = tuple(verb for verb in ALL_VERBS if verb != "deletecollection")
_EXTENSION: Final = "api-extensions"

CORE: Final = (
    _kind("Binding", "bindings", verbs=_CREATE),
    _kind("ComponentStatus", "componentstatuses", "cs", cluster=True, verbs=("get", "list")),
    _kind("ConfigMap", "configmaps", "cm"),
    _kind("Endpoints", "endpoints", "ep"),
    _kind("Event", "events", "ev"),
    _kind("LimitRange", "limitranges", "limits"),
    _kind(
        "Namespace",
        "namespaces",
        "ns",
        cluster=True,
        status=True,
        verbs=_WITHOUT_COLLECTION,
        parts=(_FINALIZE,),
    ),
    _kind("Node", "nodes", "no", cluster=True, status=True, parts=(_NODE_PROXY,)),
    _kind("PersistentVolumeClaim", "persistentvolumeclaims", "pvc", status=True),
    _kind("PersistentVolume", "persistentvolumes", "pv", cluster=True, status=True),
    _kind("Pod", "pods", "po", status=True, category="all", parts=_POD_PARTS),
    _kind("PodTemplate", "podtemplates"),
    _kind(
        "ReplicationController", "replicationcontrollers", "rc", status=True, category="all", parts=(_SCALE,)
    ),
    _kind("ResourceQuota", "resourcequotas", "quota", status=True),
    _kind("Secret", "secrets"),
    _kind("ServiceAccount", "serviceaccounts", "sa", parts=(_TOKEN,)),
    _kind("Service", "services", "svc", status=True, category="all", parts=(_SERVICE_PROXY,)),
)

APPS: Final = _of(
    "apps",
    "v1",
    _kind("ControllerRevision", "controllerrevisions"),
    _kind("DaemonSet", "daemonsets", "ds", status=True, category="all"),
    _kind("Deployment", "deployments", "deploy", status=True, category="all", parts=(_SCALE,)),
    _kind("ReplicaSet", "replicasets", "rs", status=True, category="all", parts=(_SCALE,)),
    _kind("StatefulSet", "statefulsets", "sts", status=True, category="all", parts=(_SCALE,)),
)

BATCH: Final = _of(
    "batch",
    "v1",
    _kind("CronJob", "cronjobs", "cj", status=True, category="all"),
    _kind("Job", "jobs", status=True, category="all"),
)

_HPA: Final = _kind(
    "HorizontalPodAutoscaler", "horizontalpodautoscalers", "hpa", status=True, category="all", stored="v2"
)
AUTOSCALING: Final = (*_of("autoscaling", "v2", _HPA), *_of("autoscaling", "v1", _HPA))

AUTHENTICATION: Final = _of(
    "authentication.k8s.io",
    "v1",
    _kind("SelfSubjectReview", "selfsubjectreviews", cluster=True, verbs=_CREATE),
    _kind("TokenReview", "tokenreviews", cluster=True, verbs=_CREATE),
)

AUTHORIZATION: Final = _of(
    "authorization.k8s.io",
    "v1",
    _kind("LocalSubjectAccessReview", "localsubjectaccessreviews", verbs=_CREATE),
    _kind("SelfSubjectAccessReview", "selfsubjectaccessreviews", cluster=True, verbs=_CREATE),
    _kind("SelfSubjectRulesReview", "selfsubjectrulesreviews", cluster=True, verbs=_CREATE),
    _kind("SubjectAccessReview", "subjectaccessreviews", cluster=True, verbs=_CREATE),
)

NETWORKING: Final = _of(
    "networking.k8s.io",
    "v1",
    _kind("IngressClass", "ingressclasses", cluster=True),
    _kind("Ingress", "ingresses", "ing", status=True),
    _kind("IPAddress", "ipaddresses", "ip", cluster=True),
    _kind("NetworkPolicy", "networkpolicies", "netpol"),
    _kind("ServiceCIDR", "servicecidrs", cluster=True, status=True),
)

RBAC: Final = _of(
    "rbac.authorization.k8s.io",
    "v1",
    _kind("ClusterRoleBinding", "clusterrolebindings", cluster=True),
    _kind("ClusterRole", "clusterroles", cluster=True),
    _kind("RoleBinding", "rolebindings"),
    _kind("Role", "roles"),
)

STORAGE: Final = _of(
    "storage.k8s.io",
    "v1",
    _kind("CSIDriver", "csidrivers", cluster=True),
    _kind("CSINode", "csinodes", cluster=True),
    _kind("CSIStorageCapacity", "csistoragecapacities"),
    _kind("StorageClass", "storageclasses", "sc", cluster=True),
    _kind("VolumeAttachment", "volumeattachments", cluster=True, status=True),
    _kind("VolumeAttributesClass", "volumeattributesclasses", "vac", cluster=True),
)

ADMISSION: Final = _of(
    "admissionregistration.k8s.io",
    "v1",
    *(
        _kind(kind, plural, cluster=True, category=_EXTENSION, status=plural == "validatingadmissionpolicies")
        for kind, plural in (
            ("MutatingAdmissionPolicy", "mutatingadmissionpolicies"),
            ("MutatingAdmissionPolicyBinding", "mutatingadmissionpolicybindings"),
            ("MutatingWebhookConfiguration", "mutatingwebhookconfigurations"),
            ("ValidatingAdmissionPolicy", "validatingadmissionpolicies"),
            ("ValidatingAdmissionPolicyBinding", "validatingadmissionpolicybindings"),
            ("ValidatingWebhookConfiguration", "validatingwebhookconfigurations"),
        )
    ),
)

EXTENSIONS: Final = (
    *_of(
        "apiextensions.k8s.io",
        "v1",
        _kind(
            "CustomResourceDefinition",
            "customresourcedefinitions",
            "crd",
            "crds",
            cluster=True,
            status=True,
            category=_EXTENSION,
        ),
    ),
    *_of(
        "apiregistration.k8s.io",
        "v1",
        _kind("APIService", "apiservices", cluster=True, status=True, category=_EXTENSION),
    ),
)

OTHERS: Final = (
    *_of(
        "certificates.k8s.io",
        "v1",
        _kind(
            "CertificateSigningRequest",
            "certificatesigningrequests",
            "csr",
            cluster=True,
            status=True,
            parts=(Subresource("approval", "CertificateSigningRequest"),),
        ),
    ),
    *_of("coordination.k8s.io", "v1", _kind("Lease", "leases")),
    *_of("discovery.k8s.io", "v1", _kind("EndpointSlice", "endpointslices")),
    *_of("events.k8s.io", "v1", _kind("Event", "events", "ev")),
    *_of(
        "flowcontrol.apiserver.k8s.io",
        "v1",
        _kind("FlowSchema", "flowschemas", cluster=True, status=True),
        _kind("PriorityLevelConfiguration", "prioritylevelconfigurations", cluster=True, status=True),
    ),
    *_of("node.k8s.io", "v1", _kind("RuntimeClass", "runtimeclasses", cluster=True)),
    *_of("policy", "v1", _kind("PodDisruptionBudget", "poddisruptionbudgets", "pdb", status=True)),
    *_of(
        "resource.k8s.io",
        "v1",
        _kind("DeviceClass", "deviceclasses", cluster=True),
        _kind("ResourceClaim", "resourceclaims", status=True),
        _kind("ResourceClaimTemplate", "resourceclaimtemplates"),
        _kind("ResourceSlice", "resourceslices", cluster=True),
    ),
    *_of("scheduling.k8s.io", "v1", _kind("PriorityClass", "priorityclasses", "pc", cluster=True)),
)

BUILT_IN: Final[tuple[ResourceInfo, ...]] = (
    *CORE,
    *APPS,
    *AUTHENTICATION,
    *AUTHORIZATION,
    *AUTOSCALING,
    *BATCH,
    *NETWORKING,
    *RBAC,
    *STORAGE,
    *ADMISSION,
    *EXTENSIONS,
    *OTHERS,
)
"""Everything that a new API server serves."""

METRICS: Final = _of(
    "metrics.k8s.io",
    "v1beta1",
    _kind("NodeMetrics", "nodes", cluster=True, verbs=("get", "list")),
    _kind("PodMetrics", "pods", verbs=("get", "list")),
)
"""What the metrics server adds."""

GROUP_PRIORITIES: Final = {
    "apiregistration.k8s.io": 20000,
    "": 18000,
    "apps": 17800,
    "events.k8s.io": 17750,
    "authentication.k8s.io": 17700,
    "authorization.k8s.io": 17600,
    "autoscaling": 17500,
    "batch": 17400,
    "certificates.k8s.io": 17300,
    "networking.k8s.io": 17200,
    "policy": 17100,
    "rbac.authorization.k8s.io": 17000,
    "storage.k8s.io": 16800,
    "admissionregistration.k8s.io": 16700,
    "apiextensions.k8s.io": 16700,
    "scheduling.k8s.io": 16600,
    "coordination.k8s.io": 16500,
    "node.k8s.io": 16300,
    "discovery.k8s.io": 16200,
    "flowcontrol.apiserver.k8s.io": 16100,
    "resource.k8s.io": 16200,
}
"""``groupPriorityMinimum`` of the built-in APIServices: the order of groups in discovery."""
VERSION_PRIORITIES: Final = {
    ("", "v1"): 1,
    ("autoscaling", "v2"): 30,
    ("flowcontrol.apiserver.k8s.io", "v1"): 21,
    ("resource.k8s.io", "v1"): 21,
}
"""``versionPriority`` of the built-in APIServices where it is not 15."""
OWN_VERSIONS: Final = 100
"""``versionPriority`` of the versions of custom resources: equal, so that their names decide."""
OTHER_GROUPS: Final = 1000
"""The priority of groups that CustomResourceDefinitions make."""
