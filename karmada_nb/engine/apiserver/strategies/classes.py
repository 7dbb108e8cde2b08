"""StorageClasses and VolumeAttributesClasses.

Follows pkg/apis/storage/v1/defaults.go and pkg/apis/storage/validation/validation.go.
"""

from __future__ import annotations

from typing import Final

from karmada_nb.engine.apiserver.strategies.base import Builtin
from karmada_nb.engine.apiserver.strategies.filling import complete
from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.apiserver.validation.storage_classes import (
    validate_parameters,
    validate_provisioner,
    validate_topologies,
)
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object

_DEFAULTS: Final = {"reclaimPolicy": "Delete", "volumeBindingMode": "Immediate"}
_POLICIES: Final = ("Delete", "Retain")
_MODES: Final = ("Immediate", "WaitForFirstConsumer")


class StorageClass(Builtin):
    returns_deleted = True

    def default(self, obj: Object) -> Object:
        return complete(obj, _DEFAULTS)

    def validate(self, obj: Object) -> list[Cause]:
        causes = validate_provisioner(obj.get("provisioner", ""), "provisioner")
        causes += validate_parameters(obj.get("parameters") or {})
        policy, mode = obj.get("reclaimPolicy"), obj.get("volumeBindingMode")
        if policy and policy not in _POLICIES:
            causes.append(field.not_supported("reclaimPolicy", policy, _POLICIES))
        if mode not in _MODES:
            causes.append(field.not_supported("volumeBindingMode", mode, _MODES))
        return causes + validate_topologies(obj.get("allowedTopologies") or [], "allowedTopologies")

    def validate_update(self, obj: Object, old: Object) -> list[Cause]:
        return [
            cause
            for name in ("parameters", "provisioner", "reclaimPolicy", "volumeBindingMode")
            for cause in field.immutable(name, obj.get(name), old.get(name))
        ]


class VolumeAttributesClass(Builtin):
    def validate(self, obj: Object) -> list[Cause]:
        parameters = obj.get("parameters") or {}
        causes = validate_provisioner(obj.get("driverName", ""), "driverName")
        causes += validate_parameters(parameters)
        if not parameters:
            causes.append(field.required("parameters", "must contain at least one key/value pair"))
        return causes

    def validate_update(self, obj: Object, old: Object) -> list[Cause]:
        causes = [
            field.forbidden(name, f"updates to {name} are forbidden.")
            for name in ("driverName", "parameters")
            if (obj.get(name) or None) != (old.get(name) or None)
        ]
        return causes + self.validate(obj)
