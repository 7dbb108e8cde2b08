"""Patching the JSON or YAML text that a string field holds, such as a ConfigMap's configuration file.

Follows ``applyFieldOverriders`` of pkg/util/overridemanager/overridemanager.go and
github.com/go-openapi/jsonpointer.
"""

from __future__ import annotations

from typing import Any

import orjson

from karmada_nb.engine import golang
from karmada_nb.engine.karmada import go_json
from karmada_nb.engine.karmada.override import yaml_text
from karmada_nb.engine.karmada.override.errors import OverrideError
from karmada_nb.engine.karmada.override.json_patch import Patch, apply_json_patch
from karmada_nb.engine.meta import Object


def apply_field_overrider(obj: Object, overrider: Object) -> Object:
    """The object with one field's text patched; YAML operations win over JSON ones.

    Raises OverrideError where the path leads nowhere or to no string, the text does not parse, or a patch
    does not apply.
    """
    path = overrider.get("fieldPath", "")
    tokens = _tokens(path)
    text: Any = obj
    for token in tokens:
        text = _child(text, token)
    if not isinstance(text, str):
        raise OverrideError(f"Get object's value by overrider's path({path}) is not string")
    changed: Object = _set(obj, tokens, _patched(text, overrider))
    return changed


def _patched(text: str, overrider: Object) -> str:
    if operations := overrider.get("yaml"):
        return yaml_text.dump(apply_json_patch(yaml_text.load(text), _patches(operations)))
    if operations := overrider.get("json"):
        try:
            document = orjson.loads(text)
        except orjson.JSONDecodeError as error:
            raise OverrideError(f"cannot read JSON: {error}") from None
        return go_json.dumps(apply_json_patch(document, _patches(operations)))
    return ""


def _patches(operations: list[Object]) -> list[Patch]:
    return [Patch(o.get("operator", ""), o.get("subPath", ""), o.get("value")) for o in operations]


def _tokens(path: str) -> list[str]:
    if path and not path.startswith("/"):
        raise OverrideError('JSON pointer must be empty or start with a "/"\nJSON pointer error')
    return [t.replace("~1", "/").replace("~0", "~") for t in path.split("/")[1:]]


def _child(value: Any, token: str) -> Any:
    if isinstance(value, dict):
        if token not in value:
            raise OverrideError(f'object has no key "{token}": JSON pointer error')
        return value[token]
    if isinstance(value, list):
        if not golang.is_number(token):
            raise OverrideError(f'strconv.Atoi: parsing "{token}": invalid syntax\nJSON pointer error')
        if int(token) >= len(value):
            raise OverrideError(
                f"index out of bounds array[0,{len(value) - 1}] index '{token}': JSON pointer error"
            )
        return value[int(token)]
    raise OverrideError(f'invalid token reference "{token}": JSON pointer error')


def _set(value: Any, tokens: list[str], text: str) -> Any:
    if not tokens:
        return text
    first, *rest = tokens
    if isinstance(value, dict):
        return {**value, first: _set(value[first], rest, text)}
    at = int(first)
    return [*value[:at], _set(value[at], rest, text), *value[at + 1 :]]
