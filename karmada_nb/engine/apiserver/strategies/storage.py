"""PersistentVolumes and their claims.

Follows pkg/apis/core/v1/defaults.go and the validation beside it.
"""

from __future__ import annotations

from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.strategies.base import StatusBuiltin
from karmada_nb.engine.apiserver.strategies.filling import complete, drop, fill, filler, within
from karmada_nb.engine.apiserver.strategies.podspec import VOLUME_SOURCES, default_claim_spec, rounded
from karmada_nb.engine.apiserver.validation.claim import validate_claim_spec
from karmada_nb.engine.apiserver.validation.persistent_volumes import validate_volume
from karmada_nb.engine.apiserver.validation.storage_changes import claim_changes, claim_status, volume_changes
from karmada_nb.engine.apiserver.warnings.storage import of_persistent_volume, of_persistent_volume_claim
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object

_KNOWN_SOURCES: Final = {("", "PersistentVolumeClaim"), ("snapshot.storage.k8s.io", "VolumeSnapshot")}


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
        return validate_volume(obj)

    def validate_update(self, obj: Object, old: Object) -> list[Cause]:
        spec, before = obj.get("spec") or {}, old.get("spec") or {}
        if spec is before or spec == before:
            return []
        return self.validate(obj) + volume_changes(spec, before)

    def warnings(self, obj: Object, old: Object | None) -> list[str]:
        return of_persistent_volume(obj)


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
        return of_persistent_volume_claim(obj)


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
    for name in spec.keys() & VOLUME_SOURCES.keys():
        spec = within(spec, name, filler(VOLUME_SOURCES[name]))
    return complete(fill(spec, {"persistentVolumeReclaimPolicy": "Retain"}), {"volumeMode": "Filesystem"})
