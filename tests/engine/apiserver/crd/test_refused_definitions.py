"""Definitions that are refused, in upstream's words."""

from __future__ import annotations

from typing import Any

import pytest

from karmada_nb.engine.apiserver.crd.definition import validate_definition

SHARED = "spec.validation.openAPIV3Schema"


def definition(schema: dict[str, Any], version: dict[str, Any] | None = None, **spec: Any) -> dict[str, Any]:
    made = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
    names = {"plural": "gears", "singular": "gear", "kind": "Gear", "listKind": "GearList"}
    return {
        "metadata": {"name": "gears.example.com"},
        "spec": {
            "group": "example.com",
            "scope": "Namespaced",
            "names": names,
            "versions": [{**made, **(version or {})}],
            "conversion": {"strategy": "None"},
            **spec,
        },
        "status": {"storedVersions": ["v1"]},
    }


def of(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


def ruled(rule: str, **properties: Any) -> dict[str, Any]:
    return of(spec={**of(**properties), "x-kubernetes-validations": [{"rule": rule}]})


def complaints(obj: dict[str, Any]) -> list[tuple[str, str]]:
    return [(cause.field, cause.message) for cause in validate_definition(obj)]


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("self.b == 1", "undefined field 'b'\n | self.b == 1\n | ....^"),
        (
            "self.a > 1",
            "found no matching overload for '_>_' applied to '(string, int)'\n | self.a > 1\n | .......^",
        ),
    ],
)
def test_a_rule_points_to_what_is_wrong_in_it(rule: str, said: str) -> None:
    ((field, message),) = complaints(definition(ruled(rule, a={"type": "string"})))
    assert field == f"{SHARED}.properties[spec].x-kubernetes-validations[0].rule"
    assert message.endswith(said)
    assert "compilation failed: ERROR: <input>:1:" in message


def test_a_rule_is_true_or_false() -> None:
    ((_, message),) = complaints(definition(ruled("self.a", a={"type": "string"})))
    assert message.endswith(": cel expression must evaluate to a bool")


@pytest.mark.parametrize(
    "rule",
    [
        "self.a.size() > 1 && self.b.c == 1",
        "has(self.b) && self.b.anything.at.all == 'x'",
        "self.a == 'x' || self.n > 1.5",
        "self.a.matches('^a') && self.metadata.name == 'b'",
    ],
)
def test_rules_that_are_fine(rule: str) -> None:
    free = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    schema = ruled(rule, a={"type": "string"}, b=free, n={"type": "number"})
    assert complaints(definition(schema)) == []


@pytest.mark.parametrize(
    ("obj", "field", "message"),
    [
        (
            definition(of(a={"type": "string", "anyOf": [{"type": "string"}]})),
            f"{SHARED}.properties[a].anyOf[0].type",
            "Forbidden: must be empty to be structural",
        ),
        (
            definition(of(metadata=of(labels={"type": "object"}))),
            f"{SHARED}.properties[metadata]",
            "Forbidden: must not specify anything other than name and generateName, but metadata is "
            "implicitly specified",
        ),
        (
            definition(of(a={"type": "string", "pattern": "["})),
            f"{SHARED}.properties[a].pattern",
            'Invalid value: "[": must be a valid regular expression, but isn\'t: error parsing regexp: '
            "missing closing ]: `[`",
        ),
        (
            definition(
                of(),
                {"subresources": {"scale": {"specReplicasPath": ".n", "statusReplicasPath": ".status.n"}}},
            ),
            "spec.subresources.scale.specReplicasPath",
            'Invalid value: ".n": should be a json path under .spec',
        ),
        (
            definition(
                of(), {"additionalPrinterColumns": [{"name": "a", "type": "string", "jsonPath": "spec.a"}]}
            ),
            "spec.additionalPrinterColumns[0].JSONPath",
            'Invalid value: "spec.a": must be a simple json path starting with .',
        ),
        (
            definition(of(), {"deprecationWarning": "old"}),
            "spec.versions[0].deprecationWarning",
            'Invalid value: "old": can only be set for deprecated versions',
        ),
        (
            definition(of(), {"selectableFields": [{"jsonPath": ".spec.a"}]}),
            "spec.selectableFields[0].jsonPath",
            'Invalid value: ".spec.a": is an invalid path: does not refer to a valid field',
        ),
    ],
)
def test_a_definition_is_refused(obj: dict[str, Any], field: str, message: str) -> None:
    assert (field, message) in complaints(obj)


@pytest.mark.parametrize(
    ("items", "said"),
    [
        (None, "Required value: must be specified"),
        ([], "Required value: must be specified"),
        ([{"type": "string"}], "Forbidden: items must be a schema object and not an array"),
        ([None], "Forbidden: items must be a schema object and not an array"),
    ],
)
def test_a_list_has_one_schema_of_its_items(items: Any, said: str) -> None:
    """Answers of kube-apiserver v1.36."""
    found = complaints(definition(of(a={"type": "array", "items": items})))
    assert (f"{SHARED}.properties[a].items", said) in found
