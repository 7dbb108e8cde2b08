"""What a member's object has otherwise than its template, field by field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from karmada_nb import frames
from karmada_nb.manifests import Object

if TYPE_CHECKING:
    import pandas as pd

COLUMNS: Final = ("cluster", "field", "template", "member")
ABSENT: Final = "(none)"

_OWN: Final = frozenset(
    {
        "apiVersion",
        "status",
        "metadata.creationTimestamp",
        "metadata.finalizers",
        "metadata.generation",
        "metadata.managedFields",
        "metadata.resourceVersion",
        "metadata.uid",
        "metadata.annotations.deployment.kubernetes.io/revision",
        "metadata.annotations.kubectl.kubernetes.io/last-applied-configuration",
    }
)
"""What every API server, or its controllers, write for themselves."""
_MARK: Final = ".karmada.io/"
_MISSING: Final = object()

Difference = tuple[str, str, str]
"""A field, what the template says, what the member's object says."""


def differences(template: Object, member: Object) -> list[Difference]:
    """The fields that differ, in the order of their names; Karmada's marks and the servers' own left out."""
    return sorted(_compare("", template, member))


def table(template: Object, found: Mapping[str, Object | None]) -> pd.DataFrame:
    """A row a difference; a cluster without the object has one row that says so."""
    rows: list[tuple[str, str, str, str]] = []
    for cluster, obj in found.items():
        if obj is None:
            rows.append((cluster, "(the whole object)", "there", ABSENT))
        else:
            rows += ((cluster, *difference) for difference in differences(template, obj))
    return frames.frame(rows, COLUMNS)


def _compare(path: str, here: Any, there: Any) -> Iterator[Difference]:
    if path in _OWN or here == there:
        return
    if isinstance(here, dict) and isinstance(there, dict):
        for key in here.keys() | there.keys():
            if not _marked(path, key):
                below = f"{path}.{key}".lstrip(".")
                yield from _compare(below, here.get(key, _MISSING), there.get(key, _MISSING))
    elif isinstance(here, list) and isinstance(there, list) and len(here) == len(there):
        for index, (one, other) in enumerate(zip(here, there, strict=True)):
            yield from _compare(f"{path}[{index}]", one, other)
    elif isinstance(here, dict) and there is _MISSING:
        yield from _compare(path, here, {})
    elif isinstance(there, dict) and here is _MISSING:
        yield from _compare(path, {}, there)
    else:
        yield path, _told(here), _told(there)


def _marked(path: str, key: str) -> bool:
    """Whether a label or an annotation is one by which Karmada finds its objects."""
    return path in ("metadata.labels", "metadata.annotations") and _MARK in f".{key}"


def _told(value: Any) -> str:
    return ABSENT if value is _MISSING else str(value)
