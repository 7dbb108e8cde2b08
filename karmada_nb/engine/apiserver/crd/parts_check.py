"""Columns, subresources and selectable fields of a version of a CustomResourceDefinition.

Follows k8s.io/apiextensions-apiserver pkg/apis/apiextensions/validation/validation.go.
"""

from typing import Final

from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object

_COLUMN_TYPES: Final = ("boolean", "date", "integer", "number", "string")
_COLUMN_FORMATS: Final = (
    "byte", "date", "date-time", "double", "float", "int32", "int64", "password",
)  # fmt: skip
_SELECTABLE: Final = ("string", "boolean", "integer")


def check_columns(columns: list[Object], path: str) -> list[Cause]:
    causes: list[Cause] = []
    for at, column in enumerate(columns):
        here = f"{path}.additionalPrinterColumns[{at}]"
        if not column.get("name"):
            causes.append(field.required(f"{here}.name"))
        kind, form, place = column.get("type", ""), column.get("format", ""), column.get("jsonPath", "")
        if not kind:
            causes.append(field.required(f"{here}.type", f"must be one of {','.join(_COLUMN_TYPES)}"))
        elif kind not in _COLUMN_TYPES:
            causes.append(field.invalid(f"{here}.type", kind, f"must be one of {','.join(_COLUMN_TYPES)}"))
        if form and form not in _COLUMN_FORMATS:
            why = f"must be one of {','.join(_COLUMN_FORMATS)}"
            causes.append(field.invalid(f"{here}.format", form, why))
        if not place:
            causes.append(field.required(f"{here}.JSONPath"))
        else:
            causes += _simple(place, f"{here}.JSONPath")
    return causes


def check_scale(subresources: Object | None, path: str) -> list[Cause]:
    scale = (subresources or {}).get("scale")
    if scale is None:
        return []
    causes: list[Cause] = []
    for name, root in (("specReplicasPath", ".spec"), ("statusReplicasPath", ".status")):
        at, place = f"{path}.subresources.scale.{name}", scale.get(name, "")
        if not place:
            causes.append(field.required(at))
            continue
        bad = _simple(place, at)
        causes += bad
        if not bad and not place.startswith(f"{root}."):
            causes.append(field.invalid(at, place, f"should be a json path under {root}"))
    selector = scale.get("labelSelectorPath")
    if selector:
        at = f"{path}.subresources.scale.labelSelectorPath"
        bad = _simple(selector, at)
        causes += bad
        if not bad and not selector.startswith((".spec.", ".status.")):
            why = "should be a json path under either .spec or .status"
            causes.append(field.invalid(at, selector, why))
    return causes


def check_selectable(fields: list[Object], schema: Object, path: str) -> list[Cause]:
    causes: list[Cause] = []
    seen: set[str] = set()
    for index, item in enumerate(fields):
        at, place = f"{path}.selectableFields[{index}].jsonPath", item.get("jsonPath", "")
        if not place:
            causes.append(field.required(at))
            continue
        bad = _simple(place, at)
        causes += bad
        if not bad:
            found = _found(schema, place)
            if found is None:
                what = "array notation is not allowed" if "[" in place else "does not refer to a valid field"
                why = f"is an invalid path: {what}"
                causes.append(field.invalid(at, place, why))
            elif found.get("type") not in _SELECTABLE:
                why = (
                    "must point to a field of type string, boolean or integer. "
                    "Enum string fields and strings with formats are allowed."
                )
                causes.append(field.invalid(at, place, why))
        if place in seen:
            causes.append(field.duplicate(at, place))
        seen.add(place)
    return causes


def _found(schema: Object, place: str) -> Object | None:
    """The schema at a simple path; a map has one for whatever key."""
    found: Object | None = schema
    for name in place[1:].split("."):
        said = found or {}
        values = said.get("additionalProperties")
        found = (said.get("properties") or {}).get(name) or (values if isinstance(values, dict) else None)
    return found


def _simple(place: str, path: str) -> list[Cause]:
    if not place.startswith("."):
        return [field.invalid(path, place, "must be a simple json path starting with .")]
    return []
