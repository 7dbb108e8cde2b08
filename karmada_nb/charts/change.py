"""A distribution before and after: two bars a cluster, and the difference in numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from matplotlib.ticker import MaxNLocator

from karmada_nb.charts.chart import COLOURS, HATCHES, INK, Chart, legend, style, word
from karmada_nb.language import say

if TYPE_CHECKING:
    import pandas as pd

CHANGE: Final = ("cluster", "before", "after", "change")
_HEIGHT: Final = 0.36


def change(before: pd.DataFrame, after: pd.DataFrame, resource: str, title: str | None = None) -> Chart:
    """Both frames have cluster and ready; a cluster that one of them lacks counts as 0 there."""
    frame = compared(before, after)
    chart = Chart(frame, height=1.2 + 0.7 * max(len(frame), 2))
    axes = chart.add_subplot()
    rows = range(len(frame))
    look: dict[str, Any] = {"height": _HEIGHT, "edgecolor": INK}
    axes.barh(
        [row - _HEIGHT / 2 for row in rows],
        frame["before"],
        facecolor="none",
        hatch=HATCHES[1],
        linewidth=1,
        label=word("before"),
        **look,
    )
    axes.barh(
        [row + _HEIGHT / 2 for row in rows],
        frame["after"],
        color=COLOURS[0],
        linewidth=1,
        label=word("after"),
        **look,
    )
    for row, (_, was, now, moved) in enumerate(frame.itertuples(index=False)):
        place = (max(was, now), row)
        text = f"{was} → {now} ({moved:+d})" if moved else f"{was} → {now}"
        axes.annotate(text, place, xytext=(6, 0), textcoords="offset points", va="center", color=INK)
    axes.set_yticks(list(rows), frame["cluster"])
    axes.invert_yaxis()
    axes.set_xlabel(word("ready replicas"))
    axes.set_xlim(0, max([*frame["before"], *frame["after"], 1]) * 1.35)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    style(axes, title or word("{resource}: before and after", resource=resource))
    legend(axes, loc="upper left", bbox_to_anchor=(1.0, 1.0))
    chart.karmada_nb_text = sentence(frame, resource)
    return chart


def compared(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """cluster, before, after and change, in the order in which the clusters appear."""
    import pandas as pd

    was, now = (frame.groupby("cluster", sort=False)["ready"].sum().to_dict() for frame in (before, after))
    names = list(dict.fromkeys([*after["cluster"], *before["cluster"]]))
    rows = [(name, int(was.get(name, 0)), int(now.get(name, 0))) for name in names]
    return pd.DataFrame([(*row, row[2] - row[1]) for row in rows], columns=list(CHANGE))


def sentence(frame: pd.DataFrame, resource: str) -> str:
    """What moved, in words."""
    moved = [
        say("{cluster} from {first} to {last}", cluster=cluster, first=was, last=now)
        for cluster, was, now, difference in frame.itertuples(index=False)
        if difference
    ]
    if not moved:
        return say("{resource}: no cluster has more or fewer ready replicas than before.", resource=resource)
    values = {"resource": resource, "moved": ", ".join(moved)}
    return say("{resource}, ready replicas before and after: {moved}.", **values)
