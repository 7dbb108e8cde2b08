"""The record of applied rules that a Work carries as an annotation.

Follows pkg/util/overridemanager/shadow.go and the JSON form of pkg/apis/policy/v1alpha1/override_types.go.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final, NamedTuple

from karmada_nb.engine.karmada import go_json
from karmada_nb.engine.meta import Object


class AppliedRule(NamedTuple):
    """One rule that changed the object: its policy's name and its overriders."""

    policy: str
    overriders: Object


def marshal_applied(rules: Iterable[AppliedRule]) -> str:
    """The annotation that records applied rules, by policy name; ``""`` where there is none."""
    shadows = [
        {"policyName": rule.policy, "overriders": _overriders(rule.overriders)}
        for rule in sorted(rules, key=lambda rule: rule.policy)
    ]
    return go_json.dumps(shadows) if shadows else ""


def _overriders(overriders: Object) -> Object:
    """In the order of Go's type; empty lists are left out."""
    return {
        name: [form(entry) for entry in overriders[name]]
        for name, form in _FORMS.items()
        if overriders.get(name)
    }


def _plaintext(entry: Object) -> Object:
    return {
        "path": entry.get("path", ""),
        "operator": entry.get("operator", ""),
        "value": entry.get("value"),
    }


def _image(entry: Object) -> Object:
    predicate = entry.get("predicate")
    return {
        **({"predicate": {"path": predicate.get("path", "")}} if predicate is not None else {}),
        "component": entry.get("component", ""),
        "operator": entry.get("operator", ""),
        **({"value": entry["value"]} if entry.get("value") else {}),
    }


def _command_args(entry: Object) -> Object:
    return {
        "containerName": entry.get("containerName", ""),
        "operator": entry.get("operator", ""),
        **({"value": entry["value"]} if entry.get("value") else {}),
    }


def _map(entry: Object) -> Object:
    value = entry.get("value")
    return {
        "operator": entry.get("operator", ""),
        "value": None if value is None else dict(sorted(value.items())),
    }


def _field(entry: Object) -> Object:
    out: Object = {"fieldPath": entry.get("fieldPath", "")}
    for form in ("json", "yaml"):
        if entry.get(form):
            out[form] = [_operation(operation) for operation in entry[form]]
    return out


def _operation(entry: Object) -> Object:
    return {
        "subPath": entry.get("subPath", ""),
        "operator": entry.get("operator", ""),
        "value": entry.get("value"),
    }


_FORMS: Final[Mapping[str, Callable[[Object], Object]]] = {
    "plaintext": _plaintext,
    "imageOverrider": _image,
    "commandOverrider": _command_args,
    "argsOverrider": _command_args,
    "labelsOverrider": _map,
    "annotationsOverrider": _map,
    "fieldOverrider": _field,
}
