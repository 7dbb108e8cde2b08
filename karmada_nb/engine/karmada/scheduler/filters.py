"""The filter step: which clusters may take a binding at all.

Follows pkg/scheduler/framework/plugins/*. A plugin is a function of (context, cluster) that returns why the
cluster does not fit, or None where it does. What a plugin needs from the binding is worked out once, in
``FilterContext``, and not again for every cluster. Upstream runs plugins in random order and keeps the
first refusal; here the order is that of ``PLUGINS``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.names import generate_binding_name
from karmada_nb.engine.karmada.scheduler.api_enablement import api_enabled, group_version_text
from karmada_nb.engine.karmada.scheduler.cluster_match import Matcher, compile_affinity
from karmada_nb.engine.karmada.scheduler.taints import first_untolerated, taint_text
from karmada_nb.engine.meta import Object

NO_API: Final = "cluster(s) did not have the API resource"
NOT_CHOSEN: Final = "cluster(s) did not match the placement cluster affinity constraint"
EVICTING: Final = "cluster(s) is in the process of eviction"
TAKEN: Final = "cluster already has workload with the same anti-affinity group"
ELSEWHERE: Final = "ResourceBinding with the same affinity group does not target this cluster"


@dataclass(frozen=True)
class FilterContext:
    """What the filters ask of a binding. ``affinities`` is None where any cluster will do."""

    group_version: str
    kind: str
    targets: frozenset[str]
    affinities: tuple[Matcher, ...] | None
    tolerations: Sequence[Mapping[str, Any]]
    spread_fields: tuple[str, ...]
    evicting: frozenset[str]
    together: tuple[frozenset[str], ...]
    """Target sets of the bindings that this one must stay with."""
    apart: frozenset[str]
    """Clusters held by bindings that this one must stay away from."""

    @cached_property
    def concerned(self) -> tuple[Plugin, ...]:
        """The plugins that may have something to say about this binding, in the order of ``PLUGINS``."""
        idle: dict[Plugin, bool] = {
            _cluster_affinity: self.affinities is None,
            _spread_constraint: not self.spread_fields,
            _cluster_eviction: not self.evicting,
            _workload_anti_affinity: not self.apart,
            _workload_affinity: not self.together,
        }
        return tuple(plugin for _, plugin in PLUGINS if not idle.get(plugin, False))


Plugin = Callable[[FilterContext, Object], str | None]


def is_workload(spec: Mapping[str, Any]) -> bool:
    """Whether the binding is of something that runs: it has replicas, requirements or components."""
    return (
        (spec.get("replicas") or 0) > 0
        or spec.get("replicaRequirements") is not None
        or bool(spec.get("components"))
    )


def filter_context(
    spec: Mapping[str, Any], status: Mapping[str, Any], peers: Iterable[Object] = ()
) -> FilterContext:
    """The context of one binding. ``peers`` are the ResourceBindings that affinity groups look at."""
    placement = spec["placement"]
    resource = spec.get("resource") or {}
    together, apart = _groups(spec, peers)
    return FilterContext(
        group_version=group_version_text(resource.get("apiVersion", "")),
        kind=resource.get("kind", ""),
        targets=frozenset(t["name"] for t in spec.get("clusters") or ()),
        affinities=_affinities(spec, placement, status),
        tolerations=placement.get("clusterTolerations") or (),
        spread_fields=tuple(c.get("spreadByField", "") for c in placement.get("spreadConstraints") or ()),
        evicting=frozenset(t.get("fromCluster", "") for t in spec.get("gracefulEvictionTasks") or ()),
        together=together,
        apart=apart,
    )


def _affinities(
    spec: Mapping[str, Any], placement: Mapping[str, Any], status: Mapping[str, Any]
) -> tuple[Matcher, ...] | None:
    """The affinities of which one must match: overflow groups only count for workloads."""
    single = placement.get("clusterAffinity")
    if single is not None:
        return (compile_affinity(single),)
    observed = status.get("schedulerObservingAffinityName", "")
    for term in placement.get("clusterAffinities") or ():
        if term.get("affinityName", "") == observed:
            overflow = term.get("overflowAffinities") or () if is_workload(spec) else ()
            return tuple(compile_affinity(a) for a in (term, *overflow))
    return None


def _groups(
    spec: Mapping[str, Any], peers: Iterable[Object]
) -> tuple[tuple[frozenset[str], ...], frozenset[str]]:
    groups = spec.get("workloadAffinityGroups") or {}
    near, far = groups.get("affinityGroup"), groups.get("antiAffinityGroup")
    if not (near or far):
        return (), frozenset()
    resource = spec.get("resource") or {}
    own = generate_binding_name(resource.get("kind", ""), resource.get("name", ""))
    together: list[frozenset[str]] = []
    apart: set[str] = set()
    for peer in peers:
        if meta.namespace(peer) != resource.get("namespace", "") or meta.name(peer) == own:
            continue
        theirs = meta.dig(peer, "spec", "workloadAffinityGroups", default={})
        clusters = frozenset(t["name"] for t in meta.dig(peer, "spec", "clusters", default=()))
        if clusters and near and theirs.get("affinityGroup") == near:
            together.append(clusters)
        if far and theirs.get("antiAffinityGroup") == far:
            apart |= clusters
    return tuple(together), frozenset(apart)


def _api_enablement(ctx: FilterContext, cluster: Object) -> str | None:
    if cluster["metadata"]["name"] in ctx.targets or api_enabled(cluster, ctx.group_version, ctx.kind):
        return None
    return NO_API


def _taint_toleration(ctx: FilterContext, cluster: Object) -> str | None:
    taints = cluster["spec"].get("taints") if "spec" in cluster else None
    if not taints or cluster["metadata"]["name"] in ctx.targets:
        return None
    taint = first_untolerated(taints, ctx.tolerations, ("NoSchedule", "NoExecute"))
    return None if taint is None else f"cluster(s) had untolerated taint {{{taint_text(taint)}}}"


def _cluster_affinity(ctx: FilterContext, cluster: Object) -> str | None:
    if ctx.affinities is None or any(chosen(cluster) for chosen in ctx.affinities):
        return None
    return NOT_CHOSEN


def _spread_constraint(ctx: FilterContext, cluster: Object) -> str | None:
    for field in ctx.spread_fields:
        name = "zones" if field == "zone" else field
        if name in ("provider", "region", "zones") and not (cluster.get("spec") or {}).get(name):
            return f"cluster(s) did not have {name} property"
    return None


def _cluster_eviction(ctx: FilterContext, cluster: Object) -> str | None:
    return EVICTING if cluster["metadata"]["name"] in ctx.evicting else None


def _workload_anti_affinity(ctx: FilterContext, cluster: Object) -> str | None:
    name = cluster["metadata"]["name"]
    return TAKEN if name in ctx.apart and name not in ctx.targets else None


def _workload_affinity(ctx: FilterContext, cluster: Object) -> str | None:
    name = cluster["metadata"]["name"]
    if name in ctx.targets or all(name in clusters for clusters in ctx.together):
        return None
    return ELSEWHERE


PLUGINS: Final[tuple[tuple[str, Plugin], ...]] = (
    ("APIEnablement", _api_enablement),
    ("TaintToleration", _taint_toleration),
    ("ClusterAffinity", _cluster_affinity),
    ("SpreadConstraint", _spread_constraint),
    ("ClusterEviction", _cluster_eviction),
    ("WorkloadAntiAffinity", _workload_anti_affinity),
    ("WorkloadAffinity", _workload_affinity),
)


def refusal(ctx: FilterContext, cluster: Object) -> str | None:
    """The first reason why ``cluster`` does not fit, or None where it does."""
    for plugin in ctx.concerned:
        reason = plugin(ctx, cluster)
        if reason is not None:
            return reason
    return None


def refusals(ctx: FilterContext, cluster: Object) -> dict[str, str]:
    """Every plugin that refuses ``cluster``, with its reason: for explanations."""
    found = ((name, plugin(ctx, cluster)) for name, plugin in PLUGINS)
    return {name: reason for name, reason in found if reason is not None}
