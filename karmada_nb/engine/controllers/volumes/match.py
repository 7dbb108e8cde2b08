"""Which volume fits a claim. Pure. Follows pkg/volume/persistentvolume helpers (FindMatchingVolume)."""

from collections.abc import Iterable
from typing import Final

from karmada_nb.engine import meta, quantity, selectors
from karmada_nb.engine.controllers.context import CLAIMS
from karmada_nb.engine.meta import Object
from karmada_nb.engine.runtime.client import Resource

VOLUMES: Final = Resource("", "v1", "persistentvolumes")
CLASSES: Final = Resource("storage.k8s.io", "v1", "storageclasses")
BIND_COMPLETED: Final = "pv.kubernetes.io/bind-completed"
BOUND_BY: Final = "pv.kubernetes.io/bound-by-controller"
PROVISIONED_BY: Final = "pv.kubernetes.io/provisioned-by"
SELECTED_NODE: Final = "volume.kubernetes.io/selected-node"
PROVISIONER: Final = "volume.kubernetes.io/storage-provisioner"
PROVISIONER_BETA: Final = "volume.beta.kubernetes.io/storage-provisioner"


def size(obj: Object, *path: str) -> int:
    return quantity.value(meta.dig(obj, "spec", *path, "storage", default="0"))


def is_for(volume: Object, claim: Object) -> bool:
    """Whether a volume is kept for, or bound to, this claim."""
    reference = meta.dig(volume, "spec", "claimRef")
    if reference is None or (reference.get("namespace"), reference.get("name")) != tuple(meta.key(claim)):
        return False
    return not reference.get("uid") or reference["uid"] == meta.uid(claim)


def fits(volume: Object, claim: Object) -> bool:
    """Whether a free volume can serve a claim."""
    spec, wanted = volume["spec"], claim["spec"]
    if meta.deleting(volume) or meta.dig(volume, "status", "phase") not in ("Available", "Pending"):
        return False
    if (spec.get("storageClassName") or "") != (wanted.get("storageClassName") or ""):
        return False
    if spec.get("volumeMode", "Filesystem") != wanted.get("volumeMode", "Filesystem"):
        return False
    if not set(wanted.get("accessModes") or ()) <= set(spec.get("accessModes") or ()):
        return False
    if size(volume, "capacity") < size(claim, "resources", "requests"):
        return False
    selector = wanted.get("selector")
    return selector is None or selectors.from_label_selector(selector).matches(meta.labels(volume))


def best(volumes: Iterable[Object], claim: Object) -> Object | None:
    """The volume kept for the claim, or the smallest free one that fits."""
    free = []
    for volume in volumes:
        if is_for(volume, claim):
            return volume
        if meta.dig(volume, "spec", "claimRef") is None and fits(volume, claim):
            free.append(volume)
    return min(free, key=lambda v: (size(v, "capacity"), meta.name(v)), default=None)


def reference(claim: Object) -> Object:
    """How a volume names its claim."""
    return {
        "kind": "PersistentVolumeClaim",
        "namespace": meta.namespace(claim),
        "name": meta.name(claim),
        "uid": meta.uid(claim),
        "apiVersion": meta.api_version(CLAIMS.group, CLAIMS.version),
        "resourceVersion": meta.resource_version(claim),
    }
