"""The chain from a template to what runs, as boxes and arrows: one column a stage, one row a cluster."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from karmada_nb.charts.chart import COLOURS, INK, Chart, word
from karmada_nb.frames import NONE, STATUSES
from karmada_nb.language import say

if TYPE_CHECKING:
    import pandas as pd

STAGES: Final = ("template", "policy", "binding", "work", "member")
_COLUMNS: Final = {"template": 0, "policy": 0, "binding": 1, "work": 2, "member": 3}
_WIDTH, _HEIGHT = 0.84, 0.62
_LONGEST: Final = 28


def objects(frame: pd.DataFrame, resource: str) -> Chart:
    """``frame`` has stage, cluster, kind, namespace, name and status."""
    rows = frame.to_dict("records")
    clusters = list(dict.fromkeys(row["cluster"] for row in rows if row["stage"] == "member"))
    height = max(len(clusters), 2)
    chart = Chart(frame, width=9.0, height=0.8 + 0.9 * height)
    axes = chart.add_subplot()
    places = {index: _place(row, clusters, height) for index, row in enumerate(rows)}
    for index, row in enumerate(rows):
        _box(axes, places[index], row)
    for before, after in _arrows(rows):
        _arrow(axes, places[before], places[after])
    axes.set_xlim(-0.5, 3.5)
    axes.set_ylim(height - 0.5, -0.5)
    axes.axis("off")
    axes.set_title(
        word("{resource}: from template to members", resource=resource), color=INK, loc="left", fontsize=11
    )
    chart.karmada_nb_text = sentence(rows, resource)
    return chart


def _place(row: Any, clusters: list[str], height: int) -> tuple[float, float]:
    middle = (height - 1) / 2
    match row["stage"]:
        case "template":
            return 0, middle - 0.5
        case "policy":
            return 0, middle + 0.5
        case "binding":
            return 1, middle
    line = clusters.index(row["cluster"]) if row["cluster"] in clusters else 0
    return _COLUMNS[row["stage"]], line + (height - len(clusters)) / 2


def _box(axes: Any, place: tuple[float, float], row: Any) -> None:
    x, y = place
    missing = row["status"] == NONE
    colour = INK if missing else COLOURS[STAGES.index(row["stage"])]
    axes.add_patch(
        FancyBboxPatch(
            (x - _WIDTH / 2, y - _HEIGHT / 2),
            _WIDTH,
            _HEIGHT,
            boxstyle="round,pad=0.02",
            facecolor="none",
            edgecolor=colour,
            linewidth=2,
            linestyle="--" if missing else "-",
        )
    )
    head = row["kind"] if row["stage"] in ("template", "policy", "binding") else row["cluster"]
    lines = (head, _short(row["name"] or word(NONE)), _short(_without_prefix(_told(row["status"]))))
    for offset, text in zip((-0.18, 0, 0.18), lines, strict=True):
        axes.text(
            x, y + offset, text, ha="center", va="center", color=INK, fontsize=9.5 if offset < 0 else 8.5
        )


def _told(status: str) -> str:
    """A status in the reader's language; clusters and their counts as they are."""
    counted, _, what = status.rpartition(" ")
    if what == "ready":
        return word("{counted} ready", counted=counted)
    return word(status) if status in STATUSES else status


def _without_prefix(status: str) -> str:
    """``k3d-cluster-1 2, k3d-cluster-2 1`` as ``…1: 2, …2: 1``, so that it fits into a box."""
    if len(status) <= _LONGEST:
        return status
    return re.sub(r"[\w.-]*?(\d+) (\d+)", r"…\1: \2", status)


def _short(text: str, length: int = _LONGEST) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"


def _arrows(rows: list[Any]) -> list[tuple[int, int]]:
    def of(stage: str, cluster: str | None = None) -> list[int]:
        return [
            index
            for index, row in enumerate(rows)
            if row["stage"] == stage
            and row["status"] != NONE
            and (cluster is None or row["cluster"] == cluster)
        ]

    pairs = [(before, after) for before in of("template") + of("policy") for after in of("binding")]
    pairs += [(before, after) for before in of("binding") for after in of("work")]
    for work in of("work"):
        pairs += [(work, member) for member in of("member", rows[work]["cluster"])]
    return pairs


def _arrow(axes: Any, start: tuple[float, float], end: tuple[float, float]) -> None:
    axes.add_patch(
        FancyArrowPatch(
            (start[0] + _WIDTH / 2 + 0.02, start[1]),
            (end[0] - _WIDTH / 2 - 0.02, end[1]),
            arrowstyle="-|>",
            mutation_scale=10,
            color=INK,
            linewidth=1,
        )
    )


def sentence(rows: list[Any], resource: str) -> str:
    """How far the chain reaches, in words."""
    found = {stage: [r for r in rows if r["stage"] == stage and r["status"] != NONE] for stage in STAGES}
    if not found["template"]:
        return say("Karmada has no template {resource}.", resource=resource)
    if not found["binding"]:
        if not found["policy"]:
            return say("The template {resource} goes nowhere: no policy selects it.", resource=resource)
        return say("The template {resource} goes nowhere: it has no binding yet.", resource=resource)
    return say(
        "{resource}, claimed by {policy}, has one binding and {works} works, and stands in {members}.",
        resource=resource,
        policy=found["policy"][0]["name"] if found["policy"] else say("no policy any more"),
        works=len(found["work"]),
        members=", ".join(r["cluster"] for r in found["member"]) or say("no member"),
    )
