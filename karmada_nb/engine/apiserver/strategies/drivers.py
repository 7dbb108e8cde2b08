"""What CSI drivers publish, and how volumes are attached.

Follows pkg/apis/storage/v1/defaults.go and pkg/apis/storage/validation/validation.go.
"""

from __future__ import annotations

from typing import Any, Final

from karmada_nb.engine.apiserver.strategies.base import Builtin, StatusBuiltin
from karmada_nb.engine.apiserver.strategies.filling import fill, within
from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.apiserver.validation.names import dns_subdomain, qualified_name
from karmada_nb.engine.apiserver.validation.resources import amount_of
from karmada_nb.engine.apiserver.validation.selector import validate_selector
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object

_DRIVER: Final[dict[str, Any]] = {
    "attachRequired": True,
    "podInfoOnMount": False,
    "storageCapacity": False,
    "fsGroupPolicy": "ReadWriteOnceWithFSType",
    "volumeLifecycleModes": ["Persistent"],
    "requiresRepublish": False,
    "seLinuxMount": False,
}
_MODES: Final = ("Ephemeral", "Persistent")
_GROUP_POLICIES: Final = ("File", "None", "ReadWriteOnceWithFSType")
_LONGEST_DRIVER: Final = 63
_LONGEST_NODE_ID: Final = 256


class CSIDriver(Builtin):
    generational = True

    def default(self, obj: Object) -> Object:
        return within(obj, "spec", lambda spec: fill(spec, _DRIVER))

    def validate(self, obj: Object) -> list[Cause]:
        spec = obj.get("spec") or {}
        causes: list[Cause] = []
        for index, mode in enumerate(spec.get("volumeLifecycleModes") or ()):
            if mode not in _MODES:
                at = f"spec.volumeLifecycleModes[{index}]"
                causes.append(field.not_supported(at, mode, tuple(reversed(_MODES))))
        policy = spec.get("fsGroupPolicy")
        if policy not in _GROUP_POLICIES:
            causes.append(field.not_supported("spec.fsGroupPolicy", policy, _GROUP_POLICIES))
        seen: set[str] = set()
        for index, request in enumerate(spec.get("tokenRequests") or ()):
            audience = request.get("audience", "")
            at = f"spec.tokenRequests[{index}].audience"
            if audience in seen:
                causes.append(field.duplicate(at, audience))
            seen.add(audience)
        return causes

    def validate_update(self, obj: Object, old: Object) -> list[Cause]:
        spec, before = obj.get("spec") or {}, old.get("spec") or {}
        causes = self.validate(obj)
        for name in ("attachRequired", "fsGroupPolicy", "volumeLifecycleModes"):
            causes += field.immutable(f"spec.{name}", spec.get(name), before.get(name))
        return causes


class CSINode(Builtin):
    def validate(self, obj: Object) -> list[Cause]:
        causes: list[Cause] = []
        seen: set[str] = set()
        for index, driver in enumerate((obj.get("spec") or {}).get("drivers") or ()):
            at, name = f"spec.drivers[{index}]", driver.get("name", "")
            causes += driver_name(name, f"{at}.name")
            node = driver.get("nodeID", "")
            if not node:
                causes.append(field.required(f"{at}.nodeID", str(node)))
            elif len(node) > _LONGEST_NODE_ID:
                why = f"must be {_LONGEST_NODE_ID} characters or less"
                causes.append(field.invalid(f"{at}.nodeID", node, why))
            count = (driver.get("allocatable") or {}).get("count")
            if count is not None and count < 0:
                causes.append(field.invalid(f"{at}.allocatable.count", count, field.NEGATIVE))
            causes += _topology(driver.get("topologyKeys") or (), at)
            if name in seen:
                causes.append(field.duplicate(f"{at}.name", name))
            seen.add(name)
        return causes

    def validate_update(self, obj: Object, old: Object) -> list[Cause]:
        causes = self.validate(obj)
        new = {d.get("name"): d for d in (obj.get("spec") or {}).get("drivers") or ()}
        for driver in (old.get("spec") or {}).get("drivers") or ():
            changed = new.get(driver.get("name"))
            if changed is not None and {**changed, "allocatable": 0} != {**driver, "allocatable": 0}:
                causes.append(field.invalid("spec.drivers", changed, field.IMMUTABLE))
        return causes


class VolumeAttachment(StatusBuiltin):
    blank_status = {"attached": False}

    def validate(self, obj: Object) -> list[Cause]:
        spec = obj.get("spec") or {}
        causes = driver_name(spec.get("attacher", ""), "spec.attacher")
        source = spec.get("source") or {}
        inline, name = source.get("inlineVolumeSpec"), source.get("persistentVolumeName")
        if inline is None and name is None:
            why = "must specify exactly one of inlineVolumeSpec and persistentVolumeName"
            causes.append(field.required("spec.source", why))
        elif inline is not None and name is not None:
            why = "must specify exactly one of inlineVolumeSpec and persistentVolumeName"
            causes.append(field.forbidden("spec.source", why))
        elif name == "":
            causes.append(
                field.required(
                    "spec.source.persistentVolumeName", "must specify non empty persistentVolumeName"
                )
            )
        node = spec.get("nodeName", "")
        return causes + field.each("spec.nodeName", node, dns_subdomain(node))

    def validate_update(self, obj: Object, old: Object) -> list[Cause]:
        if obj.get("spec") == old.get("spec"):
            return []
        return [field.invalid("spec", obj.get("spec"), field.IMMUTABLE)]


class CSIStorageCapacity(Builtin):
    def validate(self, obj: Object) -> list[Cause]:
        name = obj.get("storageClassName", "")
        causes = field.each("storageClassName", name, dns_subdomain(name))
        causes += validate_selector(obj.get("nodeTopology"), "nodeTopology")
        for amount in ("capacity", "maximumVolumeSize"):
            if obj.get(amount) is not None:
                causes += amount_of(obj[amount], amount)
        return causes

    def validate_update(self, obj: Object, old: Object) -> list[Cause]:
        causes = self.validate(obj)
        for name in ("nodeTopology", "storageClassName"):
            causes += field.immutable(name, obj.get(name), old.get(name))
        return causes


class VolumeAttributesClass(Builtin):
    def validate(self, obj: Object) -> list[Cause]:
        causes = driver_name(obj.get("driverName", ""), "driverName")
        if not obj.get("parameters"):
            causes.append(field.required("parameters", "must contain at least one key/value pair"))
        return causes

    def validate_update(self, obj: Object, old: Object) -> list[Cause]:
        causes: list[Cause] = []
        for name, shown in (("driverName", "driverName"), ("parameters", "parameters")):
            if (obj.get(name) or None) != (old.get(name) or None):
                causes.append(field.forbidden(shown, f"updates to {shown} are forbidden."))
        return causes


def driver_name(name: str, path: str) -> list[Cause]:
    """``ValidateCSIDriverName``."""
    if not name:
        return [field.required(path)]
    causes = [field.too_long(path, _LONGEST_DRIVER)] if len(name) > _LONGEST_DRIVER else []
    return causes + field.each(path, name, dns_subdomain(name.lower()))


def _topology(keys: Any, path: str) -> list[Cause]:
    causes: list[Cause] = []
    seen: set[str] = set()
    for key in keys:
        if not key or key in seen:
            at = f"{path}.topologyKeys"
            causes.append(field.duplicate(at, key) if key else field.required(at))
        seen.add(key)
        causes += field.each(path, key, qualified_name(key))
    return causes
