"""Nodes start out as not ready. Follows plugin/pkg/admission/nodetaint/admission.go."""

from __future__ import annotations

from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.admission.chain import Attributes, Plugin, Reader
from karmada_nb.engine.meta import Object

_TAINT: Final = {"key": "node.kubernetes.io/not-ready", "effect": "NoSchedule"}


class TaintNodesByCondition(Plugin):
    """A new node takes no pods before it says that it is ready; one that comes ready takes them at once."""

    concerns = frozenset({"nodes"})

    def admit(self, attributes: Attributes, reader: Reader) -> Object | None:
        node = attributes.obj
        if attributes.operation != "CREATE" or attributes.resource.storage != "nodes" or node is None:
            return None
        if (meta.condition(node, "Ready") or {}).get("status") == "True":
            return None
        taints = meta.dig(node, "spec", "taints", default=[])
        if any(taint.get("key") == _TAINT["key"] for taint in taints):
            return None
        return meta.replace(node, ["spec", "taints"], [*taints, _TAINT])
