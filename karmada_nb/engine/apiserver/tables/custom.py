"""Tables of custom resources, as ``additionalPrinterColumns`` describes them.

Follows k8s.io/apiextensions-apiserver pkg/registry/customresource/tableconvertor.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

import orjson

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.resource import Column, Table
from karmada_nb.engine.apiserver.tables.cells import NAME_COLUMN, UNKNOWN, age, human_duration
from karmada_nb.engine.apiserver.tables.jsonpath import Path, find, parse
from karmada_nb.engine.meta import Object

_INVALID: Final = "<invalid>"
_AGE: Final = Column("Age", "date", doc="meta.v1.ObjectMeta.creationTimestamp")
Reader = Callable[[Object, datetime], Any]


def custom_table(columns: Iterable[Object]) -> Table:
    """The table for these columns; without any, the name and the age."""
    wanted = list(columns)
    if not wanted:
        return Table((NAME_COLUMN, _AGE), lambda obj, now: [meta.name(obj), age(obj, now)])
    shown = tuple(
        Column(
            column["name"],
            column["type"],
            column.get("format") or "",
            column.get("description")
            or f"Custom resource definition column (in JSONPath format): {column['jsonPath']}",
            column.get("priority") or 0,
        )
        for column in wanted
    )
    readers = [_reader(column["jsonPath"], column["type"]) for column in wanted]

    def cells(obj: Object, now: datetime) -> list[Any]:
        return [meta.name(obj), *(read(obj, now) for read in readers)]

    return Table((NAME_COLUMN, *shown), cells)


@lru_cache(maxsize=1024)
def _parsed(path: str) -> Path | None:
    try:
        return parse(path)
    except ValueError:
        return None


def _reader(path: str, kind: str) -> Reader:
    parsed = _parsed(path)

    def read(obj: Object, now: datetime) -> Any:
        if parsed is None:
            return None
        found = [value for value in find(parsed, obj) if value is not None]
        if not found:
            return None
        return _cell(found, kind, now)

    return read


def _cell(found: list[Any], kind: str, now: datetime) -> Any:
    """The first value in the column's type; a value of another type shows nothing."""
    first = found[0]
    if kind == "string":
        return " ".join(_text(value) for value in found)
    if kind == "date":
        return _date(first, now)
    if kind == "integer":
        if isinstance(first, bool) or not isinstance(first, int | float):
            return None
        return int(first)
    if kind == "number":
        return None if isinstance(first, bool) or not isinstance(first, int | float) else float(first)
    if kind == "boolean":
        return first if isinstance(first, bool) else None
    return None


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return orjson.dumps(value).decode()


def _date(value: Any, now: datetime) -> str:
    if not isinstance(value, str):
        return _INVALID
    if not value:
        return UNKNOWN
    try:
        moment = meta.parse_time(value)
    except ValueError:
        return _INVALID
    return human_duration((now - moment).total_seconds())
