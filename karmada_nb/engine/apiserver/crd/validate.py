"""Whether a custom resource obeys its schema, in the words of kube-openapi's validator.

Follows k8s.io/kube-openapi pkg/validation/validate and apiextensions-apiserver
pkg/apiserver/validation/validation.go, where each finding becomes a field error.
"""

import re
from functools import lru_cache
from typing import Any, Final

from karmada_nb.engine.apiserver.crd.rules import check
from karmada_nb.engine.apiserver.crd.strfmt import matches_format
from karmada_nb.engine.apiserver.schema.schema import Combined, Kind, Schema
from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object

NOT_CHECKED: Final = (
    "Invalid value: null: some validation rules were not checked because the object was invalid; "
    "correct the existing errors to complete validation"
)
_SHAPE: Final = frozenset(
    {
        "FieldValueRequired",
        "FieldValueNotSupported",
        "FieldValueTooLong",
        "FieldValueTooMany",
        "FieldValueTypeInvalid",
    }
)
_TYPES: Final = {
    Kind.OBJECT: "object",
    Kind.MAP: "object",
    Kind.ARRAY: "array",
    Kind.STRING: "string",
    Kind.INTEGER: "integer",
    Kind.NUMBER: "number",
    Kind.BOOLEAN: "boolean",
    Kind.INT_OR_STRING: "integer,string",
}


def validate(schema: Schema, obj: Object, old: Object | None) -> list[Cause]:
    """Everything that is wrong with ``obj``; what is the same as in ``old`` is not looked at again."""
    causes: list[Cause] = []
    before = old or {}
    for name, node in schema.properties.items():
        if name in ("apiVersion", "kind", "metadata") or name not in obj:
            continue
        if obj[name] is None and name in schema.required:
            continue
        causes += _value(node, obj[name], name, before.get(name))
    causes += [field.required(name) for name in schema.required if obj.get(name) is None]
    if causes and _blocking(causes):
        if schema.ruled:
            causes.append(Cause("<nil>", "FieldValueInvalid", NOT_CHECKED))
        return causes
    return causes + check(schema, obj, "", old)


def validate_value(schema: Schema, value: Any) -> list[Cause]:
    """What is wrong with a value by itself, such as a default."""
    return _value(schema, value, "")


def _blocking(causes: list[Cause]) -> bool:
    """Bounds and patterns leave the remaining rules checkable; shape does not."""
    return any(c.reason in _SHAPE for c in causes)


def _value(schema: Schema, value: Any, path: str, old: Any = None) -> list[Cause]:
    if value is old and value is not None:
        return []
    if value is None:
        return [] if schema.nullable or schema.kind is Kind.ANY else [_type_error(schema, value, path)]
    if not has_type(schema.kind, value):
        return [
            _type_error(schema, value, path),
            *_fraction(schema, value, path),
            *_enum(schema, value, path),
        ]
    causes: list[Cause] = []
    if isinstance(value, dict):
        causes += _map(schema, value, path, old)
    elif isinstance(value, list):
        causes += _list(schema, value, path, old)
    elif not schema.keywords:
        return causes
    elif isinstance(value, str):
        causes += _string(schema, value, path)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        causes += _number(schema, value, path)
    if schema.keywords:
        causes += _enum(schema, value, path)
        if schema.combined is not None:
            causes += _combined(schema.combined, schema, value, path)
    return causes


def has_type(kind: Kind, value: Any) -> bool:
    """Whether a JSON value, not null, is of the kind; true of kinds that are not JSON's own."""
    match kind:
        case Kind.OBJECT | Kind.MAP:
            return isinstance(value, dict)
        case Kind.ARRAY:
            return isinstance(value, list)
        case Kind.STRING:
            return isinstance(value, str)
        case Kind.BOOLEAN:
            return isinstance(value, bool)
        case Kind.INTEGER:
            return _integral(value)
        case Kind.NUMBER:
            return isinstance(value, int | float) and not isinstance(value, bool)
        case Kind.INT_OR_STRING:
            return isinstance(value, str) or _integral(value)
    return True


def _integral(value: Any) -> bool:
    if isinstance(value, bool):
        return False
    return isinstance(value, int) or (isinstance(value, float) and value.is_integer())


def _type_error(schema: Schema, value: Any, path: str) -> Cause:
    found, wanted = _json_type(value), _TYPES.get(schema.kind, "object")
    text = f'Invalid value: "{found}": {path} in body must be of type {wanted}: "{found}"'
    return Cause(path, "FieldValueTypeInvalid", text)


def _fraction(schema: Schema, value: Any, path: str) -> list[Cause]:
    """A number with a fraction is refused as an integer once more, by the check of its format."""
    if schema.kind is not Kind.INTEGER or not isinstance(value, float):
        return []
    text = f'Invalid value: "": Checked value must be of type integer (default format) in {path}'
    return [Cause("<nil>", "FieldValueInvalid", text)]


def _json_type(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    for kind, name in ((dict, "object"), (list, "array"), (str, "string"), (int, "integer")):
        if isinstance(value, kind):
            return name
    return "number"


def _map(schema: Schema, value: dict[str, Any], path: str, old: Any) -> list[Cause]:
    causes = [field.required(f"{path}.{name}") for name in schema.required if name not in value]
    words = schema.keywords
    if "maxProperties" in words and len(value) > words["maxProperties"]:
        causes.append(field.too_many(path, len(value), words["maxProperties"]))
    if "minProperties" in words and len(value) < words["minProperties"]:
        causes.append(_in_body(path, value, f"should have at least {words['minProperties']} properties"))
    before = old if isinstance(old, dict) else {}
    for name, item in value.items():
        node = schema.properties.get(name) or schema.additional
        if schema.embedded_resource and name in ("apiVersion", "kind", "metadata"):
            continue
        if node is not None:
            causes += _value(node, item, f"{path}.{name}", before.get(name))
    return causes


def _list(schema: Schema, value: list[Any], path: str, old: Any) -> list[Cause]:
    causes: list[Cause] = []
    words = schema.keywords
    if "maxItems" in words and len(value) > words["maxItems"]:
        causes.append(field.too_many(path, len(value), words["maxItems"]))
    if "minItems" in words and len(value) < words["minItems"]:
        causes.append(_in_body(path, len(value), f"should have at least {words['minItems']} items"))
    if schema.items is not None:
        before = old if isinstance(old, list) else []
        for at, item in enumerate(value):
            same = before[at] if at < len(before) else None
            causes += _value(schema.items, item, f"{path}[{at}]", same)
    if not causes:
        causes += _duplicates(schema, value, path)
    return causes


def _duplicates(schema: Schema, value: list[Any], path: str) -> list[Cause]:
    causes, seen = [], set()
    for at, item in enumerate(value):
        shown: Any = item
        if schema.list_type == "map" and isinstance(item, dict):
            shown = {k: item[k] for k in schema.list_map_keys if k in item}
        elif schema.list_type != "set" and not schema.keywords.get("uniqueItems"):
            return []
        mark = repr(shown)
        if mark in seen:
            causes.append(field.duplicate(f"{path}[{at}]", shown))
        seen.add(mark)
    return causes


def _string(schema: Schema, value: str, path: str) -> list[Cause]:
    causes: list[Cause] = []
    words = schema.keywords
    if "maxLength" in words and len(value) > words["maxLength"]:
        causes.append(field.too_long(path, words["maxLength"]))
    if "minLength" in words and len(value) < words["minLength"]:
        causes.append(_in_body(path, value, f"should be at least {words['minLength']} chars long"))
    pattern = words.get("pattern")
    if pattern and not _regex(pattern).search(value):
        causes.append(_in_body(path, value, f"should match '{pattern}'"))
    form = words.get("format", "")
    if form and not matches_format(form, value):
        shown = field.show(value)
        text = f"Invalid value: {shown}: {path} in body must be of type {form}: {shown}"
        causes.append(Cause(path, "FieldValueTypeInvalid", text))
    return causes


@lru_cache(maxsize=512)
def _regex(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern.replace(r"\z", r"\Z"))


def _number(schema: Schema, value: float, path: str) -> list[Cause]:
    causes: list[Cause] = []
    words = schema.keywords
    if "maximum" in words:
        limit, strict = words["maximum"], words.get("exclusiveMaximum")
        if value >= limit if strict else value > limit:
            than = "less than" if strict else "less than or equal to"
            causes.append(_in_body(path, value, f"should be {than} {limit:g}"))
    if "minimum" in words:
        limit, strict = words["minimum"], words.get("exclusiveMinimum")
        if value <= limit if strict else value < limit:
            than = "greater than" if strict else "greater than or equal to"
            causes.append(_in_body(path, value, f"should be {than} {limit:g}"))
    if words.get("multipleOf") and value % words["multipleOf"]:
        causes.append(_in_body(path, value, f"should be a multiple of {words['multipleOf']:g}"))
    return causes


def _enum(schema: Schema, value: Any, path: str) -> list[Cause]:
    allowed = schema.keywords.get("enum")
    if allowed is None or value in allowed:
        return []
    shown = ", ".join(field.show(item) for item in allowed)
    text = f"Unsupported value: {field.show(value)}: supported values: {shown}"
    return [Cause(path, "FieldValueNotSupported", text)]


def _combined(combined: Combined, schema: Schema, value: Any, path: str) -> list[Cause]:
    """allOf, anyOf, oneOf and not, whose members carry value rules only (never structure)."""
    causes: list[Cause] = []
    for member in combined.all_of:
        causes += _value(member, value, path)
    if schema.kind is Kind.INT_OR_STRING:
        return causes
    if combined.any_of and all(_value(m, value, path) for m in combined.any_of):
        causes.append(_in_body(path, value, "must validate at least one schema (anyOf)", quoted=True))
    if combined.one_of:
        valid = sum(not _value(m, value, path) for m in combined.one_of)
        if valid != 1:
            found = "Found none valid" if not valid else f"Found {valid} valid alternatives"
            causes.append(
                _in_body(path, value, f"must validate one and only one schema (oneOf). {found}", quoted=True)
            )
    if combined.excluded is not None and not _value(combined.excluded, value, path):
        causes.append(_in_body(path, value, "must not validate the schema (not)", quoted=True))
    return causes


def _in_body(path: str, value: Any, what: str, quoted: bool = False) -> Cause:
    said = f'"{path}" {what}' if quoted else f"{path} in body {what}"
    return Cause(path, "FieldValueInvalid", f"Invalid value: {field.show(value)}: {said}")
