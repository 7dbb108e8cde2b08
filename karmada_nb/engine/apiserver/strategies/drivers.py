"""What CSI drivers publish, and how volumes are attached.

Follows pkg/apis/storage/v1/defaults.go and pkg/apis/storage/validation/validation.go.
"""

from __future__ import annotations

from typing import Any, Final

from karmada_nb.engine.apiserver.strategies.base import Builtin, StatusBuiltin
from karmada_nb.engine.apiserver.strategies.filling import drop, within
from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.apiserver.validation.drivers import driver_name
from karmada_nb.engine.apiserver.validation.names import between, dns_subdomain, qualified_name
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
_MODES: Final = ("Persistent", "Ephemeral")
_SHORTEST_PERIOD: Final = 10
_SHORTEST_TOKEN: Final = 600
_LONGEST_TOKEN: Final = 2**32
_OFF: Final = "preventPodSchedulingIfMissing"
"""A field that belongs to a feature which is off: VolumeLimitScaling."""
_LEAK: Final = (
    "spec.serviceAccountTokenInSecrets is unset; if supported by this CSI driver, set to true "
    "to prevent possible logging of tokens in volume attributes"
)
_GROUP_POLICIES: Final = ("File", "None", "ReadWriteOnceWithFSType")
_LONGEST_NODE_ID: Final = 256


class CSIDriver(Builtin):
    generational = True
    first_generation = 0

    def default(self, obj: Object) -> Object:
        return within(obj, "spec", _default_driver)

    def validate(self, obj: Object) -> list[Cause]:
        spec = obj.get("spec") or {}
        causes: list[Cause] = []
        policy = spec.get("fsGroupPolicy")
        if policy not in _GROUP_POLICIES:
            causes.append(field.not_supported("spec.fsGroupPolicy", policy, _GROUP_POLICIES))
        requests = spec.get("tokenRequests") or []
        causes += _token_requests(requests, "spec.tokenRequests")
        for mode in spec.get("volumeLifecycleModes") or ():
            if mode not in _MODES:
                causes.append(field.not_supported("spec.volumeLifecycleModes", mode, _MODES))
        period = spec.get("nodeAllocatableUpdatePeriodSeconds")
        if period is not None and period < _SHORTEST_PERIOD:
            at, why = "spec.nodeAllocatableUpdatePeriodSeconds", "must be greater than or equal to 10 seconds"
            causes.append(field.invalid(at, period, why))
        secret = spec.get("serviceAccountTokenInSecrets")
        if secret is not None and not requests:
            why = "serviceAccountTokenInSecrets is set but no tokenRequests are specified"
            causes.append(field.invalid("spec.serviceAccountTokenInSecrets", secret, why))
        return causes

    def prepare_create(self, obj: Object) -> Object:
        return within(obj, "spec", lambda spec: drop(spec, _OFF))

    def prepare_update(self, obj: Object, old: Object) -> Object:
        known = _OFF in (old.get("spec") or {})
        return obj if known else self.prepare_create(obj)

    def validate_update(self, obj: Object, old: Object) -> list[Cause]:
        spec, before = obj.get("spec") or {}, old.get("spec") or {}
        causes = self.validate(obj)
        for name, said in (("attachRequired", "attachedRequired"), ("volumeLifecycleModes",) * 2):
            if spec.get(name) != before.get(name):
                causes.append(field.invalid(f"spec.{said}", spec.get(name), field.IMMUTABLE))
        return causes

    def warnings(self, obj: Object, old: Object | None) -> list[str]:
        """Tokens end up where they may be logged; on an update only where that is new."""
        leaks = _leaks(obj) and (old is None or not _leaks(old))
        return [_LEAK] if leaks else []


def _default_driver(spec: Object) -> Object:
    """An empty text was said; an empty list was not."""
    missing = {name: value for name, value in _DRIVER.items() if spec.get(name) in (None, [])}
    return {**spec, **missing} if missing else spec


def _leaks(obj: Object) -> bool:
    spec = obj.get("spec") or {}
    return bool(spec.get("tokenRequests")) and spec.get("serviceAccountTokenInSecrets") is None


def _token_requests(requests: list[Object], path: str) -> list[Cause]:
    causes: list[Cause] = []
    seen: set[str] = set()
    for index, request in enumerate(requests):
        audience, seconds = request.get("audience", ""), request.get("expirationSeconds")
        at = f"{path}[{index}].expirationSeconds"
        if audience in seen:
            causes.append(field.duplicate(f"{path}[{index}].audience", audience))
        elif seconds is not None and seconds < _SHORTEST_TOKEN:
            causes.append(field.invalid(at, seconds, "may not specify a duration less than 10 minutes"))
        elif seconds is not None and seconds > _LONGEST_TOKEN:
            causes.append(field.invalid(at, seconds, "may not specify a duration larger than 2^32 seconds"))
        seen.add(audience)
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
                causes.append(field.required(f"{at}.nodeID"))
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
    generational = False
    blank_status = {"attached": False}
    status_keeps_metadata = True

    def validate(self, obj: Object) -> list[Cause]:
        spec = obj.get("spec") or {}
        causes = driver_name(spec.get("attacher", ""), "spec.attacher")
        source = spec.get("source") or {}
        inline, name = source.get("inlineVolumeSpec"), source.get("persistentVolumeName")
        if (inline is None) == (name is None):
            why = "must specify exactly one of inlineVolumeSpec and persistentVolumeName"
            refused = field.required if name is None else field.forbidden
            causes.append(refused("spec.source", why))
        elif name == "":
            why = "must specify non empty persistentVolumeName"
            causes.append(field.required("spec.source.persistentVolumeName", why))
        node = spec.get("nodeName", "")
        return causes + field.each("spec.nodeName", node, dns_subdomain(node))

    def validate_update(self, obj: Object, old: Object) -> list[Cause]:
        struct = "storage/v1.VolumeAttachmentSpec"
        return self.validate(obj) + field.immutable_struct("spec", struct, obj.get("spec"), old.get("spec"))

    def validate_status(self, obj: Object, old: Object) -> list[Cause]:
        causes: list[Cause] = []
        for name in ("attachError", "detachError"):
            code = ((obj.get("status") or {}).get(name) or {}).get("errorCode")
            if code is not None and code < 0:
                causes.append(field.invalid(f"status.{name}.errorCode", code, between(0, 2**31 - 1)))
        return causes


class CSIStorageCapacity(Builtin):
    def validate(self, obj: Object) -> list[Cause]:
        name = obj.get("storageClassName", "")
        causes = field.each("storageClassName", name, dns_subdomain(name))
        causes += validate_selector(obj.get("nodeTopology"), "nodeTopology")
        if obj.get("capacity") is not None:
            causes += amount_of(obj["capacity"], "capacity")
        return causes

    def validate_update(self, obj: Object, old: Object) -> list[Cause]:
        causes = self.validate(obj)
        for name in ("nodeTopology", "storageClassName"):
            causes += field.immutable(name, obj.get(name), old.get(name))
        return causes


def _topology(keys: Any, path: str) -> list[Cause]:
    causes: list[Cause] = []
    seen: set[str] = set()
    for key in keys:
        if not key or key in seen:
            causes.append(field.duplicate(path, key) if key in seen else field.required(path))
        seen.add(key)
        causes += field.each(path, key, qualified_name(key))
    return causes
