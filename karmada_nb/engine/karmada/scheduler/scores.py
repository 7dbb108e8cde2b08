"""The score step: how much a fitting cluster is preferred, 0 to 100.

Follows pkg/scheduler/framework/plugins/clusterlocality. ClusterAffinity is a score plugin too, upstream,
and gives every cluster 0.
"""

from __future__ import annotations

from typing import Final

from karmada_nb.engine.karmada.scheduler.filters import FilterContext
from karmada_nb.engine.meta import Object

MAX_CLUSTER_SCORE: Final = 100


def cluster_locality(ctx: FilterContext, cluster: Object) -> int:
    """Full marks for a cluster that the binding is scheduled to already."""
    return MAX_CLUSTER_SCORE if cluster["metadata"]["name"] in ctx.targets else 0


def scores(ctx: FilterContext, cluster: Object) -> dict[str, int]:
    """The points of one cluster, by plugin."""
    return {"ClusterAffinity": 0, "ClusterLocality": cluster_locality(ctx, cluster)}
