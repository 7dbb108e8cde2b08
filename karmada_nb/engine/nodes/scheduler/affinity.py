"""Affinity and anti-affinity between pods. Follows pkg/scheduler/framework/plugins/interpodaffinity."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from karmada_nb.engine import meta, selectors
from karmada_nb.engine.meta import Object
from karmada_nb.engine.nodes.scheduler.cache import NodeInfo

_REQUIRED: Final = "requiredDuringSchedulingIgnoredDuringExecution"


def required(pod: Object, kind: str) -> list[Object]:
    """The hard terms of ``podAffinity`` or ``podAntiAffinity``."""
    found: list[Object] = meta.dig(pod, "spec", "affinity", kind, _REQUIRED, default=[])
    return found


def matches(term: Object, owner: Object, other: Object) -> bool:
    """Whether ``other`` is a pod that a term of ``owner`` speaks of."""
    namespaces = term.get("namespaces") or []
    everywhere = term.get("namespaceSelector") == {}
    if not namespaces and "namespaceSelector" not in term:
        namespaces = [meta.namespace(owner)]
    if not everywhere and meta.namespace(other) not in namespaces:
        return False
    return selectors.from_label_selector(term.get("labelSelector")).matches(meta.labels(other))


def reasons(pod: Object, info: NodeInfo, infos: Sequence[NodeInfo]) -> list[str]:
    """Why the neighbours, wanted or unwanted, keep the pod off a node."""
    for term in required(pod, "podAffinity"):
        domain = info.labels.get(term["topologyKey"])
        there = domain is not None and any(_found(term, pod, info, infos))
        first = not any(matches(term, pod, o) for i in infos for o in i.pods.values())
        alone = first and domain is not None and matches(term, pod, pod)
        if not there and not alone:
            return ["node(s) didn't match pod affinity rules"]
    for term in required(pod, "podAntiAffinity"):
        if term["topologyKey"] in info.labels and any(_found(term, pod, info, infos)):
            return ["node(s) didn't match pod anti-affinity rules"]
    for other, at in _with_anti_affinity(infos):
        for term in required(other, "podAntiAffinity"):
            key = term["topologyKey"]
            same = key in info.labels and info.labels[key] == at.labels.get(key)
            if same and matches(term, other, pod):
                return ["node(s) didn't satisfy existing pods anti-affinity rules"]
    return []


def _found(term: Object, pod: Object, info: NodeInfo, infos: Sequence[NodeInfo]) -> Iterator[bool]:
    """One True for each pod in the node's domain that the term speaks of."""
    key = term["topologyKey"]
    for near in infos:
        if near.labels.get(key) == info.labels.get(key):
            for other in near.pods.values():
                if matches(term, pod, other):
                    yield True


def _with_anti_affinity(infos: Sequence[NodeInfo]) -> Iterator[tuple[Object, NodeInfo]]:
    for info in infos:
        for other in (info.pods[key] for key in info.choosy):
            if required(other, "podAntiAffinity"):
                yield other, info
