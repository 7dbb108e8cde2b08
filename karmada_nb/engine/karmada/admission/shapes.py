"""The order in which Go writes the fields of the structs that error messages show.

Follows the type declarations in pkg/apis/policy/v1alpha1 and pkg/apis/cluster. A shape names the fields in
order, each with its own shape where it is a struct. ``!`` marks a field that is written even when it is
not set, as the zero that stands for its shape; ``*`` marks a pointer, which is written whenever it is set.
Fields that no shape names are not shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

Shape = Mapping[str, Any]

LABEL_SELECTOR: Final[Shape] = {
    "matchLabels": None,
    "matchExpressions": {"key!": "", "operator!": "", "values": None},
}
FIELD_SELECTOR: Final[Shape] = {"matchExpressions": {"key!": "", "operator!": "", "values": None}}
CLUSTER_AFFINITY: Final[Shape] = {
    "labelSelector*": LABEL_SELECTOR,
    "fieldSelector*": FIELD_SELECTOR,
    "clusterNames": None,
    "exclude": None,
}
OVERFLOW_AFFINITY: Final[Shape] = {"affinityName!": "", **CLUSTER_AFFINITY}
CLUSTER_AFFINITY_TERM: Final[Shape] = {**OVERFLOW_AFFINITY, "overflowAffinities": OVERFLOW_AFFINITY}
SPREAD_CONSTRAINT: Final[Shape] = {
    "spreadByField": None,
    "spreadByLabel": None,
    "maxGroups": None,
    "minGroups": None,
}
TOLERATION: Final[Shape] = {
    "key": None,
    "operator": None,
    "value": None,
    "effect": None,
    "tolerationSeconds*": None,
}
WORKLOAD_AFFINITY: Final[Shape] = {
    "affinity*": {"groupByLabelKey!": ""},
    "antiAffinity*": {"groupByLabelKey!": ""},
}
REPLICA_SCHEDULING: Final[Shape] = {
    "replicaSchedulingType": None,
    "replicaDivisionPreference": None,
    "weightPreference*": {
        "staticWeightList": {"targetCluster!": CLUSTER_AFFINITY, "weight!": 0},
        "dynamicWeight": None,
    },
}
PLACEMENT: Final[Shape] = {
    "clusterAffinity*": CLUSTER_AFFINITY,
    "clusterAffinities": CLUSTER_AFFINITY_TERM,
    "clusterTolerations": TOLERATION,
    "spreadConstraints": SPREAD_CONSTRAINT,
    "replicaScheduling*": REPLICA_SCHEDULING,
    "workloadAffinity*": WORKLOAD_AFFINITY,
}
SUSPENSION: Final[Shape] = {
    "dispatching*": None,
    "dispatchingOnClusters*": {"clusterNames": None},
}
_PATCH: Final[Shape] = {"subPath!": "", "operator!": "", "value!": None}
FIELD_OVERRIDER: Final[Shape] = {"fieldPath!": "", "json": _PATCH, "yaml": _PATCH}
OVERRIDERS: Final[Shape] = {
    "plaintext": {"path!": "", "operator!": "", "value!": None},
    "imageOverrider": {
        "predicate*": {"path!": ""},
        "component!": "",
        "operator!": "",
        "value": None,
    },
    "commandOverrider": {"containerName!": "", "operator!": "", "value": None},
    "argsOverrider": {"containerName!": "", "operator!": "", "value": None},
    "labelsOverrider": {"operator!": "", "value!": None},
    "annotationsOverrider": {"operator!": "", "value!": None},
    "fieldOverrider": FIELD_OVERRIDER,
}
TAINT: Final[Shape] = {"key!": "", "value": None, "effect!": "", "timeAdded*": None}


def ordered(value: Any, shape: Any) -> Any:
    """The value with its fields as Go would marshal them: a struct's in order, a map's sorted; lists item
    by item.
    """
    if isinstance(value, list):
        return [ordered(item, shape) for item in value]
    if not isinstance(value, Mapping):
        return value
    if not isinstance(shape, Mapping):
        return {key: ordered(value[key], None) for key in sorted(value)}
    out: dict[str, Any] = {}
    for marked, inner in shape.items():
        name = marked.rstrip("!*")
        item = value.get(name)
        if marked.endswith("!"):
            zero = {} if isinstance(inner, Mapping) else inner
            out[name] = ordered(zero if item is None else item, inner)
        elif item or (marked.endswith("*") and item is not None):
            out[name] = ordered(item, inner)
    return out


def as_written(amount: str | int | float) -> str:
    """The text of a quantity: Go keeps the one it parsed, canonical or not."""
    return str(amount).strip()
