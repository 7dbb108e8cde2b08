"""Places in JSON values, such as ``a.b[0]``, ``a[*].b``, ``a['dotted.key']`` and ``a[name=x].b``."""

import re
from collections.abc import Iterator
from typing import Any, Final

STEP: Final = re.compile(r"\.?([\w$-]+)|\[(\d+)\]|\[(\*)\]|\['([^']+)'\]|\[([\w.]+)=([^\]]+)\]")


class Missing:
    """What stands where nothing is."""

    def __repr__(self) -> str:
        return "<absent>"


MISSING: Final = Missing()


def find(value: Any, path: str) -> Any:
    """Everything at ``path``; a wildcard gives a list, and a path to nothing ``MISSING``."""
    for step in STEP.finditer(path):
        name, index, star, quoted, field, wanted = step.groups()
        if star:
            rest = path[step.end() :]
            return [find(item, rest) for item in value] if isinstance(value, list) else MISSING
        if field:
            hits = [i for i in value if str(find(i, field)) == wanted] if isinstance(value, list) else []
            value = hits[0] if hits else MISSING
        elif index:
            there = isinstance(value, list) and int(index) < len(value)
            value = value[int(index)] if there else MISSING
        else:
            value = value.get(name or quoted, MISSING) if isinstance(value, dict) else MISSING
        if value is MISSING:
            break
    return value


def remove(value: Any, path: str) -> None:
    """Take away what ``path`` names, if it is there."""
    *_, last = STEP.finditer(path)
    parent = find(value, path[: last.start()])
    if last[2]:
        if isinstance(parent, list):
            del parent[int(last[2]) : int(last[2]) + 1]
        return
    for part in parent if isinstance(parent, list) else [parent]:
        if isinstance(part, dict):
            part.pop(last[1] or last[4], None)


def differences(want: Any, got: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Where two values differ: the place, what was expected, what was found."""
    if isinstance(want, dict) and isinstance(got, dict):
        for key in dict.fromkeys([*want, *got]):
            below = f"{path}.{key}" if path else key
            yield from differences(want.get(key, MISSING), got.get(key, MISSING), below)
    elif isinstance(want, list) and isinstance(got, list):
        for at in range(max(len(want), len(got))):
            a, b = (side[at] if at < len(side) else MISSING for side in (want, got))
            yield from differences(a, b, f"{path}[{at}]")
    elif type(want) is not type(got) or want != got:
        yield path, want, got
