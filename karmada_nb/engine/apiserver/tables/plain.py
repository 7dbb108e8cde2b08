"""The table of a kind that upstream has no printer for."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.resource import Column, Table
from karmada_nb.engine.apiserver.tables.cells import NAME_COLUMN
from karmada_nb.engine.meta import Object


def _cells(obj: Object, now: datetime) -> list[Any]:
    metadata = meta.metadata(obj)
    return [metadata.get("name", ""), metadata.get("creationTimestamp")]


DEFAULT_TABLE: Final = Table(
    (NAME_COLUMN, Column("Created At", "date", doc="meta.v1.ObjectMeta.creationTimestamp")), _cells
)
"""Follows k8s.io/apiserver pkg/registry/rest/table.go."""
