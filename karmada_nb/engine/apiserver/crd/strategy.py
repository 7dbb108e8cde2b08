"""The strategy of custom resources: all of it comes from the CRD's version."""

from typing import Any, ClassVar

from karmada_nb.engine.apiserver.crd.fill import fill
from karmada_nb.engine.apiserver.crd.validate import NOT_CHECKED, validate
from karmada_nb.engine.apiserver.patch import go_text
from karmada_nb.engine.apiserver.resource import ScaleSubresource
from karmada_nb.engine.apiserver.schema.schema import Schema
from karmada_nb.engine.apiserver.strategy import Strategy
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object


class CustomStrategy(Strategy):
    """Follows pkg/registry/customresource/strategy.go of apiextensions-apiserver.

    The generation counts every change outside metadata, and outside status where that is a subresource.
    """

    generational: ClassVar[bool] = True
    allow_unconditional_update: ClassVar[bool] = False

    def __init__(self, schema: Schema, has_status: bool, scale: ScaleSubresource | None = None) -> None:
        self._schema = schema
        self._scale = scale
        self.has_status = has_status  # type: ignore[misc]

    def default(self, obj: Object) -> Object:
        filled: Object = fill(self._schema, obj)
        return filled

    def validate(self, obj: Object) -> list[Cause]:
        return self._validate(obj, None)

    def validate_update(self, obj: Object, old: Object) -> list[Cause]:
        return self._validate(obj, old)

    def validate_status(self, obj: Object, old: Object) -> list[Cause]:
        return validate(self._schema, obj, old)

    def _validate(self, obj: Object, old: Object | None) -> list[Cause]:
        causes = validate(self._schema, obj, old)
        if not causes or self._scale is None:
            return causes
        found = _unscalable(obj, self._scale.spec_replicas)
        last = [cause for cause in causes[-1:] if cause.message == NOT_CHECKED]
        return causes[: len(causes) - len(last)] + found + last


def _unscalable(obj: Object, path: tuple[str, ...]) -> list[Cause]:
    """Why the scale subresource could not read its replicas from an object."""
    value: Any = obj
    name = "." + ".".join(path)
    for step in path:
        if value is None:
            return []
        if not isinstance(value, dict):
            return [_inaccessible(name, value, "map[string]interface{}")]
        if step not in value:
            return []
        value = value[step]
    if isinstance(value, int) and not isinstance(value, bool):
        return []
    return [_inaccessible(name, value, "int64")]


def _inaccessible(name: str, value: Any, wanted: str) -> Cause:
    kinds = {str: "string", list: "[]interface {}", float: "float64", bool: "bool"}
    found = kinds.get(type(value), "map[string]interface {}")
    shown = go_text.plain(value)
    text = f"{name} accessor error: {shown} is of the type {found}, expected {wanted}"
    return Cause(name, "FieldValueInvalid", f"Invalid value: 0: {text}")
