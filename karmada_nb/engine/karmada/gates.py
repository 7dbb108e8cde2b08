"""Karmada's feature gates, with upstream's defaults, and the flag that switches them.

Follows pkg/features/features.go, and k8s.io/component-base/featuregate for the flag. The gates are those of
today's Karmada: v1.2 knew none of the behaviours behind them, and they mean nothing in the article's edition.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

FAILOVER: Final = "Failover"
GRACEFUL_EVICTION: Final = "GracefulEviction"
PROPAGATE_DEPS: Final = "PropagateDeps"
CUSTOMIZED_CLUSTER_RESOURCE_MODELING: Final = "CustomizedClusterResourceModeling"
POLICY_PREEMPTION: Final = "PropagationPolicyPreemption"
MULTI_CLUSTER_SERVICE: Final = "MultiClusterService"
RESOURCE_QUOTA_ESTIMATE: Final = "ResourceQuotaEstimate"
STATEFUL_FAILOVER_INJECTION: Final = "StatefulFailoverInjection"
PRIORITY_BASED_SCHEDULING: Final = "PriorityBasedScheduling"
FEDERATED_QUOTA_ENFORCEMENT: Final = "FederatedQuotaEnforcement"
MULTIPLE_POD_TEMPLATES_SCHEDULING: Final = "MultiplePodTemplatesScheduling"
CONTROLLER_PRIORITY_QUEUE: Final = "ControllerPriorityQueue"
WORKLOAD_AFFINITY: Final = "WorkloadAffinity"
SCHEDULING_OVERCOMMIT_PROTECTION: Final = "SchedulingOvercommitProtection"
LOGGING_ALPHA_OPTIONS: Final = "LoggingAlphaOptions"
LOGGING_BETA_OPTIONS: Final = "LoggingBetaOptions"
CONTEXTUAL_LOGGING: Final = "ContextualLogging"

ALL_ALPHA: Final = "AllAlpha"
ALL_BETA: Final = "AllBeta"

DEFAULTS: Final[Mapping[str, tuple[bool, str]]] = MappingProxyType(
    {
        FAILOVER: (False, ALL_BETA),
        GRACEFUL_EVICTION: (True, ALL_BETA),
        PROPAGATE_DEPS: (True, ALL_BETA),
        CUSTOMIZED_CLUSTER_RESOURCE_MODELING: (True, ALL_BETA),
        POLICY_PREEMPTION: (False, ALL_ALPHA),
        MULTI_CLUSTER_SERVICE: (False, ALL_ALPHA),
        RESOURCE_QUOTA_ESTIMATE: (False, ALL_ALPHA),
        STATEFUL_FAILOVER_INJECTION: (False, ALL_ALPHA),
        PRIORITY_BASED_SCHEDULING: (True, ALL_BETA),
        FEDERATED_QUOTA_ENFORCEMENT: (False, ALL_ALPHA),
        LOGGING_ALPHA_OPTIONS: (False, ALL_ALPHA),
        LOGGING_BETA_OPTIONS: (True, ALL_BETA),
        CONTEXTUAL_LOGGING: (True, ALL_BETA),
        MULTIPLE_POD_TEMPLATES_SCHEDULING: (False, ALL_ALPHA),
        CONTROLLER_PRIORITY_QUEUE: (True, ALL_BETA),
        WORKLOAD_AFFINITY: (False, ALL_ALPHA),
        SCHEDULING_OVERCOMMIT_PROTECTION: (False, ALL_ALPHA),
    }
)
"""Gate -> whether it is on, and the group that switches it with others of its maturity."""

_WORDS: Final = {"1": True, "t": True, "true": True, "0": False, "f": False, "false": False}


@dataclass(frozen=True, slots=True)
class FeatureGates:
    """``FeatureGates.parse("Failover=true,AllAlpha=true")``; without arguments: the defaults."""

    switched: Mapping[str, bool] = field(default_factory=dict)
    """What differs from the defaults was said here, groups included; a gate's own word beats its group's."""

    def __post_init__(self) -> None:
        for name in self.switched:
            if name not in DEFAULTS and name not in (ALL_ALPHA, ALL_BETA):
                known = ", ".join(sorted((*DEFAULTS, ALL_ALPHA, ALL_BETA)))
                raise ValueError(f"unrecognized feature gate: {name} (expected one of {known})")

    @classmethod
    def parse(cls, flag: str) -> FeatureGates:
        """The value of ``--feature-gates``. Raises ValueError with what is wrong."""
        switched: dict[str, bool] = {}
        for item in flag.split(","):
            if not item.strip():
                continue
            name, equals, value = (part.strip() for part in item.partition("="))
            if not equals:
                raise ValueError(f"missing bool value for {name} (expected {name}=true or {name}=false)")
            if value.lower() not in _WORDS:
                raise ValueError(f"invalid value of {name}={value} (expected true or false)")
            switched[name] = _WORDS[value.lower()]
        return cls(switched)

    def enabled(self, gate: str) -> bool:
        default, group = DEFAULTS[gate]
        return self.switched.get(gate, self.switched.get(group, default))
