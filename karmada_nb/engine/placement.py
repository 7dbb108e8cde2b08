"""Whether a node is one that a pod asks for: its tolerations, its node selector, its node affinity. Pure.

Follows k8s.io/component-helpers scheduling/corev1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from karmada_nb.engine import meta
from karmada_nb.engine.meta import Object
from karmada_nb.engine.selectors import Requirement


def tolerates(tolerations: Sequence[Object], taint: Object) -> bool:
    """Whether one of the tolerations accepts the taint."""
    return any(toleration_matches(item, taint) for item in tolerations)


def toleration_matches(item: Object, taint: Object) -> bool:
    if item.get("effect") and item["effect"] != taint.get("effect"):
        return False
    if item.get("key") and item["key"] != taint.get("key"):
        return False
    operator = item.get("operator") or "Equal"
    return operator == "Exists" or bool(
        item.get("key") and (item.get("value") or "") == (taint.get("value") or "")
    )


def untolerated(pod_spec: Object, node: Object, *effects: str) -> Object | None:
    """The first taint of a node, of these effects, that a pod does not tolerate."""
    tolerations = pod_spec.get("tolerations") or []
    for taint in meta.dig(node, "spec", "taints", default=[]):
        if taint.get("effect") in effects and not tolerates(tolerations, taint):
            found: Object = taint
            return found
    return None


def matches_node(pod_spec: Object, labels: Mapping[str, str], name: str) -> bool:
    """``nodeSelector`` and required node affinity."""
    selector = pod_spec.get("nodeSelector") or {}
    if not all(labels.get(k) == v for k, v in selector.items()):
        return False
    path = ("affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms")
    terms = meta.dig(pod_spec, *path)
    return terms is None or any(term_matches(term, labels, name) for term in terms)


def term_matches(term: Object, labels: Mapping[str, str], name: str) -> bool:
    """A NodeSelectorTerm; one without any requirement matches nothing."""
    expressions, fields = term.get("matchExpressions") or [], term.get("matchFields") or []
    if not expressions and not fields:
        return False
    names = {"metadata.name": name}
    return all(_requirement(e).matches(labels) for e in expressions) and all(
        _requirement(f).matches(names) for f in fields
    )


def _requirement(expression: Object) -> Requirement:
    return Requirement(expression["key"], expression["operator"], tuple(expression.get("values") or ()))
