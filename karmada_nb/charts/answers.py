"""Who answered which request: a mark a request, a line a pod."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from matplotlib.ticker import MaxNLocator

from karmada_nb.charts.chart import COLOURS, INK, Chart, style, word
from karmada_nb.language import say

if TYPE_CHECKING:
    import pandas as pd

NOBODY: Final = "no answer"


def answers(frame: pd.DataFrame, title: str | None = None) -> Chart:
    """``frame`` has pod, cluster, ok and seconds, a row a request."""
    nobody = word(NOBODY)
    lines = [
        "\n".join(part for part in (pod, cluster) if isinstance(part, str)) if ok else nobody
        for pod, cluster, ok in frame[["pod", "cluster", "ok"]].itertuples(index=False)
    ]
    names = sorted(set(lines), key=lambda name: (name == nobody, name))
    chart = Chart(frame, height=1.2 + 0.55 * max(len(names), 1))
    axes = chart.add_subplot()
    for good, marker, colour in ((True, "o", COLOURS[0]), (False, "x", COLOURS[1])):
        asked = [index for index, line in enumerate(lines) if (line != nobody) == good]
        axes.scatter(
            [index + 1 for index in asked],
            [names.index(lines[index]) for index in asked],
            marker=marker,
            s=90,
            color=colour,
            linewidths=2,
        )
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_xlim(0.5, len(lines) + 0.5)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_xlabel(word("request"))
    axes.grid(axis="y", color=INK, alpha=0.3)
    style(axes, title or word("Who answered"))
    chart.karmada_nb_text = sentence(frame)
    return chart


def sentence(frame: pd.DataFrame) -> str:
    """Who answered how often, in words."""
    total, good = len(frame), int(frame["ok"].sum())
    if good == 0 and total == 1:
        return say("The only request was not answered.")
    if good == 0:
        return say("None of {total} requests was answered.", total=total)
    clusters = frame.loc[frame["ok"], "cluster"].dropna().value_counts()
    told = ", ".join(
        say("{count} from {cluster}", count=count, cluster=cluster) for cluster, count in clusters.items()
    )
    told = told or say("from pods unknown")
    return say("{good} of {total} requests were answered: {told}.", good=good, total=total, told=told)
