"""The seat table: a column for every replica that is given, a line a cluster, the winner of each marked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from matplotlib.patches import Rectangle

from karmada_nb.charts.chart import COLOURS, HATCHES, INK, Chart, style, word
from karmada_nb.language import say

if TYPE_CHECKING:
    import pandas as pd

MOST_SHOWN: Final = 16
"""Rounds in the picture; the table beside it has them all."""


def seats(frame: pd.DataFrame, resource: str, title: str | None = None) -> Chart:
    """``frame`` has round, cluster, weight, claim, gets and why; round 0 is what is rounded down at once."""
    rounds = list(dict.fromkeys(frame["round"]))
    shown = rounds[:MOST_SHOWN]
    weights = dict(zip(frame["cluster"], frame["weight"], strict=True))
    names = list(weights)
    chart = Chart(won(frame), width=2.6 + 0.62 * max(len(shown), 5), height=1.2 + 0.55 * max(len(names), 2))
    axes = chart.add_subplot()
    for row in frame.itertuples(index=False):
        if row.round in shown:
            _cell(axes, shown.index(row.round), names.index(str(row.cluster)), row)
    heads = [word("floor") if number == 0 else str(number) for number in shown]
    axes.set_xticks(range(len(shown)), heads)
    axes.set_yticks(
        range(len(names)), [word("{name}\nweight {weight}", name=n, weight=weights[n]) for n in names]
    )
    axes.set_xlim(-0.5, max(len(shown), 1) - 0.5)
    axes.set_ylim(max(len(names), 1) - 0.5, -0.5)
    axes.set_xlabel(word("replica"))
    style(axes, title or word("{resource}: claims to each replica", resource=resource))
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)
    chart.karmada_nb_text = sentence(frame, resource)
    return chart


def _cell(axes: Any, x: int, y: int, row: Any) -> None:
    """The claim of one cluster in one round. A winner has a thick frame, stripes, and bold numbers."""
    gets = int(row.gets)
    if gets:
        place, size = (x - 0.44, y - 0.4), (0.88, 0.8)
        axes.add_patch(Rectangle(place, *size, facecolor=COLOURS[0], alpha=0.18, linewidth=0))
        axes.add_patch(Rectangle(place, *size, facecolor="none", edgecolor=COLOURS[0], linewidth=2.5))
        strip = (x - 0.44, y + 0.3)
        axes.add_patch(
            Rectangle(
                strip, 0.88, 0.1, facecolor=COLOURS[0], edgecolor=INK, hatch=HATCHES[0] * 2, linewidth=0
            )
        )
    tie = "=" if gets and str(row.why).startswith("tie") else ""
    text = f"{tie}{row.claim:.3g}" + (f"\n→ {gets}" if row.round == 0 else "")
    weight = "bold" if gets else "normal"
    axes.text(x, y - 0.04, text, ha="center", va="center", color=INK, fontsize=9, fontweight=weight)


def won(frame: pd.DataFrame) -> pd.DataFrame:
    """The numbers beside the picture: who got each replica, by what claim, and why."""
    rows = frame[frame["gets"] > 0].copy()
    rows["why"] = [say(text) for text in rows["why"]]
    rows["claim"] = rows["claim"].round(3)
    return rows.set_index("round")[["cluster", "gets", "claim", "why"]]


def sentence(frame: pd.DataFrame, resource: str) -> str:
    """What everyone got in the end, in words."""
    if not len(frame):
        return say("No replicas of {resource} are handed out one by one.", resource=resource)
    got = frame.groupby("cluster", sort=False)["gets"].sum()
    parts = ", ".join(f"{cluster} {count}" for cluster, count in got.items())
    ties = int(frame["why"].str.startswith("tie").sum())
    values = {"resource": resource, "total": int(got.sum()), "parts": parts, "ties": ties}
    if ties:
        return say("{total} replicas of {resource} are handed out: {parts}; {ties} by a tie-break.", **values)
    return say("{total} replicas of {resource} are handed out: {parts}; no tie.", **values)
