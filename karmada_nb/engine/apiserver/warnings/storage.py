"""PersistentVolumes and their claims. Follows pkg/api/persistentvolume/util.go and that of the claims."""

from __future__ import annotations

from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.warnings import nodes
from karmada_nb.engine.apiserver.warnings.pods import DEPRECATED_VOLUMES, of_claim
from karmada_nb.engine.meta import Object

_CLASS: Final = "volume.beta.kubernetes.io/storage-class"
_ANNOTATIONS: Final = {
    _CLASS: 'deprecated since v1.8; use "storageClassName" attribute instead',
    "volume.beta.kubernetes.io/mount-options": 'deprecated since v1.31; use "mountOptions" attribute instead',
}
_ADVICE: Final = "Instead, the recommended approach is to use dynamic provisioning."
_RECYCLE: Final = f"The Recycle reclaim policy is deprecated. {_ADVICE}"
_DEPRECATED: Final = ("cephfs", "photonPersistentDisk", "scaleIO", "storageos", "glusterfs", "rbd")
_SHOWN: Final = {"storageos": "storageOS"}


def of_persistent_volume(volume: Object) -> list[str]:
    spec, annotations = volume.get("spec") or {}, meta.annotations(volume)
    found = [f"metadata.annotations[{key}]: {why}" for key, why in _ANNOTATIONS.items() if key in annotations]
    if spec.get("persistentVolumeReclaimPolicy") == "Recycle":
        found.append(f"spec.persistentVolumeReclaimPolicy: {_RECYCLE}")
    for index, term in enumerate(meta.dig(spec, "nodeAffinity", "required", "nodeSelectorTerms") or ()):
        found += nodes.of_term(term, f"spec.nodeAffinity.required.nodeSelectorTerms[{index}]", values=False)
    gone = (kind for kind in _DEPRECATED if spec.get(kind) is not None)
    return found + [f"spec.{_SHOWN.get(kind, kind)}: {DEPRECATED_VOLUMES[kind]}" for kind in gone]


def of_persistent_volume_claim(claim: Object) -> list[str]:
    marked = _CLASS in meta.annotations(claim)
    found = [f"metadata.annotations[{_CLASS}]: {_ANNOTATIONS[_CLASS]}"] if marked else []
    return found + of_claim(claim.get("spec") or {}, "spec")
