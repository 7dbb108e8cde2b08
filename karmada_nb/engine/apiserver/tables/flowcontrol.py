"""Tables of flow schemas and priority levels. Follows pkg/printers/internalversion/printers.go."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.resource import Column, Table
from karmada_nb.engine.apiserver.tables.cells import AGE_COLUMN, NAME_COLUMN, NONE, age
from karmada_nb.engine.meta import Object

_GROUP: Final = "flowcontrol.apiserver.k8s.io"
_QUEUING: Final = ("queues", "handSize", "queueLengthLimit")


def _schema(obj: Object, now: datetime) -> list[Any]:
    spec = obj.get("spec") or {}
    dangling = meta.condition(obj, "Dangling")
    return [
        meta.name(obj),
        meta.dig(spec, "priorityLevelConfiguration", "name", default=""),
        spec.get("matchingPrecedence", 0),
        meta.dig(spec, "distinguisherMethod", "type", default=NONE),
        age(obj, now),
        "?" if dangling is None else dangling.get("status", ""),
    ]


def _precedence(obj: Object) -> tuple[int, str]:
    return meta.dig(obj, "spec", "matchingPrecedence", default=0), meta.name(obj)


def _level(obj: Object, now: datetime) -> list[Any]:
    spec = obj.get("spec") or {}
    limits = spec.get("limited") or {}
    queuing = meta.dig(limits, "limitResponse", "queuing", default={})
    return [
        meta.name(obj),
        spec.get("type", ""),
        limits.get("nominalConcurrencyShares", NONE),
        *(queuing.get(name, NONE) for name in _QUEUING),
        age(obj, now),
    ]


TABLES: Final[dict[tuple[str, str], Table]] = {
    (_GROUP, "FlowSchema"): Table(
        (
            NAME_COLUMN,
            Column("PriorityLevel", doc="flowcontrol.v1.PriorityLevelConfigurationReference.name"),
            Column("MatchingPrecedence", doc="flowcontrol.v1.FlowSchemaSpec.matchingPrecedence"),
            Column("DistinguisherMethod", doc="flowcontrol.v1.FlowSchemaSpec.distinguisherMethod"),
            AGE_COLUMN,
            Column("MissingPL", description="references a broken or non-existent PriorityLevelConfiguration"),
        ),
        _schema,
        _precedence,
    ),
    (_GROUP, "PriorityLevelConfiguration"): Table(
        (
            NAME_COLUMN,
            Column("Type", doc="flowcontrol.v1.PriorityLevelConfigurationSpec.type"),
            Column(
                "NominalConcurrencyShares",
                doc="flowcontrol.v1.LimitedPriorityLevelConfiguration.nominalConcurrencyShares",
            ),
            Column("Queues", doc="flowcontrol.v1.QueuingConfiguration.queues"),
            Column("HandSize", doc="flowcontrol.v1.QueuingConfiguration.handSize"),
            Column("QueueLengthLimit", doc="flowcontrol.v1.QueuingConfiguration.queueLengthLimit"),
            AGE_COLUMN,
        ),
        _level,
    ),
}
