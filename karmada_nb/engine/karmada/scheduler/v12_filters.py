"""Which clusters fit, in v1.2.

Follows pkg/scheduler/framework/plugins of v1.2.0. There a cluster has to be ready, has to serve the API even
if it has the workload already, and only NoSchedule taints keep workloads away.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.scheduler.api_enablement import api_enabled
from karmada_nb.engine.karmada.scheduler.cluster_match import Matcher, compile_affinity
from karmada_nb.engine.karmada.scheduler.taints import first_untolerated
from karmada_nb.engine.karmada.scheduler.targets import from_objects, sum_of_replicas
from karmada_nb.engine.meta import Object

_PROPERTIES: Final = {"provider": "Provider", "region": "Region", "zone": "Zone"}


class Context(NamedTuple):
    """What the filters ask of a binding and its placement."""

    api_version: str
    kind: str
    affinity: Matcher | None
    tolerations: Sequence[Mapping[str, Any]]
    spread_fields: tuple[str, ...]
    located: frozenset[str]
    """The clusters that have the workload; empty while none has a replica."""


Plugin = Callable[[Context, Object], str | None]


def context(placement: Mapping[str, Any], spec: Mapping[str, Any]) -> Context:
    affinity = placement.get("clusterAffinity")
    resource = spec.get("resource") or {}
    targets = from_objects(spec.get("clusters"))
    located = (t.name for t in targets) if sum_of_replicas(targets) > 0 else ()
    return Context(
        resource.get("apiVersion", ""),
        resource.get("kind", ""),
        None if affinity is None else compile_affinity(affinity, single_zone=True),
        placement.get("clusterTolerations") or (),
        tuple(c.get("spreadByField", "") for c in placement.get("spreadConstraints") or ()),
        frozenset(located),
    )


def ready(cluster: Object) -> bool:
    """Whether the Ready condition is True."""
    return (meta.condition(cluster, "Ready") or {}).get("status") == "True"


def _api_installed(ctx: Context, cluster: Object) -> str | None:
    return None if api_enabled(cluster, ctx.api_version, ctx.kind) else "no such API resource"


def _taint_toleration(ctx: Context, cluster: Object) -> str | None:
    taints = (cluster.get("spec") or {}).get("taints") or ()
    taint = first_untolerated(taints, ctx.tolerations, ("NoSchedule",))
    if taint is None:
        return None
    named = f"{taint.get('key', '')}: {taint.get('value', '')}"
    return f"cluster had taint {{{named}}}, that the propagation policy didn't tolerate"


def _cluster_affinity(ctx: Context, cluster: Object) -> str | None:
    if ctx.affinity is None or ctx.affinity(cluster):
        return None
    return "cluster is not matched the placement cluster affinity constraint"


def _spread_constraint(ctx: Context, cluster: Object) -> str | None:
    for field in ctx.spread_fields:
        if field in _PROPERTIES and not (cluster.get("spec") or {}).get(field):
            return f"No {_PROPERTIES[field]} Property in the Cluster.Spec"
    return None


PLUGINS: Final[tuple[tuple[str, Plugin], ...]] = (
    ("APIInstalled", _api_installed),
    ("TaintToleration", _taint_toleration),
    ("ClusterAffinity", _cluster_affinity),
    ("SpreadConstraint", _spread_constraint),
)


def refusals(ctx: Context, cluster: Object) -> dict[str, str]:
    """Every plugin that refuses ``cluster``, with its reason."""
    found = ((name, plugin(ctx, cluster)) for name, plugin in PLUGINS)
    return {name: reason for name, reason in found if reason is not None}


def score(ctx: Context, cluster: Object) -> int:
    """100 for a cluster that has the workload."""
    return 100 if cluster["metadata"]["name"] in ctx.located else 0
