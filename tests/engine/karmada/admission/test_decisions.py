"""Defaults and refusals, judged by what Karmada's own webhooks and aggregated API recorded."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import orjson

from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.karmada.admission import cluster, current, webhooks
from karmada_nb.engine.karmada.admission.request import Request, Surroundings, aggregate
from karmada_nb.engine.meta import rfc3339
from tests.engine.karmada.corpus import load, report

NOW = datetime(2026, 1, 2, tzinfo=UTC)
NEW_ID = "0f0e0d0c-0b0a-4908-8706-050403020100"
AROUND = Surroundings(new_id=lambda: NEW_ID)
HIDDEN = {rfc3339(NOW): "<now>", NEW_ID: "<uuid>"}


def decide_cluster(case: dict[str, Any]) -> dict[str, Any]:
    found, old = case["object"], case.get("oldObject")
    if old is None:
        found = cluster.prepare_for_create(found)
        causes = cluster.validate_cluster(found)
    else:
        found = cluster.prepare_for_update(found, old)
        causes = cluster.validate_cluster_update(found, old)
    if causes:
        return {"allowed": False, "message": aggregate(causes)}
    found = cluster.canonicalize(found, NOW)
    return {"allowed": True, "mutated": {k: v for k, v in found.items() if k not in ("apiVersion", "kind")}}


def decide(case: dict[str, Any]) -> dict[str, Any]:
    if case["kind"] == "Cluster":
        return decide_cluster(case)
    found, kind = case["object"] or {}, case["kind"]
    request = Request(kind, case["operation"], case["namespace"], found, case.get("oldObject"))
    out: dict[str, Any] = {"allowed": True}
    if kind in current.MUTATING:
        found = webhooks.mutate(request, AROUND)
        out["mutated"] = found
    request = Request(kind, case["operation"], case["namespace"], found, case.get("oldObject"))
    try:
        webhooks.validate(request, AROUND)
    except StatusError as err:
        message = err.message.partition(" denied the request: ")[2]
        out |= {"allowed": False, "message": message, "code": err.code}
        if case["operation"] != "DELETE":
            out["stage"] = "validating"
    return out


def as_recorded(value: Any) -> Any:
    """The moment of deciding, fresh identifiers, and what is not there, as the recording writes them."""
    if isinstance(value, dict):
        return {k: as_recorded(v) for k, v in value.items() if v is not None}
    if isinstance(value, list):
        return [as_recorded(item) for item in value]
    return HIDDEN.get(value, value) if isinstance(value, str) else value


def test_admission_decides_as_karmada_does() -> None:
    cases = load("defaults")
    failures = []
    for case in cases:
        given = orjson.dumps(case["input"])
        found = as_recorded(decide(case["input"]))
        if found != case["output"]:
            failures.append(f"{case['case']}:\n  expected {case['output']}\n  found    {found}")
        assert orjson.dumps(case["input"]) == given, f"{case['case']}: the input was changed"
    assert not failures, report(failures, len(cases))
