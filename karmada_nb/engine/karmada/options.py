"""The flags of Karmada's components that change what a lab does, with upstream's defaults.

Follows cmd/controller-manager/app/options and cmd/webhook/app/options.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from karmada_nb.engine.karmada.gates import FeatureGates


@dataclass(frozen=True, slots=True)
class EvictionFlags:
    """The flags of karmada-controller-manager about work that leaves clusters."""

    no_execute_taints: bool = False
    """``--enable-no-execute-taint-eviction``; works with the gate Failover only."""
    no_execute_purge_mode: str = "Gracefully"
    """``--no-execute-taint-eviction-purge-mode``"""
    resource_eviction_rate: float = 0.5
    """``--resource-eviction-rate``: evictions a second."""
    graceful_timeout: timedelta = timedelta(minutes=10)
    """``--graceful-eviction-timeout``"""


@dataclass(frozen=True, slots=True)
class Options:
    """What a control plane is started with."""

    gates: FeatureGates = field(default_factory=FeatureGates)
    evictions: EvictionFlags = field(default_factory=EvictionFlags)
    allow_no_execute_taint_policy: bool = False
    """``--allow-no-execute-taint-policy`` of karmada-webhook."""


END_TO_END: Final = Options(
    FeatureGates({"AllAlpha": True, "AllBeta": True}),
    EvictionFlags(no_execute_taints=True),
    allow_no_execute_taint_policy=True,
)
"""As artifacts/deploy starts Karmada for its end-to-end suite."""
