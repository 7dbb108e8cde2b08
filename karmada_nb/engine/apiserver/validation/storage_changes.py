"""What may change in volumes and claims.

Follows ValidatePersistentVolumeUpdate and ValidatePersistentVolumeClaimUpdate in
pkg/apis/core/validation/validation.go.
"""

from __future__ import annotations

from typing import Final

from karmada_nb.engine import meta, quantity
from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.apiserver.validation.internal import difference
from karmada_nb.engine.apiserver.validation.names import qualified_name
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object

_NOT_A_SOURCE: Final = frozenset(
    {
        "capacity", "accessModes", "claimRef", "persistentVolumeReclaimPolicy", "storageClassName",
        "mountOptions", "volumeMode", "nodeAffinity", "volumeAttributesClassName",
    }
)  # fmt: skip
"""The fields of a volume's spec that do not say where its contents are."""
_FROZEN: Final = (
    "spec is immutable after creation except resources.requests "
    "and volumeAttributesClassName for bound claims"
)
_STEPS: Final = (
    "ControllerResizeInProgress",
    "ControllerResizeInfeasible",
    "NodeResizeInProgress",
    "NodeResizeInfeasible",
    "NodeResizePending",
)
_CLASS: Final = "volumeAttributesClassName"
_STORAGE: Final = ("resources", "requests", "storage")


def volume_changes(spec: Object, before: Object) -> list[Cause]:
    old, new = (
        {name: value for name, value in said.items() if name not in _NOT_A_SOURCE} for said in (before, spec)
    )
    if "csi" in old and "csi" in new and "controllerExpandSecretRef" not in old["csi"]:
        new = {**new, "csi": {k: v for k, v in new["csi"].items() if k != "controllerExpandSecretRef"}}
    causes: list[Cause] = []
    if old != new:
        why = "spec.persistentvolumesource is immutable after creation\n"
        why += difference("core/v1.PersistentVolumeSource", old, new)
        causes.append(field.forbidden("spec.persistentvolumesource", why))
    causes += field.immutable("volumeMode", spec.get("volumeMode"), before.get("volumeMode"))
    if before.get(_CLASS) is not None and spec.get(_CLASS) is None:
        causes.append(field.forbidden(f"spec.{_CLASS}", "update from non-nil value to nil is forbidden"))
    return causes


def claim_changes(obj: Object, old: Object) -> list[Cause]:
    """A bound claim may grow and change its class of attributes; one that is not may be bound."""
    spec, before = obj.get("spec") or {}, old.get("spec") or {}
    causes: list[Cause] = []
    wanted, allowed = spec, before
    if not before.get("volumeName") and spec.get("volumeName"):
        allowed = {**allowed, "volumeName": spec["volumeName"]}
    if spec.get("storageClassName") is not None and before.get("storageClassName") is None:
        allowed = {**allowed, "storageClassName": spec["storageClassName"]}
    if meta.dig(obj, "status", "phase") == "Bound":
        amount = meta.dig(before, *_STORAGE)
        if amount is not None and meta.dig(spec, "resources", "requests") is not None:
            wanted = meta.replace(wanted, list(_STORAGE), amount)
        if spec.get(_CLASS) is not None:
            allowed = {**allowed, _CLASS: spec[_CLASS]}
    if wanted != allowed:
        told = difference("core/v1.PersistentVolumeClaimSpec", allowed, wanted)
        causes.append(field.forbidden("spec", f"{_FROZEN}\n{told}"))
    causes += _shrunk(spec, before, old)
    causes += field.immutable("volumeMode", spec.get("volumeMode"), before.get("volumeMode"))
    return causes + _class_taken(spec, old)


def claim_status(status: Object) -> list[Cause]:
    """What has been given, and how far a change of size has come."""
    causes: list[Cause] = []
    for kind in ("capacity", "allocatedResources"):
        for name, amount in (status.get(kind) or {}).items():
            named = [] if kind == "capacity" else _storage_only(name, f"status.{kind}")
            causes += named or sound_amount(amount, f"status.{kind}[{name}]")
    path = "status.allocatedResourceStatuses"
    for name, step in (status.get("allocatedResourceStatuses") or {}).items():
        causes += _storage_only(name, path)
        if step not in _STEPS:
            causes.append(field.not_supported(path, name, _STEPS))
    return causes


def _storage_only(name: str, path: str) -> list[Cause]:
    complaints = field.each(path, name, qualified_name(name))
    if complaints or "/" in name or name == "storage":
        return complaints
    return [field.not_supported(path, name, ("storage",))]


def sound_amount(amount: str, path: str) -> list[Cause]:
    """``validateBasicResource``."""
    value = quantity.value(amount)
    return [field.invalid(path, value, "must be a valid resource quantity")] if value < 0 else []


def _shrunk(spec: Object, before: Object, old: Object) -> list[Cause]:
    """A claim that cannot grow may take back what it asked for, but not what it has."""
    new, was, has = (
        quantity.parse(amount or "0")
        for amount in (
            meta.dig(spec, *_STORAGE),
            meta.dig(before, *_STORAGE),
            meta.dig(old, "status", "capacity", "storage"),
        )
    )
    if new >= was or new > has:
        return []
    return [field.forbidden("spec.resources.requests.storage", "field can not be less than status.capacity")]


def _class_taken(spec: Object, old: Object) -> list[Cause]:
    name = spec.get(_CLASS)
    if meta.dig(old, "status", "currentVolumeAttributesClassName") is None or name:
        return []
    what = "nil" if name is None else "empty string"
    why = f"update to {what} is forbidden when status.currentVolumeAttributesClassName is not nil"
    return [field.forbidden(f"spec.{_CLASS}", why)]
