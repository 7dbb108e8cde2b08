"""What the built-in kinds and their most used fields are, in our own words (``words.json``).

The file maps a type (``core.v1.Pod``) to its fields; the empty name is the type itself. ``*`` holds the
fields that mean the same in every kind, custom ones too; ``*built-in`` and ``*Status`` those of every
built-in kind and status. It is read anew for each document, since documents are rarely built.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import orjson

_FILE: Final = Path(__file__).with_name("words.json")


class Words:
    """Descriptions by type and field."""

    __slots__ = ("_types",)

    def __init__(self, types: Mapping[str, dict[str, str]]) -> None:
        self._types = types

    def of(self, ref: str) -> str:
        """What a type is; ``""`` if nothing is written of it. ``ref`` is its OpenAPI name."""
        return self._types.get(_key(ref), {}).get("", "")

    def fields(self, ref: str, kind: bool) -> Mapping[str, str]:
        """What the fields of a type are. ``kind``: it has metadata of its own."""
        out = dict(self._types.get("*", {})) if kind else {}
        if not ref:
            return out
        shared = "*built-in" if kind else "*Status" if ref.endswith("Status") else ""
        return {**out, **self._types.get(shared, {}), **self._types.get(_key(ref), {})}


def _key(ref: str) -> str:
    return ".".join(ref.split(".")[-3:])


def load() -> Words:
    return Words(orjson.loads(_FILE.read_bytes()))
