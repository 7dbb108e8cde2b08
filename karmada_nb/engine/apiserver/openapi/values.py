"""What the values of the built-in enums mean: the sentences of the API's own OpenAPI documents.

``values.jsonl`` has a line for each set of values: ``of``, the fields that take them
(``core.v1.Container.imagePullPolicy``), and ``means``, the values in order with a sentence on each.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import orjson

_FILE: Final = Path(__file__).with_name("values.jsonl")


def meanings(ref: str, field: str, values: tuple[Any, ...]) -> str:
    """How the description of a field of the type ``ref`` ends that takes one of a few values."""
    package, version, name = (["", "", *ref.split(".")])[-3:]
    known = _known().get(f"{package}.{version}.{name}.{field}", {})
    lines = [f' - `"{value}"` {known.get(value, "")}'.rstrip() for value in values]
    return "\n\nPossible enum values:\n" + "\n".join(lines)


@cache
def _known() -> dict[str, Mapping[str, str]]:
    found: dict[str, Mapping[str, str]] = {}
    for line in _FILE.read_bytes().splitlines():
        group = orjson.loads(line)
        found |= dict.fromkeys(group["of"], group["means"])
    return found
