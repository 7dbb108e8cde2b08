"""What a control stands for: the change to the object, the YAML of it, the command. Pure functions."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
import yaml

from karmada_nb.manifests import Object


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
