"""Topology spread constraints. Follows pkg/scheduler/framework/plugins/podtopologyspread/filtering.go."""

from __future__ import annotations

from collections.abc import Sequence

from karmada_nb.engine import meta, selectors
from karmada_nb.engine.meta import Object
from karmada_nb.engine.nodes.scheduler.cache import NodeInfo

_TEXT = "node(s) didn't match pod topology spread constraints"


def reasons(pod: Object, info: NodeInfo, infos: Sequence[NodeInfo]) -> list[str]:
    """Why the pod's hard constraints keep it off a node."""
    for constraint in meta.dig(pod, "spec", "topologySpreadConstraints", default=[]):
        if constraint.get("whenUnsatisfiable") == "ScheduleAnyway":
            continue
        key = constraint["topologyKey"]
        if key not in info.labels:
            return [f"{_TEXT} (missing required label)"]
        counts = matching(pod, constraint, infos)
        selector = selectors.from_label_selector(constraint.get("labelSelector"))
        own = 1 if selector.matches(meta.labels(pod)) else 0
        least = min(counts.values(), default=0)
        if len(counts) < constraint.get("minDomains", 1):
            least = 0
        if counts[info.labels[key]] + own - least > constraint["maxSkew"]:
            return [_TEXT]
    return []


def matching(pod: Object, constraint: Object, infos: Sequence[NodeInfo]) -> dict[str, int]:
    """How many pods like those the constraint selects are in each domain."""
    key = constraint["topologyKey"]
    selector = selectors.from_label_selector(constraint.get("labelSelector"))
    counts: dict[str, int] = {}
    for info in infos:
        domain = info.labels.get(key)
        if domain is not None:
            here = sum(
                meta.namespace(other) == meta.namespace(pod)
                and not meta.deleting(other)
                and selector.matches(meta.labels(other))
                for other in info.pods.values()
            )
            counts[domain] = counts.get(domain, 0) + here
    return counts
