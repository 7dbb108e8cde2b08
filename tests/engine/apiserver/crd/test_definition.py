"""What a CustomResourceDefinition is refused for, and what its rules refuse."""

from typing import Any, Literal

import pytest

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.crd.definition import validate_definition
from karmada_nb.engine.apiserver.crd.resources import resources
from karmada_nb.engine.apiserver.strategies.extensions import CustomResourceDefinition
from karmada_nb.engine.karmada.api import custom_resource_definitions
from karmada_nb.engine.meta import Object


def definition(schema: Object, **spec: Any) -> Object:
    version = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
    names = {"plural": "things", "singular": "thing", "kind": "Thing", "listKind": "ThingList"}
    body = {"group": "example.com", "scope": "Cluster", "names": names, "versions": [version], **spec}
    made = {"metadata": {"name": "things.example.com"}, "spec": body}
    strategy = CustomResourceDefinition()
    return strategy.initial_status(strategy.default(made))


def complaints(schema: Object, **spec: Any) -> list[tuple[str, str]]:
    return [(cause.field, cause.message) for cause in validate_definition(definition(schema, **spec))]


ROOT = "spec.validation.openAPIV3Schema"


def test_a_good_definition_has_no_complaints() -> None:
    assert complaints({"type": "object", "properties": {"spec": {"type": "object"}}}) == []


@pytest.mark.parametrize(
    ("below", "path", "message"),
    [
        ({}, ".type", "Required value: must not be empty for specified object fields"),
        ({"type": "array"}, ".items", "Required value: must be specified"),
        (
            {"type": "array", "items": {"type": "object"}, "x-kubernetes-list-type": "map"},
            ".x-kubernetes-list-map-keys",
            "Required value: must not be empty if x-kubernetes-list-type is map",
        ),
        (
            {
                "type": "object",
                "properties": {"b": {"type": "string"}},
                "additionalProperties": {"type": "string"},
            },
            ".additionalProperties",
            "Forbidden: additionalProperties and properties are mutual exclusive",
        ),
        (
            {"type": "string", "x-kubernetes-validations": [{"rule": " "}]},
            ".x-kubernetes-validations[0].rule",
            "Required value: rule is not specified",
        ),
    ],
)
def test_schemas_that_are_not_structural(below: Object, path: str, message: str) -> None:
    found = complaints({"type": "object", "properties": {"a": below}})
    assert found == [(f"{ROOT}.properties[a]{path}", message)]


def test_names_are_checked_one_by_one() -> None:
    names = {"plural": "things", "singular": "thing", "kind": "Thing", "listKind": "Thing"}
    found = complaints({"type": "object"}, names=names)
    assert found == [("spec.names.listKind", 'Invalid value: "Thing": kind and listKind may not be the same')]


@pytest.mark.parametrize("edition", ["article", "current"])
def test_the_definitions_of_karmada_are_valid(edition: Literal["article", "current"]) -> None:
    strategy = CustomResourceDefinition()
    for crd in custom_resource_definitions(edition):
        assert validate_definition(strategy.initial_status(strategy.default(crd))) == [], meta.name(crd)


def thing(**spec: Any) -> Object:
    return {"apiVersion": "example.com/v1", "kind": "Thing", "metadata": {"name": "a"}, "spec": spec}


SCHEMA: Object = {
    "type": "object",
    "properties": {
        "spec": {
            "type": "object",
            "properties": {"size": {"type": "integer"}, "note": {"type": "string", "maxLength": 3}},
            "x-kubernetes-validations": [
                {"rule": "self.size >= oldSelf.size", "message": "size may not shrink"},
                {"rule": "self.size < 10", "messageExpression": "'size is ' + string(self.size)"},
            ],
        }
    },
}


def test_rules_look_at_the_version_before_where_they_speak_of_it() -> None:
    [resource] = resources(definition(SCHEMA))
    strategy = resource.strategy
    assert strategy.validate(thing(size=3)) == []
    [cause] = strategy.validate_update(thing(size=2), thing(size=3))
    assert (cause.field, cause.message) == ("spec", "Invalid value: size may not shrink")
    [cause] = strategy.validate(thing(size=10))
    assert cause.message == "Invalid value: size is 10"


def test_what_did_not_change_is_not_refused_for_rules_that_came_later() -> None:
    [resource] = resources(definition(SCHEMA))
    old = thing(size=20, note="too long")
    new = {**old, "metadata": {"name": "a", "labels": {"b": "c"}}}
    assert resource.strategy.validate_update(new, old) == []
    assert resource.strategy.validate(new) != []
