"""Namespaces.

Follows pkg/apis/core/v1/defaults.go and pkg/registry/core/namespace/strategy.go.
"""

from __future__ import annotations

from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.strategies.base import StatusBuiltin
from karmada_nb.engine.apiserver.strategies.filling import put, within
from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.apiserver.validation.metadata import known_finalizer
from karmada_nb.engine.apiserver.validation.names import dns_label, qualified_name
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object

NAME_LABEL: Final = "kubernetes.io/metadata.name"
_FINALIZER: Final = "kubernetes"


class Namespace(StatusBuiltin):
    """Lives on until the finalizers in its spec are gone; these change through ``finalize`` only."""

    generational = False
    blank_status = {"phase": "Active"}
    selectable = ("status.phase",)

    def default(self, obj: Object) -> Object:
        name, labels = meta.name(obj), meta.labels(obj)
        if name and labels.get(NAME_LABEL) != name:
            obj = meta.with_metadata(obj, labels={**labels, NAME_LABEL: name})
        return within(obj, "status", lambda status: put(status, "phase", status.get("phase") or "Active"))

    def prepare_create(self, obj: Object) -> Object:
        obj = self.default(super().prepare_create(obj))
        spec = obj.get("spec") or {}
        finalizers = spec.get("finalizers") or []
        if _FINALIZER in finalizers:
            return obj
        return {**obj, "spec": {**spec, "finalizers": [*finalizers, _FINALIZER]}}

    def prepare_update(self, obj: Object, old: Object) -> Object:
        obj = super().prepare_update(obj, old)
        return obj if "spec" not in old else put(obj, "spec", old["spec"])

    def validate_name(self, name: str) -> list[str]:
        return dns_label(name)

    def validate(self, obj: Object) -> list[Cause]:
        causes: list[Cause] = []
        path = "spec.finalizers"
        for finalizer in meta.dig(obj, "spec", "finalizers", default=[]):
            causes += field.each(path, finalizer, qualified_name(finalizer))
            causes += known_finalizer(finalizer, path)
        return causes

    def validate_status(self, obj: Object, old: Object) -> list[Cause]:
        phase, going = meta.dig(obj, "status", "phase"), meta.deleting(obj)
        if going and phase != "Terminating":
            why = "may only be 'Terminating' if `deletionTimestamp` is not empty"
            return [field.invalid("status.Phase", phase, why)]
        if not going and phase != "Active":
            why = "may only be 'Active' if `deletionTimestamp` is empty"
            return [field.invalid("status.Phase", phase, why)]
        return []

    def terminate(self, obj: Object) -> Object:
        return meta.replace(obj, ["status", "phase"], "Terminating")

    def held(self, obj: Object) -> bool:
        return bool(meta.dig(obj, "spec", "finalizers"))
