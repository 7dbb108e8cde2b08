"""What a control stands for: the change to the object, the YAML of it, the command. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson
import yaml

from karmada_nb.manifests import Object

POLICIES: Final = "propagationpolicies.policy.karmada.io"
CORDON: Final = "cluster.karmada.io/unschedulable"
MODES: Final = ("Divided", "Duplicated")


@dataclass(frozen=True, slots=True)
class Act:
    """What moving a control does: a merge patch to one object, and the command that would do the same."""

    word: str
    name: str
    change: Object
    command: str


@dataclass(frozen=True, slots=True)
class Undo:
    """How to take an act back: ``title`` says what then changes, from what to what."""

    title: str
    act: Act


def undoing(change: Mapping[str, Any], before: Mapping[str, Any] | None) -> Object:
    """The merge patch that takes a merge patch back, given the object as it was."""
    known = before or {}
    return {
        key: undoing(value, known.get(key))
        if isinstance(value, Mapping) and isinstance(known.get(key), Mapping)
        else known.get(key)
        for key, value in change.items()
    }


def mode(policy: Mapping[str, Any] | None) -> str:
    """Divided or Duplicated; a policy that says nothing duplicates."""
    placement = ((policy or {}).get("spec") or {}).get("placement") or {}
    said = (placement.get("replicaScheduling") or {}).get("replicaSchedulingType")
    return said if said in MODES else "Duplicated"


def dividing(kind: str, wanted: Mapping[str, int]) -> Object:
    """The merge patch that makes a policy divide by these weights, or duplicate."""
    if kind == "Divided":
        return weighing(wanted if any(wanted.values()) else dict.fromkeys(wanted, 1))
    return {"spec": {"placement": {"replicaScheduling": {"replicaSchedulingType": "Duplicated"}}}}


def cordoning(cluster: Mapping[str, Any], wanted: bool) -> Object:
    """The merge patch that cordons a cluster, or lifts that."""
    taints = (cluster.get("spec") or {}).get("taints") or []
    others = [taint for taint in taints if taint.get("key") != CORDON]
    own = [{"key": CORDON, "effect": "NoSchedule"}] if wanted else []
    return {"spec": {"taints": [*others, *own] or None}}


def cordon_command(cluster: str, wanted: bool) -> str:
    """The command that cordons a cluster, or lifts that."""
    return f"%karmadactl {'cordon' if wanted else 'uncordon'} {cluster}"


def weights(policy: Mapping[str, Any] | None, clusters: Sequence[str]) -> dict[str, int]:
    """The static weight of each cluster in a policy; 0 for one that the policy does not weigh."""
    placement = ((policy or {}).get("spec") or {}).get("placement") or {}
    preference = (placement.get("replicaScheduling") or {}).get("weightPreference") or {}
    found = dict.fromkeys(clusters, 0)
    for rule in preference.get("staticWeightList") or ():
        for name in rule["targetCluster"].get("clusterNames") or ():
            if name in found:
                found[name] = int(rule["weight"])
    return found


def weighing(wanted: Mapping[str, int]) -> Object:
    """The merge patch that gives a policy these weights; a cluster of weight 0 is left out of the list."""
    rules = [
        {"targetCluster": {"clusterNames": [name]}, "weight": weight}
        for name, weight in wanted.items()
        if weight > 0
    ]
    scheduling = {
        "replicaDivisionPreference": "Weighted",
        "replicaSchedulingType": "Divided",
        "weightPreference": {"staticWeightList": rules},
    }
    return {"spec": {"placement": {"replicaScheduling": scheduling}}}


def scaling(replicas: int) -> Object:
    """The merge patch that gives a workload so many replicas."""
    return {"spec": {"replicas": replicas}}


def as_yaml(change: Mapping[str, Any]) -> str:
    """A change as it would stand in a manifest."""
    return yaml.safe_dump(dict(change), sort_keys=False)


def patch_command(policy: str, change: Mapping[str, Any], namespace: str) -> str:
    """The command that makes a change to a policy."""
    inside = "" if namespace == "default" else f" -n {namespace}"
    return f"%kmd patch propagationpolicy {policy}{inside} --type merge -p '{orjson.dumps(change).decode()}'"


def scale_command(resource: str, replicas: int, namespace: str) -> str:
    """The command that scales a workload."""
    inside = "" if namespace == "default" else f" -n {namespace}"
    return f"%kmd scale {resource} --replicas {replicas}{inside}"
