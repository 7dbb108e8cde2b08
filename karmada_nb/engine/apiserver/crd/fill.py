"""What happens to a custom resource on its way in: unknown fields pruned, defaults set, nulls dropped.

Follows k8s.io/apiextensions-apiserver pkg/apiserver/schema/{pruning,defaulting}. Inputs stay as they are;
what needs no change comes back as it was.
"""

from typing import Any

from karmada_nb.engine.apiserver.schema.schema import Kind, Schema


def prune(schema: Schema, value: Any, path: str = "", unknown: list[str] | None = None) -> Any:
    """``value`` without fields that the schema does not have; ``unknown``, if given, takes their paths."""
    if schema.preserve_unknown and not schema.properties and schema.additional is None:
        return value
    if isinstance(value, dict):
        return _prune_map(schema, value, path, unknown)
    if isinstance(value, list) and schema.items is not None:
        items = schema.items
        if unknown is None:
            pruned = [prune(items, item) for item in value]
        else:
            pruned = [prune(items, item, f"{path}[{at}]", unknown) for at, item in enumerate(value)]
        return pruned if any(a is not b for a, b in zip(pruned, value, strict=True)) else value
    return value


def _prune_map(schema: Schema, value: dict[str, Any], path: str, unknown: list[str] | None) -> Any:
    out: dict[str, Any] | None = None
    for name, item in sorted(value.items()) if unknown is not None else value.items():
        field = schema.properties.get(name)
        if field is None:
            field = schema.additional
        if field is None:
            if schema.preserve_unknown:
                continue
            if unknown is not None:
                unknown.append(f"{path}.{name}" if path else name)
            out = dict(value) if out is None else out
            del out[name]
            continue
        if schema.embedded_resource and name == "metadata":
            continue
        where = "" if unknown is None else f"{path}.{name}" if path else name
        new = prune(field, item, where, unknown)
        if new is not item:
            out = dict(value) if out is None else out
            out[name] = new
    return value if out is None else out


def fill(schema: Schema, value: Any) -> Any:
    """``value`` with the schema's defaults where a field is missing, and without nulls it may not have."""
    if isinstance(value, dict):
        return _fill_map(schema, value)
    if isinstance(value, list) and schema.items is not None:
        items = schema.items
        filled = [fill(items, item) for item in value]
        return filled if any(a is not b for a, b in zip(filled, value, strict=True)) else value
    return value


def _fill_map(schema: Schema, value: dict[str, Any]) -> dict[str, Any]:
    out = value
    for name, field in schema.properties.items():
        if schema.embedded_resource and name == "metadata":
            continue
        if name in value:
            item = value[name]
            if item is None and not field.nullable and field.has_default:
                new = field.default
            elif item is None and not field.nullable and field.kind is not Kind.ANY:
                out = {k: v for k, v in out.items() if k != name} if _droppable(schema, name) else out
                continue
            else:
                new = fill(field, item)
            if new is not item:
                out = {**out, name: new}
        elif field.has_default:
            out = {**out, name: fill(field, field.default)}
    if schema.additional is not None:
        for name, item in value.items():
            if name not in schema.properties:
                new = fill(schema.additional, item)
                if new is not item:
                    out = {**out, name: new}
    return out


def _droppable(schema: Schema, name: str) -> bool:
    """A null stays where the field is required: validation will say so."""
    return name not in schema.required
