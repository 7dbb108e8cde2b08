"""The flags of Karmada's components that change what a lab does, with upstream's defaults.

Follows cmd/controller-manager/app/options and cmd/webhook/app/options.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from karmada_nb.engine.karmada.gates import FeatureGates

HPA_SCALE_TARGET_MARKER: Final = "hpaScaleTargetMarker"
DEPLOYMENT_REPLICAS_SYNCER: Final = "deploymentReplicasSyncer"
OFF_BY_DEFAULT: Final = frozenset((HPA_SCALE_TARGET_MARKER, DEPLOYMENT_REPLICAS_SYNCER))
"""Controllers that run only where ``--controllers`` names them."""


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
class Timers:
    """The flags of karmada-controller-manager about how fast it notices; seconds."""

    status_update: float = 10.0
    """``--cluster-status-update-frequency``"""
    failure_threshold: float = 30.0
    """``--cluster-failure-threshold``: for how long a cluster has to fail until it is not Ready."""
    success_threshold: float = 30.0
    """``--cluster-success-threshold``: the same for recovery. v1.2 had none."""
    failover_eviction_timeout: timedelta = timedelta(minutes=5)
    """``--failover-eviction-timeout`` of v1.2: from not Ready to a NoExecute taint."""


@dataclass(frozen=True, slots=True)
class Options:
    """What a control plane is started with."""

    gates: FeatureGates = field(default_factory=FeatureGates)
    evictions: EvictionFlags = field(default_factory=EvictionFlags)
    timers: Timers = field(default_factory=Timers)
    allow_no_execute_taint_policy: bool = False
    """``--allow-no-execute-taint-policy`` of karmada-webhook."""
    scheduler_failover: bool = False
    """``--feature-gates=Failover=true`` of v1.2's karmada-scheduler: what a cluster has that is not Ready is
    placed anew. Today's gate of that name is one of karmada-controller-manager."""
    controllers: str = "*"
    """``--controllers`` of karmada-controller-manager."""
    scheduler_estimator: bool = False
    """``--enable-scheduler-estimator`` of karmada-scheduler."""

    def runs(self, controller: str) -> bool:
        """Whether a controller that can be switched runs: if it is named, or not excluded from all."""
        said = [name.strip() for name in self.controllers.split(",")]
        if controller in said or f"-{controller}" in said:
            return controller in said
        return "*" in said and controller not in OFF_BY_DEFAULT


END_TO_END: Final = Options(
    FeatureGates({"AllAlpha": True, "AllBeta": True}),
    EvictionFlags(no_execute_taints=True),
    allow_no_execute_taint_policy=True,
    controllers=f"*,{HPA_SCALE_TARGET_MARKER},{DEPLOYMENT_REPLICAS_SYNCER}",
    scheduler_estimator=True,
)
"""As artifacts/deploy starts Karmada for its end-to-end suite."""
