"""Ready replicas over time, a line a cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from matplotlib.ticker import MaxNLocator

from karmada_nb.charts.chart import COLOURS, Chart, legend, style, word
from karmada_nb.language import say

if TYPE_CHECKING:
    import pandas as pd

_LINES: Final = ("-", "--", "-.", ":")
_MARKS: Final = ("o", "s", "^", "D", "v", "P", "X")


def history(frame: pd.DataFrame, title: str | None = None) -> Chart:
    """``frame`` has seconds, cluster, desired and ready, a row a change."""
    chart = Chart(frame, width=7.2)
    axes = chart.add_subplot()
    groups = list(frame.groupby("cluster", sort=True))
    for index, (cluster, rows) in enumerate(groups):
        axes.step(
            rows["seconds"],
            rows["ready"],
            where="post",
            label=str(cluster),
            color=COLOURS[index % len(COLOURS)],
            linestyle=_LINES[index % len(_LINES)],
            marker=_MARKS[index % len(_MARKS)],
            markersize=5,
            # Each is drawn over the one before: where lines run together, all of them show.
            linewidth=2 + 2 * min(len(groups) - 1 - index, 3),
        )
    axes.set_xlabel(word("seconds"))
    axes.set_ylabel(word("ready replicas"))
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_ylim(0, max([*frame["ready"], 1]) + 0.5)
    style(axes, title or word("Ready replicas over time"))
    if len(frame):
        legend(axes, loc="upper left", bbox_to_anchor=(1.0, 1.0))
    chart.karmada_nb_text = sentence(frame)
    return chart


def sentence(frame: pd.DataFrame) -> str:
    """How each cluster began and ended, in words."""
    if not len(frame):
        return say("Nothing was recorded.")
    ends = [
        say(
            "{cluster} from {first} to {last}",
            cluster=cluster,
            first=rows["ready"].iloc[0],
            last=rows["ready"].iloc[-1],
        )
        for cluster, rows in frame.groupby("cluster", sort=True)
    ]
    seconds = f"{frame['seconds'].max():.1f}"
    return say("Ready replicas within {seconds} s: {ends}.", seconds=seconds, ends=", ".join(ends))
