"""Names of drivers, of volumes and of devices. Follows ValidateCSIDriverName in pkg/apis/core/validation."""

from __future__ import annotations

from typing import Final

from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.apiserver.validation.names import dns_subdomain
from karmada_nb.engine.errors import Cause

_LONGEST: Final = 63


def driver_name(name: str, path: str) -> list[Cause]:
    """A subdomain that is there, is not too long, and may have capitals."""
    if not name:
        return [field.required(path)]
    causes = [field.too_long(path, _LONGEST)] if len(name) > _LONGEST else []
    return causes + field.each(path, name, dns_subdomain(name.lower()))
