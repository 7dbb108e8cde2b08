"""Every recorded override of Karmada changes the object here in the same way."""

from __future__ import annotations

import copy
from typing import Any

from karmada_nb.engine.karmada.override import ApplyOverridesError, apply_override_policies
from tests.engine.karmada.corpus import Case, load, report

LIBRARY_TEXTS = ("json:", "yaml:", "error in ", "strconv.", "invalid ")
"""How error texts of Go's libraries begin: only that there is an error is Karmada's decision."""


def without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: without_nulls(v) for k, v in value.items() if v is not None}
    return [without_nulls(v) for v in value] if isinstance(value, list) else value


def differs(case: Case) -> str:
    asked, expected = case["input"], dict(case["output"])
    before = copy.deepcopy(asked)
    found: dict[str, Any]
    try:
        done = apply_override_policies(
            asked["object"], asked["cluster"], asked["overridePolicies"], asked["clusterOverridePolicies"]
        )
        found = {
            "object": without_nulls(done.obj),
            "appliedClusterOverrides": [rule.policy for rule in done.cluster_overrides],
            "appliedOverrides": [rule.policy for rule in done.overrides],
            "events": [" ".join(event) for event in done.events],
        }
    except ApplyOverridesError as error:
        found = {"error": str(error), "events": [" ".join(event) for event in error.events]}
        if expected.get("error", "").startswith(LIBRARY_TEXTS):
            expected["error"] = found["error"]
    if asked != before:
        return f"{case['case']}: the input was changed"
    return "" if found == expected else f"{case['case']}: expected {expected}, found {found}"


def test_override() -> None:
    cases = load("override")
    failures = [text for case in cases if (text := differs(case))]
    assert not failures, report(failures, len(cases))
