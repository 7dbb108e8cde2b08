"""Which objects a quota is about, by its scopes.

Follows podMatchesScopeFunc of pkg/quota/v1/evaluator/core/pods.go and pvcMatchesScopeFunc beside it.
"""

from __future__ import annotations

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.admission.quota_usage import concerned
from karmada_nb.engine.meta import Object
from karmada_nb.engine.selectors import Requirement


def applies(quota: Object, obj: Object, group: str, plural: str) -> bool:
    """Whether an object takes from a quota: something in it is of its kind, and every scope takes it in."""
    hard = meta.dig(quota, "spec", "hard", default={})
    return bool(concerned(hard, group, plural)) and all(
        _holds(scope, obj, group, plural) for scope in _scopes(quota.get("spec") or {})
    )


def ends(pod: Object) -> bool:
    """Whether a pod is of the scope Terminating."""
    seconds = meta.dig(pod, "spec", "activeDeadlineSeconds")
    return seconds is not None and seconds >= 0


def _scopes(spec: Object) -> list[Requirement]:
    said = meta.dig(spec, "scopeSelector", "matchExpressions", default=[])
    chosen = [Requirement(s["scopeName"], s["operator"], tuple(s.get("values") or ())) for s in said]
    return [*(Requirement(name, "Exists") for name in spec.get("scopes") or ()), *chosen]


def _holds(scope: Requirement, obj: Object, group: str, plural: str) -> bool:
    spec = obj.get("spec") or {}
    if (group, plural) == ("", "persistentvolumeclaims"):
        named = spec.get("volumeAttributesClassName")
        return scope.key == "VolumeAttributesClass" and _named(scope, named)
    if (group, plural) != ("", "pods"):
        return False
    match scope.key:
        case "PriorityClass":
            return _named(scope, spec.get("priorityClassName"))
        case "Terminating" | "NotTerminating":
            return ends(obj) == (scope.key == "Terminating")
        case "BestEffort" | "NotBestEffort":
            best: bool = meta.dig(obj, "status", "qosClass") == "BestEffort"
            return best == (scope.key == "BestEffort")
        case "CrossNamespacePodAffinity":
            return _looks_across(spec)
    return False


def _named(scope: Requirement, name: str | None) -> bool:
    return scope.matches({scope.key: name} if name else {})


def _looks_across(spec: Object) -> bool:
    """Whether an affinity to pods, or against them, is to pods of further namespaces."""
    for kind in ("podAffinity", "podAntiAffinity"):
        said = meta.dig(spec, "affinity", kind) or {}
        terms = [
            *(said.get("requiredDuringSchedulingIgnoredDuringExecution") or ()),
            *(
                t["podAffinityTerm"]
                for t in said.get("preferredDuringSchedulingIgnoredDuringExecution") or ()
            ),
        ]
        if any(term.get("namespaces") or term.get("namespaceSelector") is not None for term in terms):
            return True
    return False
