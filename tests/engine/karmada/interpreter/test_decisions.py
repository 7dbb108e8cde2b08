"""Every recorded answer of Karmada's native interpreter is answered here in the same way."""

from __future__ import annotations

import copy
from datetime import UTC, datetime
from typing import Any

import pytest

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.interpreter import (
    Chain,
    Interpreter,
    InterpreterError,
    Operation,
    default,
    native,
    remove_irrelevant_fields,
    remove_job_ttl_seconds,
)
from karmada_nb.engine.karmada.interpreter.declarative import ConfigurableInterpreter
from tests.engine.karmada.corpus import Case, load, report

NOW = datetime(2026, 8, 1, 12, 30, tzinfo=UTC)
LIBRARY_TEXTS = (
    "strconv.",
    "json:",
    "cannot",
    "unable",
    "failed to convert",
    "json unmarshal obj failed: json:",
)
"""How error texts of Go's libraries begin: only that there is an error is Karmada's decision."""

LUA_TEXTS = ("attempt to", "cannot perform", "__len undefined", "syntax error")
"""What Karmada's Lua says of a mistake in a script, where ours says the same in other words."""


def without_nulls(value: Any) -> Any:
    """As the recordings are: a null field is not written, the moment of deciding is ``<now>``."""
    if isinstance(value, dict):
        return {k: without_nulls(v) for k, v in value.items() if v is not None}
    if isinstance(value, list):
        return [without_nulls(v) for v in value]
    return "<now>" if value == meta.rfc3339(NOW) else value


def answer(interpreter: Interpreter, asked: dict[str, Any]) -> dict[str, Any]:
    obj = asked["object"]
    match asked["operation"]:
        case "InterpretReplica":
            replica, requires = interpreter.get_replicas(obj)
            return {"replica": replica, "requires": requires}
        case "ReviseReplica":
            return {"object": interpreter.revise_replica(obj, asked.get("replica", 0))}
        case "Retain":
            return {"object": interpreter.retain(obj, asked["observed"])}
        case "AggregateStatus":
            done = interpreter.aggregate_status(obj, asked.get("aggregatedStatusItems"), NOW)
            return {"status": done.get("status")}
        case "InterpretStatus":
            status = interpreter.reflect_status(obj)
            return {"none": True} if status is None else {"status": status}
        case "InterpretHealth":
            return {"healthy": interpreter.interpret_health(obj)}
        case "InterpretComponent":
            return {"components": interpreter.get_components(obj)}
        case "InterpretDependency":
            return {"dependencies": interpreter.get_dependencies(obj)}
        case "Prune":
            return {"object": remove_job_ttl_seconds(remove_irrelevant_fields(obj))}
        case "HookEnabled":
            enabled = interpreter.hook_enabled
            return {str(op): enabled(obj["apiVersion"], obj["kind"], op) for op in Operation}
    raise AssertionError(f"expected an operation this test knows, found {asked['operation']}")


def by_name(dependency: dict[str, Any]) -> tuple[str, str]:
    return dependency["kind"], dependency.get("name", "")


def differs(interpreter: Interpreter, case: Case, lua_texts: tuple[str, ...] = ()) -> str:
    asked, expected = case["input"], dict(case["output"])
    before = copy.deepcopy(asked)
    try:
        found = without_nulls(answer(interpreter, asked))
    except InterpreterError as error:
        found = {"error": str(error)}
        said = expected.get("error", "")
        if said.startswith(LIBRARY_TEXTS) or any(text in said for text in lua_texts):
            expected["error"] = found["error"]
    if asked != before:
        return f"{case['case']}: the input was changed"
    for side in (found, expected):
        if "dependencies" in side:
            side["dependencies"] = sorted(side["dependencies"], key=by_name)
    return "" if found == expected else f"{case['case']}: expected {expected}, found {found}"


@pytest.mark.parametrize("interpreter", [native(), Chain(default())], ids=["native", "default"])
def test_interpreter(interpreter: Interpreter) -> None:
    cases = load("interpreter")
    failures = [text for case in cases if (text := differs(interpreter, case))]
    assert not failures, report(failures, len(cases))


def test_scripts() -> None:
    """A user's Lua, run by Karmada and run here."""
    cases = load("interpreter-lua")
    failures = [text for case in cases if (text := scripted(case))]
    assert not failures, report(failures, len(cases))


def scripted(case: Case) -> str:
    asked = case["input"]
    interpreter = ConfigurableInterpreter(asked["customizations"], lambda: NOW)
    if case["output"] == {"enabled": False}:
        kind = asked["object"]["apiVersion"], asked["object"]["kind"]
        enabled = interpreter.hook_enabled(*kind, Operation(asked["operation"]))
        return f"{case['case']}: expected no script" if enabled else ""
    return differs(interpreter, case, LUA_TEXTS)


def test_third_party() -> None:
    """The kinds of other projects, about which Karmada's own scripts were asked."""
    cases = load("interpreter-third-party")
    failures = [text for case in cases if (text := differs(default(), case, LUA_TEXTS))]
    assert not failures, report(failures, len(cases))


def test_third_party_kinds_answer_what_they_answer_in_karmada() -> None:
    answered: dict[tuple[str, str], set[str]] = {}
    for case in load("interpreter-third-party"):
        obj = case["input"]["object"]
        answered.setdefault((obj["apiVersion"], obj["kind"]), set()).add(case["input"]["operation"])
    for kind, operations in answered.items():
        enabled = {str(op) for op in Operation if default().hook_enabled(*kind, op)}
        assert enabled - {"InterpretStatus"} == operations - {"InterpretStatus"}
