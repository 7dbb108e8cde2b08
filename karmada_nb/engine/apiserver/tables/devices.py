"""Tables of device classes, claims and slices. Follows pkg/printers/internalversion/printers.go."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.resource import Column, Table
from karmada_nb.engine.apiserver.tables.cells import AGE_COLUMN, NAME_COLUMN, age
from karmada_nb.engine.meta import Object

_GROUP: Final = "resource.k8s.io"


def _named(obj: Object, now: datetime) -> list[Any]:
    return [meta.name(obj), age(obj, now)]


def _claim(obj: Object, now: datetime) -> list[Any]:
    return [meta.name(obj), ",".join(_states(obj)), age(obj, now)]


def _states(obj: Object) -> list[str]:
    states = ["deleted"] if meta.deleting(obj) else []
    status = obj.get("status") or {}
    if status.get("allocation") is None:
        return states or ["pending"]
    return [*states, "allocated", *(["reserved"] if status.get("reservedFor") else [])]


def _slice(obj: Object, now: datetime) -> list[Any]:
    spec = obj.get("spec") or {}
    pool = meta.dig(spec, "pool", "name", default="")
    return [meta.name(obj), spec.get("nodeName", ""), spec.get("driver", ""), pool, age(obj, now)]


_NAMED: Final = Table((NAME_COLUMN, AGE_COLUMN), _named)

TABLES: Final[dict[tuple[str, str], Table]] = {
    (_GROUP, "DeviceClass"): _NAMED,
    (_GROUP, "ResourceClaimTemplate"): _NAMED,
    (_GROUP, "ResourceClaim"): Table(
        (
            NAME_COLUMN,
            Column(
                "State", description="A summary of the current state (allocated, pending, reserved, etc.)."
            ),
            AGE_COLUMN,
        ),
        _claim,
    ),
    (_GROUP, "ResourceSlice"): Table(
        (
            NAME_COLUMN,
            Column("Node", doc="resource.v1.ResourceSliceSpec.nodeName"),
            Column("Driver", doc="resource.v1.ResourceSliceSpec.driver"),
            Column("Pool", doc="resource.v1.ResourcePool.name"),
            AGE_COLUMN,
        ),
        _slice,
    ),
}
