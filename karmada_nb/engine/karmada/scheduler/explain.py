"""Why a binding goes where it goes: every filter's verdict, the points, the groups, every replica handed out.

The decision is made by the same code as in the scheduler, with a trace switched on; here it is only put in
order. ``karmadactl.placement_text`` makes a page of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.constants import ARTICLE, Edition
from karmada_nb.engine.karmada.scheduler import filters, scores, v12_filters
from karmada_nb.engine.karmada.scheduler.assignment import strategy_type
from karmada_nb.engine.karmada.scheduler.flow import Surroundings, attempts, why_schedule
from karmada_nb.engine.karmada.scheduler.regions import RegionChoice
from karmada_nb.engine.karmada.scheduler.schedule import ScheduleResult
from karmada_nb.engine.karmada.scheduler.targets import TargetCluster, from_objects
from karmada_nb.engine.karmada.scheduler.trace import Division, Trace
from karmada_nb.engine.karmada.scheduler.v12 import schedule_v12
from karmada_nb.engine.karmada.scheduler.v12_flow import must_schedule
from karmada_nb.engine.meta import Object

PLACEMENT_OR_REPLICAS: Final = "placement or replicas changed"
BEING_DELETED: Final = "cluster is being deleted"
NOT_READY: Final = "cluster is not ready"

Verdicts = dict[str, str]
"""Filter -> why it refuses the cluster; ``""`` where the cluster passes."""


@dataclass(frozen=True, slots=True)
class ClusterView:
    """One cluster's way through the steps. ``available`` and ``replicas`` are None where it dropped out."""

    name: str
    filters: Verdicts
    scores: dict[str, int]
    available: int | None
    overflow_order: int
    selected: bool
    replicas: int | None

    @property
    def fits(self) -> bool:
        return not any(self.filters.values())


@dataclass(frozen=True, slots=True)
class AttemptView:
    """One run of the four steps. ``affinity`` names the group tried, ``""`` where there are no groups."""

    affinity: str
    clusters: list[ClusterView]
    selected: list[str]
    """Best first."""
    regions: RegionChoice | None
    divisions: list[Division]
    targets: list[TargetCluster]
    error: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """The whole answer. ``reason`` is why the scheduler would act now, None where the result stands."""

    binding: str
    template: str
    replicas: int
    strategy: str
    edition: Edition
    reason: str | None
    current: list[TargetCluster]
    attempts: list[AttemptView]


def explain(
    binding: Object,
    around: Surroundings,
    policy_placement: Mapping[str, Any] | None = None,
    *,
    anew: bool = False,
) -> Explanation:
    """Explains what scheduling the binding now would decide, whether or not it is due.

    ``policy_placement`` is for the article's edition, as in ``schedule_binding``. ``anew`` leaves out what is
    assigned already, and so tells how a first scheduling would go. Raises ValueError for a binding without
    placement: nobody schedules that.
    """
    spec = binding["spec"]
    placement = spec.get("placement") if policy_placement is None else policy_placement
    if placement is None:
        raise ValueError(f"expected a placement for binding {meta.key(binding)}, found none")
    asked = meta.replace(binding, ("spec", "clusters"), []) if anew else binding
    if around.edition == ARTICLE:
        views = [_explain_v12(asked, placement, around)]
        reason = PLACEMENT_OR_REPLICAS if must_schedule(binding, placement) else None
    else:
        views = _explain_current(asked, around)
        reason = why_schedule(binding, around.clusters)
    resource = spec.get("resource") or {}
    return Explanation(
        binding=str(meta.key(binding)),
        template=f"{resource.get('kind', '')} {resource.get('name', '')}".strip(),
        replicas=spec.get("replicas") or 0,
        strategy=strategy_type(placement),
        edition=around.edition,
        reason=reason,
        current=from_objects(spec.get("clusters")),
        attempts=views,
    )


def _explain_current(binding: Object, around: Surroundings) -> list[AttemptView]:
    around = replace(around, peers=tuple(around.peers))
    views = []
    for attempt in attempts(binding, around, traced=True):
        context = filters.filter_context(binding["spec"], attempt.status, around.peers)

        def verdicts(cluster: Object, context: filters.FilterContext = context) -> Verdicts:
            refused = filters.refusals(context, cluster)
            found = {name: refused.get(name, "") for name, _ in filters.PLUGINS}
            return {"Deletion": BEING_DELETED, **found} if meta.deleting(cluster) else found

        def points(cluster: Object, context: filters.FilterContext = context) -> dict[str, int]:
            return scores.scores(context, cluster)

        several = binding["spec"]["placement"].get("clusterAffinities") is not None
        name = attempt.status.get("schedulerObservingAffinityName", "") if several else ""
        trace = attempt.trace or Trace()
        views.append(_view(name, around, attempt.result, trace, verdicts, points))
    return views


def _explain_v12(binding: Object, placement: Mapping[str, Any], around: Surroundings) -> AttemptView:
    spec = binding["spec"]
    trace = Trace()
    result = schedule_v12(placement, spec, around.clusters, around.estimate, trace=trace)
    context = v12_filters.context(placement, spec)

    def verdicts(cluster: Object) -> Verdicts:
        refused = v12_filters.refusals(context, cluster)
        ready = "" if v12_filters.ready(cluster) else NOT_READY
        return {"Ready": ready, **{name: refused.get(name, "") for name, _ in v12_filters.PLUGINS}}

    def points(cluster: Object) -> dict[str, int]:
        return {"ClusterLocality": v12_filters.score(context, cluster)}

    return _view("", around, result, trace, verdicts, points)


def _view(
    affinity: str,
    around: Surroundings,
    result: ScheduleResult,
    trace: Trace,
    verdicts: Callable[[Object], Verdicts],
    points: Callable[[Object], dict[str, int]],
) -> AttemptView:
    candidates = {detail.name: detail for detail in trace.details}
    selected = [detail.name for detail in result.selected]
    assigned = {target.name: target.replicas for target in result.targets}
    views = []
    for cluster in around.clusters:
        name = meta.name(cluster)
        candidate = candidates.get(name)
        views.append(
            ClusterView(
                name=name,
                filters=verdicts(cluster),
                scores=points(cluster) if candidate else {},
                available=candidate.available_replicas if candidate else None,
                overflow_order=candidate.overflow_order if candidate else 0,
                selected=name in selected,
                replicas=assigned.get(name),
            )
        )
    error = result.error.message if result.error else ""
    return AttemptView(affinity, views, selected, trace.regions, trace.divisions, result.targets, error)
