"""What pods use of a node, as a metrics server would measure it. Pure.

Containers in this engine burn next to nothing, so their load is a model: little when idle, or what the
annotations of a pod say. ``load.karmada-nb.io/cpu`` and ``load.karmada-nb.io/memory`` are quantities for each
container (``kubectl annotate pod web load.karmada-nb.io/cpu=400m`` is a pod under load).
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from karmada_nb.engine import meta, quantity
from karmada_nb.engine.meta import Object

CPU: Final = "load.karmada-nb.io/cpu"
MEMORY: Final = "load.karmada-nb.io/memory"
_IDLE: Final = {"cpu": Decimal("0.001"), "memory": Decimal(6 * 2**20)}
_ANNOTATIONS: Final = {"cpu": CPU, "memory": MEMORY}
NODE_BASE: Final = {"cpu": Decimal("0.06"), "memory": Decimal(350 * 2**20)}
"""What a node itself uses."""

Usage = Mapping[str, Decimal]
"""Cores of ``cpu``, bytes of ``memory``."""


def containers(pod: Object) -> dict[str, Usage]:
    """The usage of each running container; empty where nothing runs."""
    if meta.dig(pod, "status", "phase") != "Running":
        return {}
    running = {
        state["name"]
        for state in meta.dig(pod, "status", "containerStatuses", default=[])
        if meta.dig(state, "state", "running") is not None
    }
    return {
        container["name"]: _of(pod, container)
        for container in meta.dig(pod, "spec", "containers", default=[])
        if container["name"] in running
    }


def _of(pod: Object, container: Object) -> Usage:
    limits = meta.dig(container, "resources", "limits", default={})
    found = {}
    for name, idle in _IDLE.items():
        amount = _said(meta.annotations(pod).get(_ANNOTATIONS[name], ""), idle)
        found[name] = min(amount, quantity.parse(limits[name])) if name in limits else amount
    return found


def _said(text: str, otherwise: Decimal) -> Decimal:
    try:
        return quantity.parse(text) if text else otherwise
    except ValueError:
        return otherwise
