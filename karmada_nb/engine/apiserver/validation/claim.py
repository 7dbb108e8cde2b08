"""What somebody asks of storage: a PersistentVolumeClaim's spec, on its own or in a pod.

Follows ValidatePersistentVolumeClaimSpec in pkg/apis/core/validation/validation.go.
"""

from __future__ import annotations

from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.apiserver.validation.names import dns_subdomain
from karmada_nb.engine.apiserver.validation.resources import amount_of
from karmada_nb.engine.apiserver.validation.selector import validate_selector
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object

_MODES: Final = ("ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod")


def validate_access_modes(spec: Object, path: str) -> list[Cause]:
    """``accessModes`` of a claim or of a volume."""
    modes = spec.get("accessModes") or []
    causes = [field.not_supported(path, mode, _MODES) for mode in modes if mode not in _MODES]
    if "ReadWriteOncePod" in modes and len(modes) > 1:
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
    amount = meta.dig(spec, "resources", "requests", "storage")
    if amount is None:
        causes.append(field.required(f"{path}.resources[storage]"))
    else:
        causes += amount_of(amount, f"{path}.resources[storage]")
        if not causes and str(amount) == "0":
            why = "must be greater than zero"
            causes.append(field.invalid(f"{path}.resources[storage]", "0", why))
    name = spec.get("storageClassName")
    if name:
        causes += field.each(f"{path}.storageClassName", name, dns_subdomain(name))
    mode = spec.get("volumeMode")
    if mode is not None and mode not in ("Block", "Filesystem"):
        causes.append(field.not_supported(f"{path}.volumeMode", mode, ("Block", "Filesystem")))
    return causes
