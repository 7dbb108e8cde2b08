"""Karmada's optional components: each runs while the host cluster has its deployment, and that is available.

``karmadactl addons enable`` makes these deployments, ``karmadactl addons disable`` takes them away.
"""

from __future__ import annotations

from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.names import NAMESPACE_KARMADA_SYSTEM
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.runtime.informer import Informer

DESCHEDULER: Final = "karmada-descheduler"
SEARCH: Final = "karmada-search"
METRICS_ADAPTER: Final = "karmada-metrics-adapter"


class Addons:
    """``deployments`` are those of the host cluster."""

    def __init__(self, deployments: Informer) -> None:
        self.deployments = deployments

    def get(self, name: str) -> Object | None:
        """The deployment of a component that runs."""
        deployment = self.deployments.get(Key(NAMESPACE_KARMADA_SYSTEM, name))
        if deployment is None or not meta.dig(deployment, "status", "availableReplicas"):
            return None
        return deployment
