"""Every recorded decision of Karmada's scheduler is decided here in the same way."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.constants import POLICY_PLACEMENT_ANNOTATION
from karmada_nb.engine.karmada.scheduler.assumed import AssumedWorkload
from karmada_nb.engine.karmada.scheduler.cluster_details import ClusterDetail, Estimate, cluster_details
from karmada_nb.engine.karmada.scheduler.estimator import (
    max_available_component_sets,
    max_available_replicas,
)
from karmada_nb.engine.karmada.scheduler.filters import filter_context, refusals
from karmada_nb.engine.karmada.scheduler.flow import Surroundings, schedule_binding
from karmada_nb.engine.karmada.scheduler.placement import placement_text
from karmada_nb.engine.karmada.scheduler.schedule import schedule
from karmada_nb.engine.karmada.scheduler.scheduling_errors import FitError, ScheduleError
from karmada_nb.engine.karmada.scheduler.scores import scores
from karmada_nb.engine.karmada.scheduler.select_clusters import select_clusters
from karmada_nb.engine.karmada.scheduler.targets import TargetCluster, to_objects
from karmada_nb.engine.karmada.scheduler.v12 import schedule_v12
from karmada_nb.engine.karmada.scheduler.webster import allocate_webster_seats, descending_by_uid
from tests.engine.karmada.corpus import Case, load, report

NOW = datetime(2030, 5, 6, 7, 8, 9, tzinfo=UTC)


def room(answers: Mapping[str, int] | None) -> Estimate:
    """An estimator that knows these clusters and no others."""
    return lambda clusters, spec: answers or {}


def targets(result: Sequence[TargetCluster]) -> list[dict[str, Any]]:
    return sorted(to_objects(result), key=lambda t: t["name"])


def detail(found: ClusterDetail) -> dict[str, Any]:
    return {
        "name": found.name,
        "score": found.score,
        "allocatableReplicas": found.allocatable_replicas,
        "availableReplicas": found.available_replicas,
        "overflowOrder": found.overflow_order,
    }


def division(case: dict[str, Any]) -> dict[str, Any]:
    result = schedule(
        case["spec"],
        case.get("status", {}),
        case["clusters"],
        room(case.get("availableReplicas")),
        empty_workload_propagation=case.get("enableEmptyWorkloadPropagation", False),
    )
    out: dict[str, Any] = {}
    if result.selected:
        out["selected"] = [detail(d) for d in result.selected]
    if result.error is not None:
        return {**out, "error": result.error.message}
    return {**out, "clusters": targets(result.targets)}


def webster(case: dict[str, Any]) -> list[dict[str, Any]]:
    breaker = case["tieBreaker"]
    if breaker.startswith("uid:"):
        descending = descending_by_uid(breaker.removeprefix("uid:"))
    else:
        descending = breaker == "nameDescending"
    parties = allocate_webster_seats(
        case["newSeats"], case.get("votes", {}), case.get("initialAssignments"), descending=descending
    )
    return [p._asdict() for p in parties]


def select(case: dict[str, Any]) -> dict[str, Any]:
    points = case.get("scores", {})
    scored = [(c, points.get(c["metadata"]["name"], 0)) for c in case["clusters"]]
    estimate = room(case.get("availableReplicas"))
    details = cluster_details(scored, case["spec"], case.get("status", {}), estimate)
    try:
        return {"selected": [detail(d) for d in select_clusters(details, case["spec"])]}
    except ScheduleError as error:
        return {"error": error.message}


def filters(case: dict[str, Any]) -> dict[str, Any]:
    context = filter_context(case["spec"], case.get("status", {}), case.get("bindings", ()))
    out: dict[str, Any] = {"clusters": {}}
    failed: dict[str, dict[str, str]] = {}
    for cluster in case["clusters"]:
        name = cluster["metadata"]["name"]
        failed[name] = refusals(context, cluster)
        out["clusters"][name] = {
            "fit": not failed[name],
            "filters": {p: {"code": "Unschedulable", "reasons": [r]} for p, r in failed[name].items()},
            "scores": {p: s for p, s in scores(context, cluster).items() if s},
        }
    if failed and all(len(reasons) == 1 for reasons in failed.values()):
        diagnosis = {name: next(iter(reasons.values())) for name, reasons in failed.items()}
        out["fitError"] = FitError(len(case["clusters"]), diagnosis).message
    return out


def division_v12(case: dict[str, Any]) -> dict[str, Any]:
    estimate = room(case.get("availableReplicas"))
    result = schedule_v12(case["placement"], case["spec"], case["clusters"], estimate)
    if result.error is not None:
        return {"error": result.error.message}
    return {"clusters": targets(result.targets)}


def estimator(case: dict[str, Any]) -> dict[str, Any]:
    cluster = case["cluster"]
    assumed = [AssumedWorkload(a["namespace"], a["components"]) for a in case.get("assumed", ())]
    if "components" in case:
        return {"maxSets": max_available_component_sets(cluster, case["components"], assumed)}
    return {"maxReplicas": max_available_replicas(cluster, case.get("replicaRequirements"), assumed)}


def flow(case: dict[str, Any]) -> dict[str, Any]:
    binding = case["resourceBinding"]
    applied = case.get("appliedPlacement")
    if applied is not None:
        text = placement_text(binding["spec"]["placement"] if applied == "same" else applied)
        annotations = {**meta.annotations(binding), POLICY_PLACEMENT_ANNOTATION: text}
        binding = meta.with_metadata(binding, annotations=annotations)
    around = Surroundings(
        clusters=case["clusters"],
        estimate=room(case.get("availableReplicas")),
        now=NOW,
        empty_workload_propagation=case.get("enableEmptyWorkloadPropagation", False),
    )
    outcome = schedule_binding(binding, around)
    after = outcome.applied_to(binding)
    found: dict[str, Any] = {
        "status": after.get("status"),
        "events": [f"{e.type} {e.reason} {e.message}" for e in outcome.events for _ in range(2)],
        "writes": [f"patch {p.subresource}".strip() for p in outcome.patches],
        "clusters": after["spec"].get("clusters"),
        "retryError": outcome.retry and outcome.retry.message,
    }
    if POLICY_PLACEMENT_ANNOTATION in meta.annotations(after):
        found["appliedPlacement"] = orjson.loads(meta.annotations(after)[POLICY_PLACEMENT_ANNOTATION])
    text = orjson.dumps(found).decode().replace(meta.rfc3339(NOW), "<now>")
    return {k: v for k, v in orjson.loads(text).items() if v is not None}


def normal(value: Any) -> Any:
    """Without nulls; target clusters by name, for their order is no decision."""
    if isinstance(value, dict):
        out = {k: normal(v) for k, v in value.items() if v is not None}
        if isinstance(out.get("clusters"), list):
            out["clusters"] = sorted(out["clusters"], key=lambda t: t["name"])
        return out
    return [normal(v) for v in value] if isinstance(value, list) else value


JUDGES: dict[str, Callable[[dict[str, Any]], Any]] = {
    "division-static": division,
    "division-dynamic": division,
    "webster": webster,
    "select": select,
    "filter": filters,
    "estimator": estimator,
    "estimator-assumed": estimator,
    "division-v12": division_v12,
    "schedule-flow": flow,
}


def differs(case: Case, found: Any) -> str | None:
    expected, found = normal(case["output"]), normal(found)
    if expected == found:
        return None
    return f"{case['case']}\n  expected {expected}\n  found    {found}"


@pytest.mark.parametrize("name", JUDGES)
def test_decides_as_karmada_does(name: str) -> None:
    cases = load(name)
    found = (differs(case, JUDGES[name](case["input"])) for case in cases)
    failures = [text for text in found if text is not None]
    assert not failures, report(failures, len(cases))
