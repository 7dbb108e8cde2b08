"""Whether the claims of a pod let it be scheduled at all, on whichever node. Pure.

Follows PreFilter of pkg/scheduler/framework/plugins/volumebinding/volume_binding.go.
"""

from collections.abc import Callable, Iterator
from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.meta import Object

Find = Callable[[str], Object | None]
"""From a name to the object, or None where there is none."""

UNBOUND: Final = "pod has unbound immediate PersistentVolumeClaims"
_BIND_COMPLETED: Final = "pv.kubernetes.io/bind-completed"


def hindrance(pod: Object, claim: Find, storage_class: Find) -> str:
    """Why the pod has to wait for one of its claims; "" if it need not. ``claim``: those of its namespace."""
    found = []
    for name in _names(pod):
        one = claim(name)
        if one is None:
            return f'persistentvolumeclaim "{name}" not found'
        if meta.dig(one, "status", "phase") == "Lost":
            volume = one["spec"].get("volumeName", "")
            return f'persistentvolumeclaim "{name}" bound to non-existent persistentvolume "{volume}"'
        if meta.deleting(one):
            return f'persistentvolumeclaim "{name}" is being deleted'
        found.append(one)
    return UNBOUND if any(_immediate(one, storage_class) for one in found) else ""


def _names(pod: Object) -> Iterator[str]:
    for volume in pod["spec"].get("volumes") or ():
        if volume.get("persistentVolumeClaim"):
            yield volume["persistentVolumeClaim"]["claimName"]


def _immediate(claim: Object, storage_class: Find) -> bool:
    """Whether a claim is not bound yet and does not wait for a pod either."""
    spec = claim["spec"]
    if spec.get("volumeName"):
        return _BIND_COMPLETED not in meta.annotations(claim)
    found = storage_class(spec["storageClassName"]) if spec.get("storageClassName") else None
    return found is None or found.get("volumeBindingMode") != "WaitForFirstConsumer"
