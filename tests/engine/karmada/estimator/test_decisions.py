"""Every recorded answer of karmada-scheduler-estimator is given here in the same way."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.estimator.accurate import (
    ClusterState,
    max_available_component_sets,
    max_available_replicas,
)
from karmada_nb.engine.karmada.estimator.nodes import share_of
from karmada_nb.engine.karmada.estimator.unschedulable import unschedulable_replicas
from karmada_nb.engine.karmada.scheduler.assumed import AssumedWorkload
from karmada_nb.engine.meta import Object
from tests.engine.karmada.corpus import load, report

NOW = datetime(2030, 5, 6, 7, 8, 9, tzinfo=UTC)


def answer(case: dict[str, Any]) -> dict[str, int]:
    if "deployment" in case:
        return {"unschedulable": unschedulable(case)}
    taken: dict[str, Counter[str]] = {}
    for share in map(share_of, case["pods"]):
        if share is not None:
            taken.setdefault(share.node, Counter()).update(share.amounts)
    state = ClusterState(case["nodes"], taken, case["quotas"])
    assumed = [AssumedWorkload(a["namespace"], a["components"]) for a in case.get("assumed", ())]
    if "components" in case:
        sets = max_available_component_sets(state, case["components"], case["namespace"], assumed)
        return {"maxSets": sets}
    return {"maxReplicas": max_available_replicas(state, case.get("replicaRequirements"), assumed)}


def unschedulable(case: dict[str, Any]) -> int:
    """A threshold below zero counts as none; ``ageSeconds`` says how old a pod's condition is."""

    def aged(pod: Object) -> Object:
        since = meta.rfc3339(NOW - timedelta(seconds=case["ageSeconds"][meta.name(pod)]))
        said = [{**c, "lastTransitionTime": since} for c in pod["status"]["conditions"]]
        return {**pod, "status": {"conditions": said}}

    threshold = timedelta(seconds=max(0, case["thresholdSeconds"]))
    pods = map(aged, case["pods"])
    return unschedulable_replicas(case["deployment"], case["replicaSets"], pods, NOW, threshold)


def test_answers_as_karmada_does() -> None:
    cases = load("estimator-accurate")
    found = ((case, answer(case["input"])) for case in cases)
    failures = [f"{c['case']}: expected {c['output']}, found {a}" for c, a in found if a != c["output"]]
    assert not failures, report(failures, len(cases))
