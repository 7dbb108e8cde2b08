"""How deep a body may nest: no deeper than what can be written out again, with room for what wraps it."""

from typing import Any, Final

MAX_DEPTH: Final = 128
"""Far more than any real object needs; orjson writes 254 levels, and managedFields mirror an object."""
TOO_DEEP: Final = "exceeded max depth"


def suspicious(data: bytes) -> bool:
    """Whether JSON has enough brackets to be too deep."""
    return data.count(b"{") + data.count(b"[") > MAX_DEPTH


def too_deep(value: Any) -> bool:
    """Whether a JSON value has more than ``MAX_DEPTH`` levels."""
    level = [value]
    for _ in range(MAX_DEPTH + 1):
        below: list[Any] = []
        for item in level:
            if isinstance(item, dict):
                below += item.values()
            elif isinstance(item, list):
                below += item
        if not below:
            return False
        level = below
    return True
