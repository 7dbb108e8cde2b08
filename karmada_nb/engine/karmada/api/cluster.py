"""Cluster, which Karmada serves beside its API server and not as a custom resource.

Follows pkg/apis/cluster/v1alpha1/types.go and pkg/printers/internalversion/printers.go.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.resource import Column
from karmada_nb.engine.karmada.api.schema import facts, root_schema
from karmada_nb.engine.karmada.constants import CURRENT, Edition
from karmada_nb.engine.meta import Object

_COMMON: Final = (
    Column("Name", format="name", description="The name of the cluster."),
    Column("Version", description="The Kubernetes version of the cluster."),
    Column("Mode", description="Whether Karmada pushes to the cluster or an agent in it pulls."),
    Column("Ready", description="Whether the cluster can take workloads."),
    Column("Age", description="The time since the cluster joined."),
)
_ENDPOINT: Final = "The address of the cluster's API server."
_ARTICLE_WIDE: Final = (Column("APIEndpoint", description=_ENDPOINT, priority=1),)
_WIDE: Final = (
    Column("Zones", description="The failure zones the cluster spans.", priority=1),
    Column("Region", description="Where the cluster is.", priority=1),
    Column("Provider", description="Who runs the cluster.", priority=1),
    Column("API-Endpoint", description=_ENDPOINT, priority=1),
    Column("Proxy-URL", description="The proxy to reach the cluster by.", priority=1),
)


@lru_cache(maxsize=2)
def cluster_schema(edition: Edition) -> Object:
    """The OpenAPI schema of cluster.karmada.io/v1alpha1 Cluster. Shared: never to be changed."""
    line = next(line for line in facts(edition) if line.get("aggregated") == "Cluster")
    return root_schema(line, line, edition)


def cluster_columns(edition: Edition) -> tuple[Column, ...]:
    """What ``kubectl get cluster`` shows, and with ``-o wide`` the rest."""
    return _COMMON + (_WIDE if edition == CURRENT else _ARTICLE_WIDE)


def cluster_cells(cluster: Object, age: str, edition: Edition) -> list[str]:
    """A cluster's row, a text for each column. ``age`` is the time since creation as people read it."""
    spec = cluster.get("spec") or {}
    ready = meta.condition(cluster, "Ready") or {"status": "Unknown"}
    cells = [
        meta.name(cluster),
        meta.dig(cluster, "status", "kubernetesVersion", default=""),
        spec.get("syncMode", ""),
        ready["status"],
        age,
    ]
    endpoint = spec.get("apiEndpoint", "")
    if edition != CURRENT:
        return [*cells, endpoint]
    where = [",".join(spec.get("zones") or ()), spec.get("region"), spec.get("provider")]
    wide = [text or "<none>" for text in where]
    return [*cells, *wide, endpoint, spec.get("proxyURL") or "<none>"]
