"""Which clusters a ``ClusterAffinity`` chooses: by name, exclusion, labels and fields.

Follows ``ClusterMatches`` in pkg/util/selector.go. An affinity is compiled once into a predicate and asked
for every cluster; an affinity with an invalid selector chooses none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from karmada_nb.engine.meta import Object
from karmada_nb.engine.selectors import Requirement, Selector

Matcher = Callable[[Object], bool]
"""Whether a Cluster is chosen."""

_NAME: Final = re.compile(r"[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?")
_PREFIX: Final = re.compile(r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*")
_INT64: Final = re.compile(r"[+-]?[0-9]+")


def _never(cluster: Object) -> bool:
    return False


def compile_affinity(affinity: Mapping[str, Any], *, single_zone: bool = False) -> Matcher:
    """The predicate of an affinity. ``single_zone`` reads ``spec.zone`` as v1.2 did, not ``spec.zones``."""
    names = frozenset(affinity.get("clusterNames") or ())
    excluded = frozenset(affinity.get("exclude") or ())
    labels = affinity.get("labelSelector")
    fields = affinity.get("fieldSelector")
    if labels is None and fields is None:
        if excluded:
            return lambda c: (n := c["metadata"]["name"]) not in excluded and (not names or n in names)
        return (lambda c: c["metadata"]["name"] in names) if names else (lambda c: True)
    try:
        by_label = None if labels is None else _label_selector(labels)
        by_field = None if fields is None else _fields_matcher(fields, single_zone)
    except ValueError:
        return _never

    def matches(cluster: Object) -> bool:
        metadata = cluster["metadata"]
        name = metadata["name"]
        if name in excluded or (names and name not in names):
            return False
        if by_label is not None and not by_label.matches(metadata.get("labels") or {}):
            return False
        return by_field is None or by_field(cluster)

    return matches


def cluster_matches(cluster: Object, affinity: Mapping[str, Any]) -> bool:
    """Whether one affinity chooses one cluster."""
    return compile_affinity(affinity)(cluster)


def requirement(key: str, operator: str, values: Iterable[str]) -> Requirement:
    """A selector term that passed ``labels.NewRequirement``. Raises ValueError where that refuses it."""
    values = tuple(values)
    prefix, slash, name = key.rpartition("/")
    if slash and (len(prefix) > 253 or not _PREFIX.fullmatch(prefix)):
        raise ValueError(f'key: prefix part must be a DNS subdomain, found "{prefix}"')
    if len(name) > 63 or not _NAME.fullmatch(name):
        raise ValueError(f'key: name part must be a qualified name of at most 63 characters, found "{name}"')
    match operator:
        case "In" | "NotIn":
            valid = len(values) > 0
        case "Exists" | "DoesNotExist":
            valid = len(values) == 0
        case "Gt" | "Lt":
            valid = len(values) == 1 and _is_int64(values[0])
        case _:
            raise ValueError(f'"{operator}" is not a valid selector operator')
    if not valid:
        raise ValueError(f"values: operator {operator} does not take {list(values)}")
    for value in values:
        if value and (len(value) > 63 or not _NAME.fullmatch(value)):
            raise ValueError(f'values: expected a label value, found "{value}"')
    return Requirement(key, operator, values)


def _is_int64(text: str) -> bool:
    return _INT64.fullmatch(text) is not None and -(2**63) <= int(text) < 2**63


def _label_selector(selector: Mapping[str, Any]) -> Selector:
    terms = [requirement(k, "In", (v,)) for k, v in (selector.get("matchLabels") or {}).items()]
    for item in selector.get("matchExpressions") or ():
        operator = item.get("operator", "")
        if operator in ("Gt", "Lt"):
            raise ValueError(f'"{operator}" is not a valid label selector operator')
        terms.append(requirement(item.get("key", ""), operator, item.get("values") or ()))
    return Selector(tuple(terms))


def _fields_matcher(selector: Mapping[str, Any], single_zone: bool) -> Matcher:
    expressions = selector.get("matchExpressions") or ()
    if single_zone and not expressions:
        return _never
    on_zones = [] if single_zone else [e for e in expressions if e.get("key") == "zone"]
    terms = tuple(
        requirement(e.get("key", ""), e.get("operator", ""), e.get("values") or ())
        for e in expressions
        if single_zone or e.get("key") != "zone"
    )
    known = ("provider", "region", "zone") if single_zone else ("provider", "region")
    on_fields = Selector(terms)

    def matches(cluster: Object) -> bool:
        spec = cluster.get("spec") or {}
        zones = spec.get("zones") or ()
        if not all(_match_zones(e, zones) for e in on_zones):
            return False
        return on_fields.matches({field: spec[field] for field in known if spec.get(field)})

    return matches


def _match_zones(expression: Mapping[str, Any], zones: Iterable[str]) -> bool:
    zones = frozenset(zones)
    values = expression.get("values") or ()
    match expression.get("operator"):
        case "In":
            return not zones.isdisjoint(values)
        case "NotIn":
            return zones.isdisjoint(values)
        case "Exists":
            return bool(zones)
        case "DoesNotExist":
            return not zones
    return False
