"""What each member wants and has: a bar a cluster, filled as far as replicas are ready."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.ticker import MaxNLocator

from karmada_nb.charts.chart import COLOURS, GREY, HATCHES, Chart, legend, plural, style

if TYPE_CHECKING:
    import pandas as pd


def distribution(frame: pd.DataFrame, resource: str, title: str | None = None) -> Chart:
    """``frame`` has cluster, desired and ready."""
    chart = Chart(frame, height=1.2 + 0.5 * max(len(frame), 2))
    axes = chart.add_subplot()
    names, desired, ready = (frame[column].tolist() for column in ("cluster", "desired", "ready"))
    rows = range(len(names))
    axes.barh(rows, desired, height=0.6, facecolor="none", edgecolor=GREY, linewidth=1.5, label="desired")
    axes.barh(
        rows,
        ready,
        height=0.6,
        color=COLOURS[0],
        edgecolor=GREY,
        hatch=HATCHES[0],
        linewidth=0,
        label="ready",
    )
    for row, has, wants in zip(rows, ready, desired, strict=True):
        axes.annotate(
            f"{has}/{wants}",
            (max(has, wants), row),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            color=GREY,
        )
    axes.set_yticks(list(rows), names)
    axes.invert_yaxis()
    axes.set_xlabel("replicas")
    axes.set_xlim(0, max([*desired, *ready, 1]) * 1.15)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    style(axes, title or f"{resource}: where its replicas are")
    legend(axes, loc="upper left", bbox_to_anchor=(1.0, 1.0))
    chart.karmada_nb_text = sentence(frame, resource)
    return chart


def sentence(frame: pd.DataFrame, resource: str) -> str:
    """How the replicas are spread, in words."""
    total, ready = int(frame["desired"].sum()), int(frame["ready"].sum())
    if total == 0 and ready == 0:
        return f"No member has any replica of {resource}."
    parts = [f"{row.cluster} {row.ready} of {row.desired}" for row in frame.itertuples()]
    return f"{resource} has {ready} of {plural(total, 'replica')} ready: {', '.join(parts)}."
