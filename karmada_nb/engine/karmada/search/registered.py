"""Which resources of which clusters ResourceRegistries name. Pure.

Follows ``reconcile`` of pkg/search/proxy/controller.go and ``doCacheCluster`` of pkg/search/controller.go.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final, NamedTuple

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.scheduler.api_enablement import api_enabled
from karmada_nb.engine.karmada.scheduler.cluster_match import cluster_matches
from karmada_nb.engine.meta import Object
from karmada_nb.engine.runtime.client import Resource

OfKind = Callable[[str, str], Resource | None]
"""``(apiVersion, kind)`` -> the resource, as the Karmada API server serves it."""
ALL_NAMESPACES: Final = ""


class Place(NamedTuple):
    """A cluster, and the namespaces of it that are registered; with ``""`` all of them are."""

    cluster: str
    namespaces: frozenset[str]

    def covers(self, namespace: str) -> bool:
        return ALL_NAMESPACES in self.namespaces or namespace in self.namespaces


def is_registered(registries: Iterable[Object], resource: Resource, of_kind: OfKind) -> bool:
    """Whether any registry names the resource, of whichever clusters."""
    return any(True for registry in registries for _ in _namespaces(registry, resource, of_kind))


def places(
    registries: Iterable[Object], clusters: Iterable[Object], resource: Resource, kind: str, of_kind: OfKind
) -> list[Place]:
    """Where a resource is to be read, by name of the cluster: clusters that are Ready and serve it."""
    wanted = []
    for registry in registries:
        namespaces = frozenset(_namespaces(registry, resource, of_kind))
        if namespaces:
            wanted.append((registry["spec"].get("targetCluster") or {}, namespaces))
    found = []
    for cluster in sorted(clusters, key=meta.name):
        named = [namespaces for affinity, namespaces in wanted if cluster_matches(cluster, affinity)]
        if named and _able(cluster, resource, kind):
            found.append(Place(meta.name(cluster), frozenset().union(*named)))
    return found


def _namespaces(registry: Object, resource: Resource, of_kind: OfKind) -> Iterator[str]:
    for selector in registry["spec"].get("resourceSelectors") or ():
        if of_kind(selector.get("apiVersion", ""), selector.get("kind", "")) == resource:
            yield selector.get("namespace", "")


def _able(cluster: Object, resource: Resource, kind: str) -> bool:
    if meta.deleting(cluster) or (meta.condition(cluster, "Ready") or {}).get("status") != "True":
        return False
    complete = (meta.condition(cluster, "CompleteAPIEnablements") or {}).get("status") == "True"
    return not complete or api_enabled(cluster, meta.api_version(resource.group, resource.version), kind)
