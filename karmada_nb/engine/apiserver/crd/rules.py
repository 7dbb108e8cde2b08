"""``x-kubernetes-validations``: the rules in CEL that a schema carries.

Follows k8s.io/apiextensions-apiserver pkg/apiserver/schema/cel/validation.go.
"""

import re
from typing import Any, Final

from karmada_nb.engine.apiserver.crd.cel import CelError, CelSyntaxError, compile_text
from karmada_nb.engine.apiserver.crd.typed import typed
from karmada_nb.engine.apiserver.schema.schema import Schema
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object

KEYWORD: Final = "x-kubernetes-validations"
_OLD_SELF: Final = re.compile(r"\boldSelf\b")
_SAID: Final = {
    "FieldValueInvalid": "Invalid value: ",
    "FieldValueForbidden": "Forbidden: ",
    "FieldValueRequired": "Required value: ",
    "FieldValueDuplicate": "Duplicate value: ",
}


def check(schema: Schema, value: Any, path: str, old: Any = None) -> list[Cause]:
    """What the rules of a schema, and of all below, find wrong with a value of the right shape."""
    if not schema.ruled or value is None or value is old:
        return []
    causes: list[Cause] = []
    for rule in schema.keywords.get(KEYWORD) or ():
        causes += _judge(rule, schema, value, path, old)
    if isinstance(value, dict):
        before = old if isinstance(old, dict) else {}
        for name, item in value.items():
            node = schema.properties.get(name) or schema.additional
            if node is None or (schema.embedded_resource and name in ("apiVersion", "kind", "metadata")):
                continue
            causes += check(node, item, f"{path}.{name}" if path else name, before.get(name))
    elif isinstance(value, list) and schema.items is not None:
        for at, item in enumerate(value):
            causes += check(schema.items, item, f"{path}[{at}]", _counterpart(schema, item, old))
    return causes


def _counterpart(schema: Schema, item: Any, old: Any) -> Any:
    """The item of the same keys in the list before; only lists of type map have one."""
    if schema.list_type != "map" or not isinstance(old, list) or not isinstance(item, dict):
        return None
    keys = [item.get(k) for k in schema.list_map_keys]
    return next(
        (o for o in old if isinstance(o, dict) and [o.get(k) for k in schema.list_map_keys] == keys), None
    )


def _judge(rule: Object, schema: Schema, value: Any, path: str, old: Any) -> list[Cause]:
    text = rule["rule"]
    variables: dict[str, Any] = {"self": typed(schema, value)}
    if _OLD_SELF.search(text):
        if old is None and not rule.get("optionalOldSelf"):
            return []
        variables["oldSelf"] = typed(schema, old)
    try:
        holds = compile_text(text)(variables)
    except CelError as error:
        shown = f"Invalid value: {_kind(value)}: {_why(rule, error)}"
        return [Cause(path or "<nil>", "FieldValueInvalid", shown)]
    except CelSyntaxError:
        return []  # It was refused with its definition; a stored one must not lock its objects.
    if holds is True:
        return []
    reason = rule.get("reason") or "FieldValueInvalid"
    place = f"{path}{rule['fieldPath']}" if rule.get("fieldPath") else path
    return [Cause(place.lstrip(".") or "<nil>", reason, _SAID.get(reason, "") + _message(rule, variables))]


def _why(rule: Object, error: CelError) -> str:
    """Why a rule could not be evaluated; a rule with a message goes by that."""
    shown = str(rule.get("message") or rule["rule"]).strip()
    if str(error).startswith("no such overload"):
        what = "call arguments did not match a supported operator, function or macro signature for rule"
        return f"'{error}': {what}: {shown}"
    return f"{error} evaluating rule: {shown}"


def _message(rule: Object, variables: dict[str, Any]) -> str:
    expression = rule.get("messageExpression")
    if expression:
        try:
            said = compile_text(expression)(variables)
        except (CelError, CelSyntaxError):
            said = None
        if isinstance(said, str) and said.strip():
            return said.strip()
    return str(rule.get("message") or f"failed rule: {rule['rule']}").strip()


def _kind(value: Any) -> str:
    names = {dict: "object", list: "array", str: "string", bool: "boolean", int: "integer", float: "number"}
    return f'"{names.get(type(value), "null")}"'
