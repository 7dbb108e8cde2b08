"""Tables as kubectl prints them, and the two columns that karmadactl adds.

Follows pkg/karmadactl/get/get.go, and k8s.io/cli-runtime pkg/printers/tableprinter.go for the printing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from karmada_nb.engine.meta import Object, dig
from karmada_nb.karmadactl.adoption import BY_LABELS, Adoption
from karmada_nb.karmadactl.discovery import Served

_PADDING: Final = 3
_NARROWEST: Final = 6


@dataclass(frozen=True, slots=True)
class Part:
    """What one cluster answered for one resource."""

    cluster: str
    resource: Served
    table: Object


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


def text(parts: Sequence[Part], style: Style) -> str:
    """One table for each resource, with the rows of all clusters; nothing for no rows."""
    groups: dict[str, list[Part]] = {}
    for part in sorted(parts, key=lambda part: part.resource.order):
        groups.setdefault(part.resource.order, []).append(part)
    kinds = style.kinds or len(groups) > 1
    tables = [aligned(list(_lines(group, style, kinds))) for group in groups.values()]
    return ("\n" if style.headers else "").join(table for table in tables if table)


def _lines(parts: Sequence[Part], style: Style, kinds: bool) -> Iterator[list[str]]:
    rows = [(part.cluster, row) for part in parts for row in part.table.get("rows") or []]
    if not rows:
        return
    resource = parts[0].resource
    columns: list[Object] = parts[-1].table.get("columnDefinitions") or []
    shown = [i for i, column in enumerate(columns) if style.wide or not column.get("priority")]
    namespaced = style.namespaces and resource.namespaced
    adopted = style.wide or resource.plural != "pods"
    if style.headers:
        titles = [str(columns[i]["name"]).upper() for i in shown]
        yield [
            *(["NAMESPACE"] if namespaced else []),
            *titles[:1],
            "CLUSTER",
            *titles[1:],
            *(["ADOPTION"] if adopted else []),
            *(label.rpartition("/")[2].upper() for label in style.labels),
            *(["LABELS"] if style.show_labels else []),
        ]
    for cluster, row in rows:
        cells = [_cell(row["cells"][i]) for i in shown]
        labels = dig(row, "object", "metadata", "labels", default={})
        first = f"{resource.title}/{cells[0]}" if kinds else cells[0]
        yield [
            *([str(dig(row, "object", "metadata", "namespace", default=""))] if namespaced else []),
            first,
            cluster,
            *cells[1:],
            *([style.adoption.of(cluster, resource.kind, cells[0], labels)] if adopted else []),
            *(labels.get(label, "") for label in style.labels),
            *(
                [",".join(f"{k}={v}" for k, v in sorted(labels.items())) or "<none>"]
                if style.show_labels
                else []
            ),
        ]


def _cell(value: Any) -> str:
    if value is None:
        return "<none>"
    if isinstance(value, bool):
        return str(value).lower()
    first, newline, _ = str(value).partition("\n")
    return f"{first}..." if newline else first


def aligned(lines: Sequence[Sequence[str]]) -> str:
    """Columns as Go's tabwriter sets them for kubectl; the last one is as wide as it is."""
    if not lines:
        return ""
    widths = [max(_NARROWEST, *(len(line[i]) + _PADDING for line in lines)) for i in range(len(lines[0]) - 1)]
    return "".join(
        "".join(f"{cell:<{width}}" for cell, width in zip(line, widths, strict=False)) + line[-1] + "\n"
        for line in lines
    )
