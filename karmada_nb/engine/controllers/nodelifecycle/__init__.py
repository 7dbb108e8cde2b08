"""What becomes of nodes that fall silent, and of the pods on them."""

from karmada_nb.engine.controllers.nodelifecycle.controller import NodeLifecycleController
from karmada_nb.engine.controllers.nodelifecycle.eviction import TaintEvictionController

__all__ = ["NodeLifecycleController", "TaintEvictionController"]
