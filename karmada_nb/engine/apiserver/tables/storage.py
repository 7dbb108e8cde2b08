"""Tables of volumes, claims and classes. Follows pkg/printers/internalversion/printers.go."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.resource import Column, Table
from karmada_nb.engine.apiserver.tables.cells import AGE_COLUMN, NAME_COLUMN, age, wide
from karmada_nb.engine.meta import Object

_UNSET: Final = "<unset>"
_MODES: Final = {
    "ReadWriteOnce": "RWO",
    "ReadOnlyMany": "ROX",
    "ReadWriteMany": "RWX",
    "ReadWriteOncePod": "RWOP",
}
_DEFAULT_CLASS: Final = (
    "storageclass.kubernetes.io/is-default-class",
    "storageclass.beta.kubernetes.io/is-default-class",
)


def _modes(modes: list[str] | None) -> str:
    return ",".join(short for long, short in _MODES.items() if long in (modes or []))


def _phase(obj: Object) -> str:
    return "Terminating" if meta.deleting(obj) else meta.dig(obj, "status", "phase", default="")


def _volume(obj: Object, now: datetime) -> list[Any]:
    spec = obj.get("spec") or {}
    claim = spec.get("claimRef")
    return [
        meta.name(obj),
        meta.dig(spec, "capacity", "storage", default="0"),
        _modes(spec.get("accessModes")),
        spec.get("persistentVolumeReclaimPolicy", ""),
        _phase(obj),
        f"{claim.get('namespace', '')}/{claim.get('name', '')}" if claim else "",
        spec.get("storageClassName", ""),
        spec.get("volumeAttributesClassName") or _UNSET,
        meta.dig(obj, "status", "reason", default=""),
        age(obj, now),
        spec.get("volumeMode") or _UNSET,
    ]


def _claim(obj: Object, now: datetime) -> list[Any]:
    spec, status = obj.get("spec") or {}, obj.get("status") or {}
    bound = bool(spec.get("volumeName"))
    return [
        meta.name(obj),
        _phase(obj),
        spec.get("volumeName", ""),
        meta.dig(status, "capacity", "storage", default="0") if bound else "",
        _modes(status.get("accessModes")) if bound else "",
        spec.get("storageClassName", ""),
        spec.get("volumeAttributesClassName") or _UNSET,
        age(obj, now),
        spec.get("volumeMode") or _UNSET,
    ]


def _class(obj: Object, now: datetime) -> list[Any]:
    annotations = meta.annotations(obj)
    default = any(annotations.get(name) == "true" for name in _DEFAULT_CLASS)
    return [
        f"{meta.name(obj)} (default)" if default else meta.name(obj),
        obj.get("provisioner", ""),
        obj.get("reclaimPolicy", ""),
        obj.get("volumeBindingMode", ""),
        bool(obj.get("allowVolumeExpansion")),
        age(obj, now),
    ]


def _attachment(obj: Object, now: datetime) -> list[Any]:
    spec = obj.get("spec") or {}
    return [
        meta.name(obj),
        spec.get("attacher", ""),
        meta.dig(spec, "source", "persistentVolumeName", default=""),
        spec.get("nodeName", ""),
        bool(meta.dig(obj, "status", "attached")),
        age(obj, now),
    ]


_ATTRIBUTES: Final = {
    of: Column("VolumeAttributesClass", description=f"VolumeAttributesClass of the {of}")
    for of in ("pv", "pvc")
}

TABLES: Final[dict[tuple[str, str], Table]] = {
    ("", "PersistentVolume"): Table(
        (
            NAME_COLUMN,
            Column("Capacity", doc="core.v1.PersistentVolumeSpec.capacity"),
            Column("Access Modes", doc="core.v1.PersistentVolumeSpec.accessModes"),
            Column("Reclaim Policy", doc="core.v1.PersistentVolumeSpec.persistentVolumeReclaimPolicy"),
            Column("Status", doc="core.v1.PersistentVolumeStatus.phase"),
            Column("Claim", doc="core.v1.PersistentVolumeSpec.claimRef"),
            Column("StorageClass", description="StorageClass of the pv"),
            _ATTRIBUTES["pv"],
            Column("Reason", doc="core.v1.PersistentVolumeStatus.reason"),
            AGE_COLUMN,
            wide("VolumeMode", doc="core.v1.PersistentVolumeSpec.volumeMode"),
        ),
        _volume,
    ),
    ("", "PersistentVolumeClaim"): Table(
        (
            NAME_COLUMN,
            Column("Status", doc="core.v1.PersistentVolumeClaimStatus.phase"),
            Column("Volume", doc="core.v1.PersistentVolumeClaimSpec.volumeName"),
            Column("Capacity", doc="core.v1.PersistentVolumeClaimStatus.capacity"),
            Column("Access Modes", doc="core.v1.PersistentVolumeClaimStatus.accessModes"),
            Column("StorageClass", description="StorageClass of the pvc"),
            _ATTRIBUTES["pvc"],
            AGE_COLUMN,
            wide("VolumeMode", doc="core.v1.PersistentVolumeClaimSpec.volumeMode"),
        ),
        _claim,
    ),
    ("storage.k8s.io", "StorageClass"): Table(
        (
            NAME_COLUMN,
            Column("Provisioner", doc="storage.v1.StorageClass.provisioner"),
            Column("ReclaimPolicy", doc="storage.v1.StorageClass.reclaimPolicy"),
            Column("VolumeBindingMode", doc="storage.v1.StorageClass.volumeBindingMode"),
            Column("AllowVolumeExpansion", doc="storage.v1.StorageClass.allowVolumeExpansion"),
            AGE_COLUMN,
        ),
        _class,
    ),
    ("storage.k8s.io", "VolumeAttachment"): Table(
        (
            NAME_COLUMN,
            Column("Attacher", format="name", doc="storage.v1.VolumeAttachmentSpec.attacher"),
            Column("PV", doc="storage.v1.VolumeAttachmentSource.persistentVolumeName"),
            Column("Node", doc="storage.v1.VolumeAttachmentSpec.nodeName"),
            Column("Attached", "boolean", doc="storage.v1.VolumeAttachmentStatus.attached"),
            AGE_COLUMN,
        ),
        _attachment,
    ),
}
