"""OverridePolicy and ClusterOverridePolicy: how a template differs from cluster to cluster. Pure."""

from karmada_nb.engine.karmada.override.applied import AppliedRule, marshal_applied
from karmada_nb.engine.karmada.override.errors import OverrideError
from karmada_nb.engine.karmada.override.manager import (
    ApplyOverridesError,
    Overridden,
    apply_override_policies,
)

__all__ = [
    "AppliedRule",
    "ApplyOverridesError",
    "Overridden",
    "OverrideError",
    "apply_override_policies",
    "marshal_applied",
]
