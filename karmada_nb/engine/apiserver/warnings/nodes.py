"""Labels of nodes that have newer names. Follows pkg/api/node/util.go."""

from __future__ import annotations

from typing import Final

from karmada_nb.engine.apiserver.validation.names import label_value
from karmada_nb.engine.meta import Object

DEPRECATED: Final = {
    "beta.kubernetes.io/arch": 'deprecated since v1.14; use "kubernetes.io/arch" instead',
    "beta.kubernetes.io/os": 'deprecated since v1.14; use "kubernetes.io/os" instead',
    "failure-domain.beta.kubernetes.io/region": (
        'deprecated since v1.17; use "topology.kubernetes.io/region" instead'
    ),
    "failure-domain.beta.kubernetes.io/zone": (
        'deprecated since v1.17; use "topology.kubernetes.io/zone" instead'
    ),
    "beta.kubernetes.io/instance-type": (
        'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead'
    ),
    "app.kubernetes.io/created-by": "deprecated since v1.9",
    "scheduler.alpha.kubernetes.io/preferAvoidPods": (
        "deprecated since v1.22; use Taints and Tolerations instead"
    ),
    "node-role.kubernetes.io/master": 'use "node-role.kubernetes.io/control-plane" instead',
}


def of_term(term: Object, path: str, *, values: bool) -> list[str]:
    """A term of a node selector; ``values``: look at what labels are compared with, too."""
    found: list[str] = []
    for index, expression in enumerate(term.get("matchExpressions") or ()):
        key, at = expression.get("key", ""), f"{path}.matchExpressions[{index}]"
        if key in DEPRECATED:
            found.append(f"{at}.key: {key} is {DEPRECATED[key]}")
        for number, value in enumerate(expression.get("values") or () if values else ()):
            found += [f"{at}.values[{number}]: {value} is invalid, {why}" for why in label_value(value)]
    return found
