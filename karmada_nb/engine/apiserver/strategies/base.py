"""What every built-in kind's strategy has beyond the generic contract."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, ClassVar, Final

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.resource import ScaleSubresource
from karmada_nb.engine.apiserver.strategies.filling import drop, put
from karmada_nb.engine.apiserver.strategy import Strategy
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object

_NOTHING: Final[Mapping[str, Any]] = {}


class Builtin(Strategy):
    """A built-in kind. ``blank_status`` is what Go writes for a status of which nothing was said."""

    blank_status: ClassVar[Mapping[str, Any]] = _NOTHING
    selectable: ClassVar[tuple[str, ...]] = ()
    """Field selectors beyond metadata.name and metadata.namespace."""
    status_keeps: ClassVar[tuple[str, ...]] = ()
    """Fields of metadata that a write to the status subresource may not change."""
    status_keeps_metadata: ClassVar[bool] = False
    """Such a write changes nothing of metadata at all, managedFields apart."""
    judged: ClassVar[str] = ""
    """The field that validation is about: an update that leaves it as it was is not looked at again."""
    scale: ClassVar[ScaleSubresource | None] = None

    def initial_status(self, obj: Object) -> Object:
        return {**obj, "status": dict(self.blank_status)}

    def prepare_update(self, obj: Object, old: Object) -> Object:
        if not self.has_status:
            return obj
        return put(obj, "status", old["status"]) if "status" in old else super().prepare_update(obj, old)

    def validate_update(self, obj: Object, old: Object) -> list[Cause]:
        same = self.judged and obj.get(self.judged) == old.get(self.judged)
        return [] if same else self.validate(obj)

    def prepare_status(self, obj: Object, old: Object) -> Object:
        """Metadata and status come from the request, all else stays, as do ``status_keeps``."""
        if self.status_keeps_metadata:
            return super().prepare_status(obj, old)
        metadata, before = obj["metadata"], old["metadata"]
        for name in self.status_keeps:
            if metadata.get(name) is not before.get(name):
                metadata = put(metadata, name, before[name]) if name in before else drop(metadata, name)
        out = {**old, "metadata": metadata}
        return {**out, "status": obj["status"]} if "status" in obj else drop(out, "status")

    def fields(self, obj: Object) -> dict[str, str]:
        return {path: text(meta.dig(obj, *_steps(path))) for path in self.selectable}


class StatusBuiltin(Builtin):
    """A kind with a status subresource whose spec is counted by ``metadata.generation``."""

    has_status = True
    generational = True


@cache
def _steps(path: str) -> tuple[str, ...]:
    return tuple(path.split("."))


def text(value: Any) -> str:
    """A value as field selectors compare it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
