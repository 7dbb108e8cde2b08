"""Taints of clusters and the tolerations of placements.

Follows k8s.io/component-helpers scheduling/corev1/helpers.go and ToleratesTaint of k8s.io/api/core/v1. The
numeric operators Lt and Gt tolerate nothing: Karmada leaves them switched off.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from typing import Any

Taint = Mapping[str, Any]
Toleration = Mapping[str, Any]


def tolerates(toleration: Toleration, taint: Taint) -> bool:
    """Whether one toleration covers one taint."""
    effect, key = toleration.get("effect"), toleration.get("key")
    if effect and effect != taint.get("effect"):
        return False
    if key and key != taint.get("key"):
        return False
    match toleration.get("operator") or "Equal":
        case "Equal":
            return (toleration.get("value") or "") == (taint.get("value") or "")
        case "Exists":
            return True
    return False


def first_untolerated(
    taints: Iterable[Taint], tolerations: Iterable[Toleration], effects: Container[str]
) -> Taint | None:
    """The first taint with one of these effects that no toleration covers."""
    for taint in taints:
        if taint.get("effect") in effects and not any(tolerates(t, taint) for t in tolerations):
            return taint
    return None


def taint_text(taint: Taint) -> str:
    """``key=value:Effect``, without the parts that are empty."""
    key, value, effect = taint.get("key", ""), taint.get("value"), taint.get("effect")
    text = f"{key}={value}" if value else key
    if effect:
        return f"{text}:{effect}"
    return f"{text}:" if value else str(text)
