"""Devices, which drivers publish and pods claim.

Follows pkg/apis/resource/v1/defaults.go and pkg/registry/resource.
"""

from __future__ import annotations

from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.strategies.base import Builtin, StatusBuiltin
from karmada_nb.engine.apiserver.strategies.filling import drop, each, fill, filler, put, within
from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.apiserver.validation.devices import validate_claim, validate_class, validate_slice
from karmada_nb.engine.apiserver.validation.volumes import validate_template_metadata
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object

_EXACT: Final = "ExactCount"
_EQUAL: Final = filler({"operator": "Equal"})
_OFF: Final = ("ints", "bools", "strings", "versions")
"""Fields that belong to a feature which is off: DRAListTypeAttributes."""


class ResourceClaim(StatusBuiltin):
    generational = False

    def default(self, obj: Object) -> Object:
        return within(obj, "spec", _default_claim)

    def validate(self, obj: Object) -> list[Cause]:
        return validate_claim(meta.dig(obj, "spec", "devices", default={}), "spec.devices")

    def validate_update(self, obj: Object, old: Object) -> list[Cause]:
        """Nothing of what is claimed changes."""
        struct = "resource/v1.ResourceClaimSpec"
        changed = field.immutable_struct("spec", struct, obj.get("spec"), old.get("spec"))
        return changed + self.validate(obj)


class ResourceClaimTemplate(Builtin):
    def default(self, obj: Object) -> Object:
        return within(obj, "spec", lambda spec: within(spec, "spec", _default_claim))

    def validate(self, obj: Object) -> list[Cause]:
        spec = obj.get("spec") or {}
        causes = validate_template_metadata(spec.get("metadata") or {}, "spec.metadata")
        return causes + validate_claim(meta.dig(spec, "spec", "devices", default={}), "spec.spec.devices")

    def validate_update(self, obj: Object, old: Object) -> list[Cause]:
        struct = "resource/v1.ResourceClaimTemplateSpec"
        changed = field.immutable_struct("spec", struct, obj.get("spec"), old.get("spec"))
        return changed + self.validate(obj)


class DeviceClass(Builtin):
    generational = True

    def validate(self, obj: Object) -> list[Cause]:
        return validate_class(obj.get("spec") or {}, "spec")


class ResourceSlice(Builtin):
    generational = True
    selectable = ("spec.nodeName", "spec.driver")

    def prepare_create(self, obj: Object) -> Object:
        now = meta.metadata(obj).get("creationTimestamp")

        def stamp(taint: Object) -> Object:
            return fill(taint, {"timeAdded": now}) if now else taint

        def complete(device: Object) -> Object:
            return each(_without_lists(device), "taints", stamp)

        return within(obj, "spec", lambda spec: each(spec, "devices", complete))

    def validate(self, obj: Object) -> list[Cause]:
        return validate_slice(obj.get("spec") or {}, "spec")

    def validate_update(self, obj: Object, old: Object) -> list[Cause]:
        causes = self.validate(obj)
        for path in (("pool", "name"), ("driver",), ("nodeName",)):
            new, was = meta.dig(obj, "spec", *path), meta.dig(old, "spec", *path)
            causes += field.immutable(".".join(("spec", *path)), new, was)
        return causes

    def warnings(self, obj: Object, old: Object | None) -> list[str]:
        name = meta.dig(obj, "spec", "driver", default="")
        if name == name.lower() or (old is not None and meta.dig(old, "spec", "driver") == name):
            return []
        return [
            f"spec.driver: driver names should be lowercase; {field.show(name)} contains uppercase characters"
        ]


def _default_claim(spec: Object) -> Object:
    return within(spec, "devices", lambda devices: each(devices, "requests", _default_request))


def _default_request(request: Object) -> Object:
    request = each(request, "firstAvailable", _default_count)
    return request if request.get("exactly") is None else within(request, "exactly", _default_count)


def _default_count(request: Object) -> Object:
    """One device, where nothing is said of how many."""
    if not request.get("allocationMode"):
        request = {**request, "allocationMode": _EXACT}
    if request["allocationMode"] == _EXACT and not request.get("count"):
        request = {**request, "count": 1}
    return each(request, "tolerations", _EQUAL)


def _without_lists(device: Object) -> Object:
    attributes = device.get("attributes")
    if not attributes:
        return device
    return put(device, "attributes", {name: drop(value, *_OFF) for name, value in attributes.items()})
