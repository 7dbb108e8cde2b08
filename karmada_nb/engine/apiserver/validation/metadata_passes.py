"""How often upstream looks at the metadata of a changed object, which shows in the causes of a refusal.

The generic registry checks it twice (k8s.io/apiserver pkg/registry/rest/update.go), then each kind's own
validation does: as a change (``ValidateObjectMetaUpdate``), as a whole (``ValidateObjectMeta``), or both.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Passes(NamedTuple):
    """A kind's own looks. ``finalizers``: that they must be known ones is a rule of this kind's package."""

    update: int = 1
    whole: int = 1
    finalizers: bool = True


_UPDATE: Final = Passes(whole=0)
_WHOLE: Final = Passes(update=0)
_NONE: Final = Passes(0, 0, finalizers=False)
_FOREIGN: Final = Passes(0, 1, finalizers=False)
CUSTOM: Final = Passes(1, 0, finalizers=False)
"""Custom resources, and kinds whose packages know nothing of finalizers."""
_PASSES: Final = {
    "": {
        "Service": _UPDATE, "ResourceQuota": _UPDATE, "PodTemplate": _UPDATE,
        "ReplicationController": _UPDATE, "LimitRange": _WHOLE, "PersistentVolume": Passes(0, 2),
        "Event": _NONE,
    },
    "apps": dict.fromkeys(("Deployment", "ReplicaSet", "StatefulSet", "DaemonSet"), _UPDATE),
    "batch": {"CronJob": _UPDATE},
    "autoscaling": {"HorizontalPodAutoscaler": _UPDATE},
    "networking.k8s.io": {"NetworkPolicy": _UPDATE},
    "policy": {"PodDisruptionBudget": _NONE},
    "discovery.k8s.io": {"EndpointSlice": _WHOLE},
    "storage.k8s.io": {"CSIDriver": _UPDATE, "VolumeAttachment": _WHOLE},
    "scheduling.k8s.io": {"PriorityClass": _UPDATE},
    "flowcontrol.apiserver.k8s.io": {"FlowSchema": _WHOLE, "PriorityLevelConfiguration": _WHOLE},
    "events.k8s.io": {"Event": _NONE},
    "coordination.k8s.io": {"Lease": CUSTOM},
    "apiextensions.k8s.io": {"CustomResourceDefinition": CUSTOM},
    "node.k8s.io": {"RuntimeClass": Passes(1, 1, finalizers=False)},
    "admissionregistration.k8s.io": dict.fromkeys(
        (
            "ValidatingWebhookConfiguration", "MutatingWebhookConfiguration", "ValidatingAdmissionPolicy",
            "ValidatingAdmissionPolicyBinding", "MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding",
        ),
        _FOREIGN,
    ),
}  # fmt: skip
_USUAL: Final = Passes()
_OF_STATUS: Final = Passes(whole=0)


def passes(group: str, kind: str, subresource: str = "") -> Passes:
    """The looks that the validation of a built-in kind takes at a change."""
    found = _PASSES.get(group, {}).get(kind, _USUAL)
    return _OF_STATUS._replace(finalizers=found.finalizers) if subresource == "status" else found
