"""PersistentVolumes and their claims.

Follows pkg/apis/core/v1/defaults.go and the validation beside it.
"""

from __future__ import annotations

from typing import Final

from karmada_nb.engine import meta, quantity
from karmada_nb.engine.apiserver.strategies.base import StatusBuiltin
from karmada_nb.engine.apiserver.strategies.filling import drop, fill, filler, within
from karmada_nb.engine.apiserver.strategies.podspec import default_claim_spec, rounded
from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.apiserver.validation.claim import validate_access_modes, validate_claim_spec
from karmada_nb.engine.apiserver.validation.resources import amount_of
from karmada_nb.engine.apiserver.validation.scheduling import validate_node_selector
from karmada_nb.engine.apiserver.validation.storage_changes import (
    NOT_A_SOURCE,
    claim_changes,
    claim_status,
    volume_changes,
)
from karmada_nb.engine.apiserver.validation.volumes import (
    validate_csi,
    validate_host_path,
    validate_nfs,
)
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object

_POLICIES: Final = ("Delete", "Recycle", "Retain")
_KNOWN_SOURCES: Final = {("", "PersistentVolumeClaim"), ("snapshot.storage.k8s.io", "VolumeSnapshot")}
_CLASS_ANNOTATION: Final = "volume.beta.kubernetes.io/storage-class"
_CLASS_WARNING: Final = 'deprecated since v1.8; use "storageClassName" attribute instead'


class PersistentVolume(StatusBuiltin):
    generational = False
    returns_deleted = True

    def default(self, obj: Object) -> Object:
        obj = within(obj, "status", filler({"phase": "Pending"}))
        return within(obj, "spec", _default_volume)

    def initial_status(self, obj: Object) -> Object:
        since = meta.metadata(obj).get("creationTimestamp")
        return {**obj, "status": {"phase": "Pending", "lastPhaseTransitionTime": since}}

    def validate(self, obj: Object) -> list[Cause]:
        spec = obj.get("spec") or {}
        causes: list[Cause] = []
        if not spec.get("accessModes"):
            causes.append(field.required("spec.accessModes"))
        causes += validate_access_modes(spec, "spec.accessModes")
        capacity = spec.get("capacity") or {}
        if not capacity:
            causes.append(field.required("spec.capacity"))
        if set(capacity) != {"storage"}:
            causes.append(field.not_supported("spec.capacity", _internal(capacity), ("storage",)))
        for name, amount in capacity.items():
            causes += amount_of(amount, f"spec.capacity[{name}]")
        causes += field.one_of(
            "spec.persistentVolumeReclaimPolicy", spec.get("persistentVolumeReclaimPolicy"), _POLICIES
        )
        required = meta.dig(spec, "nodeAffinity", "required")
        if required is not None:
            causes += validate_node_selector(required, "spec.nodeAffinity.required")
        return causes + _volume_source(spec)

    def validate_update(self, obj: Object, old: Object) -> list[Cause]:
        spec, before = obj.get("spec") or {}, old.get("spec") or {}
        if spec is before or spec == before:
            return []
        causes = self.validate(obj)
        return causes + volume_changes(spec, before)


class PersistentVolumeClaim(StatusBuiltin):
    generational = False
    returns_deleted = True
    blank_status = {"phase": "Pending"}

    def default(self, obj: Object) -> Object:
        obj = within(obj, "status", _default_claim_status)
        return within(obj, "spec", default_claim_spec)

    def prepare_create(self, obj: Object) -> Object:
        return within(super().prepare_create(obj), "spec", lambda spec: with_sources(spec, None))

    def prepare_update(self, obj: Object, old: Object) -> Object:
        obj = super().prepare_update(obj, old)
        return within(obj, "spec", lambda spec: with_sources(spec, old.get("spec") or {}))

    def validate_status(self, obj: Object, old: Object) -> list[Cause]:
        return claim_status(obj.get("status") or {})

    def validate(self, obj: Object) -> list[Cause]:
        return validate_claim_spec(obj.get("spec") or {}, "spec")

    def validate_update(self, obj: Object, old: Object) -> list[Cause]:
        spec, before = obj.get("spec") or {}, old.get("spec") or {}
        if spec is before or spec == before:
            return []
        return validate_claim_spec(spec, "spec") + claim_changes(obj, old)

    def warnings(self, obj: Object, old: Object | None) -> list[str]:
        found: list[str] = []
        if _CLASS_ANNOTATION in meta.annotations(obj):
            found.append(f"metadata.annotations[{_CLASS_ANNOTATION}]: {_CLASS_WARNING}")
        for kind in ("requests", "limits"):
            amount = meta.dig(obj, "spec", "resources", kind, "storage")
            if amount is not None and quantity.milli(amount) % 1000:
                why = f'fractional byte value "{amount}" is invalid, must be an integer'
                found.append(f"spec.resources.{kind}[storage]: {why}")
        return found


def _default_claim_status(status: Object) -> Object:
    return within(fill(status, {"phase": "Pending"}), "capacity", rounded)


def with_sources(spec: Object, before: Object | None) -> Object:
    """``dataSource`` and ``dataSourceRef`` say the same; a source of no known kind was never heeded.

    ``before`` is the claim's spec until now: what it had is not taken away.
    """
    spec = _without_foreign(spec, before)
    source, reference = spec.get("dataSource"), spec.get("dataSourceRef")
    if source is not None and reference is None:
        return {**spec, "dataSourceRef": source}
    if reference is not None and source is None and not reference.get("namespace"):
        return {**spec, "dataSource": drop(reference, "namespace")}
    return spec


def _without_foreign(spec: Object, before: Object | None) -> Object:
    before = before or {}
    reference, source = spec.get("dataSourceRef"), spec.get("dataSource")
    if reference and reference.get("namespace") and before.get("dataSourceRef") is None:
        spec, reference = drop(spec, "dataSourceRef"), None
    if any(before.get(name) is not None for name in ("dataSource", "dataSourceRef")):
        return spec
    if reference is not None or source is None or _source_kind(source) in _KNOWN_SOURCES:
        return spec
    return drop(spec, "dataSource")


def _source_kind(source: Object) -> tuple[str, str]:
    return source.get("apiGroup") or "", source.get("kind", "")


def _default_volume(spec: Object) -> Object:
    spec = within(spec, "capacity", rounded)
    spec = within(spec, "hostPath", filler({"type": ""}))
    return fill(spec, {"persistentVolumeReclaimPolicy": "Retain", "volumeMode": "Filesystem"})


def _internal(amounts: Object) -> Object:
    return {name: str(amount) for name, amount in amounts.items()}


def _volume_source(spec: Object) -> list[Cause]:
    found = [name for name in spec if name not in NOT_A_SOURCE]
    if not found:
        return [field.required("spec", "must specify a volume type")]
    causes: list[Cause] = []
    for index, name in enumerate(found):
        path = f"spec.{name}"
        if index:
            causes.append(field.forbidden(path, "may not specify more than 1 volume type"))
        elif name == "hostPath":
            causes += validate_host_path(spec[name], path)
        elif name == "nfs":
            causes += validate_nfs(spec[name], path)
        elif name == "csi":
            causes += validate_csi(spec[name], path)
        elif name == "local" and meta.dig(spec, "nodeAffinity", "required") is None:
            causes.append(field.required("spec.nodeAffinity", "Local volume requires node affinity"))
    return causes
