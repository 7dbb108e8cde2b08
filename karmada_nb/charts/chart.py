"""A matplotlib figure that brings its numbers and a sentence along, and looks the same on any page."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any, Final

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

if TYPE_CHECKING:
    import pandas as pd

GREY: Final = "#7a7a7a"
"""Stands out enough from white and from black alike."""
COLOURS: Final = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#D55E00", "#56B4E9", "#F0E442")
"""Okabe and Ito's palette, which people with any colour vision tell apart."""
HATCHES: Final = ("//", "..", "\\\\", "xx", "--", "oo", "++")
DPI: Final = 144


class Chart(Figure):
    """``karmada_nb_text`` says in one sentence what there is to see; ``frame`` has the numbers."""

    def __init__(self, frame: pd.DataFrame, width: float = 6.4, height: float = 3.2) -> None:
        super().__init__(figsize=(width, height), layout="constrained", facecolor="none")
        FigureCanvasAgg(self)
        self.frame = frame
        self.karmada_nb_text = ""

    def png(self) -> bytes:
        """The picture, on a transparent ground."""
        kept = io.BytesIO()
        self.savefig(kept, format="png", dpi=DPI, transparent=True)
        return kept.getvalue()

    def _repr_mimebundle_(
        self, include: Sequence[str] | None = None, exclude: Sequence[str] | None = None
    ) -> Mapping[str, str]:
        picture = base64.b64encode(self.png()).decode()
        width = round(self.get_figwidth() * 100)
        text = escape(self.karmada_nb_text, quote=True)
        table = self.frame.to_html(index=self.frame.index.name is not None, border=0, na_rep="")
        html = (
            '<div style="display: flex; flex-wrap: wrap; gap: 1.5em; align-items: center">'
            f'<figure style="margin: 0; max-width: 100%"><img alt="{text}" width="{width}" '
            f'style="max-width: 100%; background: transparent" src="data:image/png;base64,{picture}">'
            f"<figcaption>{text}</figcaption></figure>"
            f"<div>{table}</div></div>"
        )
        text = f"{self.karmada_nb_text}\n{self.frame}"
        return {"text/html": html, "image/png": picture, "text/plain": text}


def style(axes: Axes, title: str) -> None:
    """Mid-grey writing, no frame, so that the page shows through."""
    axes.set_title(title, color=GREY, loc="left", fontsize=11)
    axes.set_facecolor("none")
    axes.tick_params(colors=GREY, which="both")
    for name, spine in axes.spines.items():
        spine.set_visible(name in ("left", "bottom"))
        spine.set_color(GREY)
    for label in (axes.xaxis.label, axes.yaxis.label):
        label.set_color(GREY)


def legend(axes: Axes, **options: Any) -> None:
    """A legend in the same grey."""
    axes.legend(frameon=False, labelcolor=GREY, **options)


def plural(n: int, one: str, many: str = "") -> str:
    """``1 replica``, ``2 replicas``."""
    return f"{n} {one if n == 1 else many or one + 's'}"
