"""What a pod asks for, and what a node has. Follows pkg/api/v1/resource/helpers.go."""

from __future__ import annotations

from typing import Final

from karmada_nb.engine import meta, quantity
from karmada_nb.engine.meta import Object

Amounts = dict[str, int]
"""Thousandths by resource name."""

DEFAULT_CPU: Final = 100
DEFAULT_MEMORY: Final = 200 * 1024 * 1024 * 1000
"""What a container without requests counts for when nodes are compared (not when they are filtered)."""


def amounts(found: Object | None) -> Amounts:
    return {name: quantity.milli(text) for name, text in (found or {}).items()}


def requests(pod: Object) -> Amounts:
    """The larger of what the containers need together and what initialisation needs at a time."""
    total: Amounts = {}
    peak: Amounts = {}
    sidecars: Amounts = {}
    for container in meta.dig(pod, "spec", "containers", default=[]):
        total = _sum(total, amounts(meta.dig(container, "resources", "requests")))
    for container in meta.dig(pod, "spec", "initContainers", default=[]):
        own = amounts(meta.dig(container, "resources", "requests"))
        if container.get("restartPolicy") == "Always":
            sidecars = _sum(sidecars, own)
            peak = _max(peak, sidecars)
        else:
            peak = _max(peak, _sum(sidecars, own))
    out = _max(_sum(total, sidecars), peak)
    return _sum(out, amounts(meta.dig(pod, "spec", "overhead")))


def weight(pod: Object) -> tuple[int, int]:
    """CPU and memory for scoring, with defaults for containers that ask for nothing."""
    cpu = memory = 0
    for container in meta.dig(pod, "spec", "containers", default=[]):
        own = amounts(meta.dig(container, "resources", "requests"))
        cpu += own.get("cpu", DEFAULT_CPU)
        memory += own.get("memory", DEFAULT_MEMORY)
    return cpu, memory


def host_ports(pod: Object) -> set[tuple[str, str, int]]:
    """(address, protocol, port) for each port of the host that the pod takes."""
    return {
        (port.get("hostIP") or "0.0.0.0", port.get("protocol", "TCP"), port["hostPort"])
        for container in meta.dig(pod, "spec", "containers", default=[])
        for port in container.get("ports") or ()
        if port.get("hostPort")
    }


def _sum(a: Amounts, b: Amounts) -> Amounts:
    return {name: a.get(name, 0) + b.get(name, 0) for name in {**a, **b}}


def _max(a: Amounts, b: Amounts) -> Amounts:
    return {name: max(a.get(name, 0), b.get(name, 0)) for name in {**a, **b}}
