"""To which pods a quota applies.

Follows validateResourceQuotaScopes and validateScopedResourceSelectorRequirement in
pkg/apis/core/validation/validation.go.
"""

from __future__ import annotations

from typing import Final

from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object

_SCOPES: Final = frozenset(
    {
        "BestEffort", "CrossNamespacePodAffinity", "NotBestEffort", "NotTerminating", "PriorityClass",
        "Terminating", "VolumeAttributesClass",
    }
)  # fmt: skip
_EXISTING: Final = _SCOPES - {"PriorityClass", "VolumeAttributesClass"}
_COMPUTE: Final = frozenset(
    {"cpu", "memory", "limits.cpu", "limits.memory", "requests.cpu", "requests.memory"}
)
_NOT_FOR_SCOPES: Final = frozenset(
    {
        "services", "secrets", "configmaps", "resourcequotas", "replicationcontrollers",
        "persistentvolumeclaims", "requests.storage", "services.nodeports", "services.loadbalancers",
        "ephemeral-storage",
        "requests.ephemeral-storage", "limits.ephemeral-storage",
    }
)  # fmt: skip
_PAIRS: Final = ({"BestEffort", "NotBestEffort"}, {"Terminating", "NotTerminating"})
_MUST_EXIST: Final = (
    "must be 'Exist' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, "
    "ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or "
    "ResourceQuotaScopeCrossNamespacePodAffinity"
)


def validate_scopes(spec: Object) -> list[Cause]:
    """``spec.scopes`` and ``spec.scopeSelector``."""
    scopes = spec.get("scopes") or []
    causes: list[Cause] = []
    for scope in scopes:
        if scope not in _SCOPES:
            causes.append(field.invalid("spec.scopes", scopes, "unsupported scope"))
        causes += [
            field.invalid("spec.scopes", scopes, "unsupported scope applied to resource")
            for name in sorted(spec.get("hard") or {})
            if not _applies(scope, name)
        ]
    for pair in _PAIRS:
        if pair <= set(scopes):
            causes.append(field.invalid("spec.scopes", scopes, "conflicting scopes"))
    at = "spec.scopeSelector.matchExpressions"
    for requirement in (spec.get("scopeSelector") or {}).get("matchExpressions") or ():
        causes += _requirement(requirement, at)
    return causes


def _applies(scope: str, name: str) -> bool:
    """A scope says something of pods; that of best effort of their number alone."""
    if name in _NOT_FOR_SCOPES:
        return scope == "VolumeAttributesClass"
    return scope != "BestEffort" or name not in _COMPUTE


def _requirement(requirement: Object, path: str) -> list[Cause]:
    scope, operator = requirement.get("scopeName", ""), requirement.get("operator", "")
    values = requirement.get("values") or []
    causes: list[Cause] = []
    if scope not in _SCOPES:
        causes.append(field.invalid(f"{path}.scopeName", scope, "unsupported scope"))
    if scope in _EXISTING and operator != "Exists":
        causes.append(field.invalid(f"{path}.operator", operator, _MUST_EXIST))
    if operator in ("In", "NotIn"):
        if not values:
            why = "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector"
            causes.append(field.required(f"{path}.values", why))
    elif operator in ("Exists", "DoesNotExist"):
        if values:
            why = "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector"
            causes.append(field.invalid(f"{path}.values", values, why))
    else:
        causes.append(field.invalid(f"{path}.operator", operator, "not a valid selector operator"))
    return causes
