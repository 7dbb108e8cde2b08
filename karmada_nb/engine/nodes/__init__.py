"""The nodes of a cluster: pod scheduling, the lifecycle of pods, and access to what runs in them."""

from karmada_nb.engine.nodes.nodes import Nodes, Place

__all__ = ["Nodes", "Place"]
