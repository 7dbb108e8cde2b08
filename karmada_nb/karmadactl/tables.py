"""Tables as kubectl prints them, and the two columns that karmadactl adds.

Follows pkg/karmadactl/get/get.go, and k8s.io/cli-runtime pkg/printers/tableprinter.go for the printing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, Final

from karmada_nb.engine.meta import Object, dig
from karmada_nb.karmadactl.adoption import BY_LABELS, Adoption
from karmada_nb.karmadactl.discovery import Served

_PADDING: Final = 3
_NARROWEST: Final = 6


@dataclass(frozen=True, slots=True)
class Part:
    """What one cluster answered for one resource, or for one object of it."""

    cluster: str
    resource: Served
    table: Object
    name: str = ""


@dataclass(frozen=True, slots=True)
class Style:
    """How to print: ``labels`` are columns of their own."""

    wide: bool = False
    headers: bool = True
    namespaces: bool = False
    kinds: bool = False
    show_labels: bool = False
    labels: tuple[str, ...] = ()
    adoption: Adoption = BY_LABELS


class Layout:
    """The columns of one resource. ``adopted``: with the ADOPTION column; ``events``: with EVENT."""

    def __init__(
        self,
        resource: Served,
        columns: Sequence[Object],
        style: Style,
        *,
        kinds: bool = False,
        adopted: bool = True,
        events: bool = False,
    ) -> None:
        self._resource = resource
        self._style = style
        self._shown = [i for i, column in enumerate(columns) if style.wide or not column.get("priority")]
        self._titles = [str(columns[i]["name"]).upper() for i in self._shown]
        self._namespaced = style.namespaces and resource.namespaced
        self._kinds = kinds
        self._adopted = adopted or style.wide
        self._events = events

    def header(self) -> list[str]:
        return [
            *(["NAMESPACE"] if self._namespaced else []),
            *(["EVENT"] if self._events else []),
            *self._titles[:1],
            "CLUSTER",
            *self._titles[1:],
            *(["ADOPTION"] if self._adopted else []),
            *(label.rpartition("/")[2].upper() for label in self._style.labels),
            *(["LABELS"] if self._style.show_labels else []),
        ]

    def row(self, cluster: str, row: Object, event: str = "") -> list[str]:
        cells = [_cell(row["cells"][i]) for i in self._shown]
        labels = dig(row, "object", "metadata", "labels", default={})
        adoption = self._style.adoption.of(cluster, self._resource.kind, cells[0], labels)
        every = ",".join(f"{k}={v}" for k, v in sorted(labels.items())) or "<none>"
        return [
            *([str(dig(row, "object", "metadata", "namespace", default=""))] if self._namespaced else []),
            *([event] if self._events else []),
            f"{self._resource.title}/{cells[0]}" if self._kinds else cells[0],
            cluster,
            *cells[1:],
            *([adoption] if self._adopted else []),
            *(labels.get(label, "") for label in self._style.labels),
            *([every] if self._style.show_labels else []),
        ]


def text(parts: Sequence[Part], style: Style) -> str:
    """One table for each resource, with the rows of all clusters; nothing for no rows."""
    groups: dict[str, list[Part]] = {}
    for part in sorted(parts, key=lambda part: part.resource.order):
        groups.setdefault(part.resource.order, []).append(part)
    kinds = style.kinds or len(groups) > 1
    tables, adopted = [], True
    for group in groups.values():
        adopted = adopted and has_adoption(group[0].resource)
        tables.append(aligned(list(_lines(group, style, kinds, adopted))))
    return ("\n" if style.headers else "").join(table for table in tables if table)


def has_adoption(resource: Served) -> bool:
    """Whether the narrow table has the column. The real one loses it for all kinds that follow pods, too."""
    return resource.plural != "pods"


def _lines(parts: Sequence[Part], style: Style, kinds: bool, adopted: bool) -> Iterator[list[str]]:
    rows = [(part.cluster, row) for part in parts for row in part.table.get("rows") or []]
    if not rows:
        return
    columns = parts[-1].table.get("columnDefinitions") or []
    layout = Layout(parts[0].resource, columns, style, kinds=kinds, adopted=adopted)
    if style.headers:
        yield layout.header()
    for cluster, row in rows:
        yield layout.row(cluster, row)


def _cell(value: Any) -> str:
    if value is None:
        return "<none>"
    if isinstance(value, bool):
        return str(value).lower()
    first, newline, _ = str(value).partition("\n")
    return f"{first}..." if newline else first


def aligned(lines: Sequence[Sequence[str]], widths: list[int] | None = None) -> str:
    """Columns as Go's tabwriter sets them for kubectl; the last one is as wide as it is.

    ``widths`` remembers how wide columns have been, from one call to the next.
    """
    if not lines:
        return ""
    remembered = [] if widths is None else widths
    now = [max(_NARROWEST, *(len(line[i]) + _PADDING for line in lines)) for i in range(len(lines[0]) - 1)]
    remembered[:] = [max(pair) for pair in zip_longest(now, remembered, fillvalue=0)]
    return "".join(
        "".join(f"{cell:<{width}}" for cell, width in zip(line, remembered, strict=False)) + line[-1] + "\n"
        for line in lines
    )
