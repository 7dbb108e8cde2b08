"""What somebody asks of storage: a PersistentVolumeClaim's spec, on its own or in a pod.

Follows ValidatePersistentVolumeClaimSpec in pkg/apis/core/validation/validation.go.
"""

from __future__ import annotations

from typing import Final

from karmada_nb.engine import meta, quantity
from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.apiserver.validation.names import dns_label, dns_subdomain
from karmada_nb.engine.apiserver.validation.selector import validate_selector
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object

_MODES: Final = ("ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod")


def validate_access_modes(spec: Object, path: str) -> list[Cause]:
    """``accessModes`` of a claim or of a volume."""
    modes = spec.get("accessModes") or []
    causes = [field.not_supported(path, mode, _MODES) for mode in modes if mode not in _MODES]
    if "ReadWriteOncePod" in modes and any(mode in _MODES[:3] for mode in modes):
        why = "may not use ReadWriteOncePod with other access modes"
        causes.append(field.forbidden(path, why))
    return causes


def validate_claim_spec(spec: Object, path: str) -> list[Cause]:
    """``ValidatePersistentVolumeClaimSpec``."""
    causes: list[Cause] = []
    if not spec.get("accessModes"):
        causes.append(field.required(f"{path}.accessModes", "at least 1 access mode is required"))
    causes += validate_selector(spec.get("selector"), f"{path}.selector")
    causes += validate_access_modes(spec, f"{path}.accessModes")
    amount, at = meta.dig(spec, "resources", "requests", "storage"), f"{path}.resources[storage]"
    if amount is None:
        causes.append(field.required(at))
    elif quantity.parse(amount) <= 0:
        causes.append(field.invalid(at, str(amount), "must be greater than zero"))
    for name in ("storageClassName", "volumeMode", "volumeAttributesClassName"):
        value = spec.get(name)
        if name == "volumeMode":
            causes += field.optional(f"{path}.{name}", value, ("Block", "Filesystem"))
            causes += _sources(spec, path)
        elif value:
            causes += field.each(f"{path}.{name}", value, dns_subdomain(value))
    return causes


def _sources(spec: Object, path: str) -> list[Cause]:
    """``dataSource`` and ``dataSourceRef``: where the first contents come from.

    Upstream's message shows an empty struct for the value.
    """
    source, reference = spec.get("dataSource"), spec.get("dataSourceRef")
    causes = _source(source, f"{path}.dataSource") if source is not None else []
    if reference is None:
        return causes
    causes += _source(reference, f"{path}.dataSourceRef")
    namespace = reference.get("namespace")
    if namespace:
        causes += field.each(f"{path}.dataSourceRef.namespace", namespace, dns_label(namespace))
    if source is None:
        return causes
    if namespace:
        why = "may not be specified when dataSourceRef.namespace is specified"
    elif all(source.get(name) == reference.get(name) for name in ("apiGroup", "kind", "name")):
        return causes
    else:
        why = "must match dataSourceRef"
    return [*causes, field.invalid(path, {}, why)]


def _source(source: Object, path: str) -> list[Cause]:
    causes = [field.required(f"{path}.{name}") for name in ("name", "kind") if not source.get(name)]
    group, kind = source.get("apiGroup"), source.get("kind", "")
    if not group and kind != "PersistentVolumeClaim":
        why = "must be 'PersistentVolumeClaim' when referencing the default apiGroup"
        causes.append(field.invalid(path, kind, why))
    return causes + (field.each(f"{path}.apiGroup", group, dns_subdomain(group)) if group else [])
