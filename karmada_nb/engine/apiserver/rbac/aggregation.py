"""Cluster roles that gather the rules of others.

Follows pkg/controller/clusterroleaggregation/clusterroleaggregation_controller.go. What decides is here; the
controller that writes it down is among the controllers.
"""

from collections.abc import Iterable

from karmada_nb.engine import meta, selectors
from karmada_nb.engine.meta import Object


def aggregated_rules(role: Object, roles: Iterable[Object]) -> list[Object]:
    """The rules that an aggregating role must have: those of all it selects, by name, none twice."""
    rule = role.get("aggregationRule") or {}
    wanted = [selectors.from_label_selector(s) for s in rule.get("clusterRoleSelectors") or ()]
    by_name = sorted(roles, key=meta.name)
    found: list[Object] = []
    for selector in wanted:
        for other in by_name:
            if meta.name(other) == meta.name(role) or not selector.matches(meta.labels(other)):
                continue
            found.extend(part for part in other.get("rules") or () if part not in found)
    return found
