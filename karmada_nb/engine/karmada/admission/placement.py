"""What a placement must be.

Follows ``ValidatePlacement`` and its parts in pkg/util/validation/validation.go.
"""

from __future__ import annotations

from typing import Any

from karmada_nb.engine.apiserver.validation import field, names
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.karmada.admission import shapes
from karmada_nb.engine.karmada.admission.shapes import ordered
from karmada_nb.engine.meta import Object, dig


def validate_placement(placement: Object, path: str) -> list[Cause]:
    out: list[Cause] = []
    affinities = placement.get("clusterAffinities")
    if placement.get("clusterAffinity") is not None and affinities is not None:
        detail = "clusterAffinities cannot co-exist with clusterAffinity"
        out.append(field.invalid(path, ordered(placement, shapes.PLACEMENT), detail))
    overflow_allowed = is_overflow_scheduling_allowed(placement.get("replicaScheduling"))
    for index, term in enumerate(affinities or []):
        if term.get("overflowAffinities") is not None and not overflow_allowed:
            detail = (
                "overflowAffinities can only be used together with dynamic weight or aggregated scheduling"
            )
            shown = ordered(term["overflowAffinities"], shapes.OVERFLOW_AFFINITY)
            out.append(field.invalid(f"{path}.clusterAffinities[{index}].overflowAffinities", shown, detail))
    out += validate_cluster_affinity(placement.get("clusterAffinity"), f"{path}.clusterAffinity")
    out += _cluster_affinities(affinities or [], f"{path}.clusterAffinities")
    out += _spread_constraints(placement.get("spreadConstraints") or [], f"{path}.spreadConstraints")
    out += _workload_affinity(placement.get("workloadAffinity"), f"{path}.workloadAffinity")
    for index, toleration in enumerate(placement.get("clusterTolerations") or []):
        if toleration.get("operator") in ("Lt", "Gt"):
            where = f"{path}.clusterTolerations[{index}].operator"
            out.append(field.not_supported(where, toleration["operator"], ("", "Exists", "Equal")))
    return out


def is_overflow_scheduling_allowed(strategy: Object | None) -> bool:
    """Only replicas divided by dynamic weight, or aggregated, can spill over. Follows pkg/util/policy.go."""
    if strategy is None or strategy.get("replicaSchedulingType") != "Divided":
        return False
    preference = strategy.get("replicaDivisionPreference")
    if preference == "Weighted":
        return bool(dig(strategy, "weightPreference", "dynamicWeight"))
    return preference == "Aggregated"


def validate_cluster_affinity(affinity: Object | None, path: str) -> list[Cause]:
    complaint = field_selector_complaint(dig(affinity, "fieldSelector"))
    if affinity is None or not complaint:
        return []
    shown = ordered(affinity["fieldSelector"], shapes.FIELD_SELECTOR)
    return [field.invalid(f"{path}.fieldSelector", shown, complaint)]


def field_selector_complaint(selector: Object | None) -> str:
    """What is wrong with a field selector, empty for nothing. Only provider, region and zone can be asked."""
    for expression in (selector or {}).get("matchExpressions") or []:
        key, operator = expression.get("key", ""), expression.get("operator", "")
        if key not in ("provider", "region", "zone"):
            return f"unsupported key {field.show(key)}, must be provider, region, or zone"
        if operator not in ("In", "NotIn"):
            return f"unsupported operator {field.show(operator)}, must be In or NotIn"
    return ""


def _cluster_affinities(terms: list[Object], path: str) -> list[Cause]:
    out: list[Cause] = []
    seen: set[str] = set()
    for index, term in enumerate(terms):
        where, name = f"{path}[{index}]", term.get("affinityName", "")
        out += field.each(where, name, names.qualified_name(name))
        if name in seen:
            shown = ordered(terms, shapes.CLUSTER_AFFINITY_TERM)
            detail = "each affinity term in a policy must have a unique name"
            out.append(field.invalid(path, shown, detail))
        seen.add(name)
        out += validate_cluster_affinity(term, where)
        out += _overflow_affinities(term, where)
    return out


def _overflow_affinities(term: Object, path: str) -> list[Cause]:
    overflow = term.get("overflowAffinities")
    if overflow is None:
        return []
    out: list[Cause] = []
    path = f"{path}.overflowAffinities"
    if not _selects(term):
        detail = "overflowAffinities can only be used together with the inline ClusterAffinity"
        out.append(field.invalid(path, ordered(overflow, shapes.OVERFLOW_AFFINITY), detail))
    seen = {term.get("affinityName", "")}
    for index, item in enumerate(overflow):
        where, name = f"{path}[{index}].affinityName", item.get("affinityName", "")
        out += field.each(where, name, names.qualified_name(name))
        if name in seen:
            detail = (
                "overflow affinity name must be unique and must not duplicate the primary group's "
                "affinityName"
            )
            out.append(field.invalid(where, name, detail))
        seen.add(name)
        out += validate_cluster_affinity(item, f"{path}[{index}]")
    return out


def _selects(affinity: Object) -> bool:
    if affinity.get("labelSelector") is not None or affinity.get("fieldSelector") is not None:
        return True
    return bool(affinity.get("clusterNames") or affinity.get("exclude"))


def _spread_constraints(constraints: list[Object], path: str) -> list[Cause]:
    out: list[Cause] = []
    seen: dict[str, int] = {}
    for index, constraint in enumerate(constraints):
        by_field = constraint.get("spreadByField", "")
        shown = ordered(constraint, shapes.SPREAD_CONSTRAINT)
        out += [field.invalid(f"{path}[{index}]", shown, text) for text in _constraint_complaints(constraint)]
        if by_field:
            seen[by_field] = seen.get(by_field, 0) + 1
            if seen[by_field] == 2:
                every = ordered(constraints, shapes.SPREAD_CONSTRAINT)
                detail = f"multiple {by_field} spread constraints are not allowed"
                out.append(field.invalid(path, every, detail))
    if seen and "cluster" not in seen:
        detail = (
            "the cluster spread constraint must be enabled in one of the constraints in case of "
            "SpreadByField is enabled"
        )
        out.append(field.invalid(path, ordered(constraints, shapes.SPREAD_CONSTRAINT), detail))
    return out


def _constraint_complaints(constraint: Object) -> list[str]:
    least, most = constraint.get("minGroups") or 0, constraint.get("maxGroups") or 0
    out: list[str] = []
    if constraint.get("spreadByField") and constraint.get("spreadByLabel"):
        out.append("spreadByLabel should not co-exist with spreadByField")
    if least < 0:
        out.append("minGroups lower than 0 is not allowed")
    if most < 0:
        out.append("maxGroups lower than 0 is not allowed")
    if 0 < most < least:
        out.append("maxGroups lower than minGroups is not allowed")
    return out


def _workload_affinity(affinity: Object | None, path: str) -> list[Cause]:
    if affinity is None:
        return []
    out: list[Cause] = []
    keys: list[Any] = []
    for term in ("affinity", "antiAffinity"):
        if affinity.get(term) is not None:
            key = affinity[term].get("groupByLabelKey", "")
            keys.append(key)
            out += field.each(f"{path}.{term}.groupByLabelKey", key, names.qualified_name(key))
    if len(keys) == 2 and keys[0] == keys[1]:
        detail = "affinity and antiAffinity must not use the same groupByLabelKey"
        out.append(field.invalid(path, ordered(affinity, shapes.WORKLOAD_AFFINITY), detail))
    return out
