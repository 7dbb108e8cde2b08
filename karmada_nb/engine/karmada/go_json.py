"""JSON texts as Go's ``encoding/json`` writes them, for annotations that others compare byte by byte."""

from __future__ import annotations

from typing import Any, Final

import orjson

_ESCAPES: Final = str.maketrans(
    {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
)


def dumps(value: Any, *, sort: bool = False) -> str:
    """Compact JSON with the characters that Go escapes for HTML; keys as they come, or sorted."""
    option = orjson.OPT_SORT_KEYS if sort else 0
    return orjson.dumps(value, option=option).decode().translate(_ESCAPES)
