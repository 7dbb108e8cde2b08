"""What the controllers ask a Cluster object."""

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.constants import CLUSTER_CONDITION_READY
from karmada_nb.engine.meta import Object


def is_ready(cluster: Object) -> bool:
    """Whether its Ready condition is True."""
    return (meta.condition(cluster, CLUSTER_CONDITION_READY) or {}).get("status") == "True"


def serves_differently(old: Object, new: Object) -> bool:
    """Whether the member's APIs changed."""
    return bool(meta.dig(old, "status", "apiEnablements") != meta.dig(new, "status", "apiEnablements"))
