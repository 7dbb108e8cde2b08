"""Tables of storage drivers and what they offer. Follows pkg/printers/internalversion/printers.go."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.resource import Column, Table
from karmada_nb.engine.apiserver.tables.cells import AGE_COLUMN, NAME_COLUMN, age, joined, number
from karmada_nb.engine.meta import Object

_GROUP: Final = "storage.k8s.io"
_UNSET: Final = "<unset>"


def _driver(obj: Object, now: datetime) -> list[Any]:
    spec = obj.get("spec") or {}
    requests = spec.get("tokenRequests")
    audiences = _UNSET if requests is None else ",".join(item.get("audience", "") for item in requests)
    return [
        meta.name(obj),
        spec.get("attachRequired", True),
        bool(spec.get("podInfoOnMount")),
        bool(spec.get("storageCapacity")),
        audiences,
        bool(spec.get("requiresRepublish")),
        joined(spec.get("volumeLifecycleModes") or ()),
        age(obj, now),
    ]


def _node(obj: Object, now: datetime) -> list[Any]:
    return [meta.name(obj), len(meta.dig(obj, "spec", "drivers", default=[])), age(obj, now)]


def _attributes(obj: Object, now: datetime) -> list[Any]:
    return [meta.name(obj), obj.get("driverName", ""), age(obj, now)]


TABLES: Final[dict[tuple[str, str], Table]] = {
    (_GROUP, "CSIDriver"): Table(
        (
            NAME_COLUMN,
            Column("AttachRequired", "boolean", doc="storage.v1.CSIDriverSpec.attachRequired"),
            Column("PodInfoOnMount", "boolean", doc="storage.v1.CSIDriverSpec.podInfoOnMount"),
            Column("StorageCapacity", "boolean", doc="storage.v1.CSIDriverSpec.storageCapacity"),
            Column("TokenRequests", doc="storage.v1.CSIDriverSpec.tokenRequests"),
            Column("RequiresRepublish", "boolean", doc="storage.v1.CSIDriverSpec.requiresRepublish"),
            Column("Modes", doc="storage.v1.CSIDriverSpec.volumeLifecycleModes"),
            AGE_COLUMN,
        ),
        _driver,
    ),
    (_GROUP, "CSINode"): Table(
        (
            NAME_COLUMN,
            number("Drivers", "Drivers indicates the number of CSI drivers registered on the node"),
            AGE_COLUMN,
        ),
        _node,
    ),
    (_GROUP, "VolumeAttributesClass"): Table(
        (NAME_COLUMN, Column("DriverName", doc="storage.v1.VolumeAttributesClass.driverName"), AGE_COLUMN),
        _attributes,
    ),
}
