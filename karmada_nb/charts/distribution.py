"""What each member wants and has: a bar a cluster, filled as far as replicas are ready."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matplotlib.ticker import MaxNLocator

from karmada_nb.charts.chart import COLOURS, HATCHES, INK, Chart, legend, style, word
from karmada_nb.language import say

if TYPE_CHECKING:
    import pandas as pd


def distribution(frame: pd.DataFrame, resource: str, title: str | None = None) -> Chart:
    """``frame`` has cluster, desired and ready."""
    chart = Chart(frame, height=1.2 + 0.5 * max(len(frame), 2))
    axes = chart.add_subplot()
    names, desired, ready = (frame[column].tolist() for column in ("cluster", "desired", "ready"))
    rows = range(len(names))
    look: dict[str, Any] = {"height": 0.6, "edgecolor": INK}
    axes.barh(rows, desired, facecolor="none", linewidth=1.5, label=word("desired"), **look)
    axes.barh(rows, ready, color=COLOURS[0], hatch=HATCHES[0], linewidth=0, label=word("ready"), **look)
    for row, has, wants in zip(rows, ready, desired, strict=True):
        axes.annotate(
            f"{has}/{wants}",
            (max(has, wants), row),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            color=INK,
        )
    axes.set_yticks(list(rows), names)
    axes.invert_yaxis()
    axes.set_xlabel(word("replicas"))
    axes.set_xlim(0, max([*desired, *ready, 1]) * 1.15)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    style(axes, title or word("{resource}: where its replicas are", resource=resource))
    legend(axes, loc="upper left", bbox_to_anchor=(1.0, 1.0))
    chart.karmada_nb_text = sentence(frame, resource)
    return chart


def sentence(frame: pd.DataFrame, resource: str) -> str:
    """How the replicas are spread, in words."""
    total, ready = int(frame["desired"].sum()), int(frame["ready"].sum())
    if total == 0 and ready == 0:
        return say("No member has any replica of {resource}.", resource=resource)
    parts = [
        say("{cluster} {ready} of {desired}", cluster=row.cluster, ready=row.ready, desired=row.desired)
        for row in frame.itertuples()
    ]
    values = {"resource": resource, "ready": ready, "total": total, "parts": ", ".join(parts)}
    if total == 1:
        return say("{resource} has {ready} of 1 replica ready: {parts}.", **values)
    return say("{resource} has {ready} of {total} replicas ready: {parts}.", **values)
