"""Field validation in the words recorded from v1.36.2."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import orjson
import pytest
import yaml

from karmada_nb.engine.apiserver.schema import builtin, strict
from karmada_nb.engine.apiserver.schema.decode import decode
from karmada_nb.engine.errors import StatusError

RECORDED = Path(__file__).parents[3] / "data/conformance/field-validation.json.gz"


def steps() -> list[Any]:
    cases = []
    for step in orjson.loads(gzip.decompress(RECORDED.read_bytes()))["steps"]:
        told = step["result"].get("warnings", [])
        message = str(step["result"].get("body", {}).get("message", ""))
        if "POST" in step and (told or "strict decoding" in message):
            cases.append(pytest.param(step, told, message, id=step["name"]))
    return cases


@pytest.mark.parametrize(("step", "warnings", "message"), steps())
def test_field_validation_as_recorded(step: dict[str, Any], warnings: list[str], message: str) -> None:
    path = step["POST"]
    group, version, kind = ("apps", "v1", "Deployment") if "/apps/" in path else ("", "v1", "ConfigMap")
    said = step["body"]
    body = said.encode() if isinstance(said, str) else orjson.dumps(said)
    is_yaml = "application/yaml" in step.get("headers", {}).values()
    schema = builtin.resource(group, version, kind)
    assert schema is not None
    decoded = decode(schema, yaml.safe_load(body) if is_yaml else orjson.loads(body))
    find = strict.yaml_problems if is_yaml else strict.problems
    found = find(body, decoded.unknown)
    mode = next((m for m in ("Strict", "Warn", "Ignore") if f"fieldValidation={m}" in path), "Warn")
    if mode == "Strict":
        with pytest.raises(StatusError) as refusal:
            strict.judge(mode, kind, version, found)
        assert (refusal.value.code, refusal.value.message) == (400, message)
    else:
        told = strict.judge(mode, kind, version, found)
        assert ["299 - " + orjson.dumps(text).decode() for text in told] == warnings


def test_duplicates_are_found_at_any_depth() -> None:
    body = b'{"a": {"b": [{"c": 1, "c": 2}]}, "a": 3, "d": {"e": 1}}'
    assert strict.problems(body, []) == ['duplicate field "a.b[0].c"', 'duplicate field "a"']
    assert strict.problems(b'{"a": {"a": [{"a": 1}, {"a": 1}]}}', []) == []


def test_duplicate_and_unknown_fields_come_in_document_order() -> None:
    body = b'{"x": 1, "data": {"k": "1", "k": "2"}, "y": 1, "x": 2}'
    assert strict.problems(body, ["x", "y"]) == [
        'unknown field "x"',
        'duplicate field "data.k"',
        'unknown field "y"',
    ]
