"""The strategy of custom resources: all of it comes from the CRD's version."""

from typing import Any, ClassVar

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.crd.fill import fill
from karmada_nb.engine.apiserver.crd.validate import validate
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

    def __init__(self, schema: Schema, has_status: bool) -> None:
        self._schema = schema
        self.has_status = has_status  # type: ignore[misc]

    def default(self, obj: Object) -> Object:
        filled: Object = fill(self._schema, obj)
        return filled

    def validate(self, obj: Object) -> list[Cause]:
        return validate(self._schema, obj, None)

    def validate_update(self, obj: Object, old: Object) -> list[Cause]:
        return validate(self._schema, obj, old)

    def validate_status(self, obj: Object, old: Object) -> list[Cause]:
        return validate(self._schema, obj, old)

    def prepare_status(self, obj: Object, old: Object) -> Object:
        fresh: dict[str, Any] = {
            k: v for k, v in obj["metadata"].items() if k in ("managedFields", "resourceVersion")
        }
        kept = {**old, "metadata": {**old["metadata"], **fresh}}
        if "status" in obj:
            return {**kept, "status": obj["status"]}
        return meta.without(kept, ["status"])
