"""Who answered which request: a mark a request, a line a pod."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from matplotlib.ticker import MaxNLocator

from karmada_nb.charts.chart import COLOURS, GREY, Chart, plural, style

if TYPE_CHECKING:
    import pandas as pd

NOBODY: Final = "no answer"


def answers(frame: pd.DataFrame, title: str | None = None) -> Chart:
    """``frame`` has pod, cluster, ok and seconds, a row a request."""
    lines = [
        "\n".join(part for part in (pod, cluster) if isinstance(part, str)) if ok else NOBODY
        for pod, cluster, ok in frame[["pod", "cluster", "ok"]].itertuples(index=False)
    ]
    names = sorted(set(lines), key=lambda name: (name == NOBODY, name))
    chart = Chart(frame, height=1.2 + 0.55 * max(len(names), 1))
    axes = chart.add_subplot()
    for good, marker, colour in ((True, "o", COLOURS[0]), (False, "x", COLOURS[4])):
        asked = [index for index, line in enumerate(lines) if (line != NOBODY) == good]
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
    axes.set_xlabel("request")
    axes.grid(axis="y", color=GREY, alpha=0.3)
    style(axes, title or "Who answered")
    chart.karmada_nb_text = sentence(frame)
    return chart


def sentence(frame: pd.DataFrame) -> str:
    """Who answered how often, in words."""
    total, good = len(frame), int(frame["ok"].sum())
    if good == 0:
        return f"None of {plural(total, 'request')} was answered."
    clusters = frame.loc[frame["ok"], "cluster"].dropna().value_counts()
    told = ", ".join(f"{count} from {cluster}" for cluster, count in clusters.items()) or "from pods unknown"
    return f"{good} of {plural(total, 'request')} were answered: {told}."
