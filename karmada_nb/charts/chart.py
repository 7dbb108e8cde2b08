"""A matplotlib figure that brings its numbers and a sentence along, and looks the same on any page."""

from __future__ import annotations

import base64
import io
import logging
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import matplotlib
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.ticker import FixedFormatter

from karmada_nb.failures import LabError
from karmada_nb.language import language, say

if TYPE_CHECKING:
    import pandas as pd

INK: Final = "#757575"
"""Writing and lines: 4.6:1 on white. In a notebook they take the colour of the page's own text."""
DARK: Final = "#333333"
COLOURS: Final = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#A67400", "#2B8CC4", "#7A68C8")
"""After Okabe and Ito: told apart with any colour vision, and 3:1 against white and JupyterLab's dark."""
HATCHES: Final = ("//", "..", "\\\\", "xx", "--", "oo", "++")
DPI: Final = 144
SUFFIXES: Final = (".png", ".svg")
_CHINESE: Final = ("Noto Sans CJK SC", "Noto Sans SC", "WenQuanYi Zen Hei", "PingFang SC", "Microsoft YaHei")
_ENGLISH: Final[dict[str, str]] = {}
"""What ``word`` has said, in English."""
_NO_METADATA: Final = {"Creator": None, "Date": None, "Format": None, "Type": None}


class Chart(Figure):
    """``karmada_nb_text`` says in one sentence what there is to see; ``frame`` has the numbers."""

    def __init__(self, frame: pd.DataFrame, width: float = 6.4, height: float = 3.2) -> None:
        super().__init__(figsize=(width, height), layout="constrained", facecolor="none")
        FigureCanvasAgg(self)
        self.frame = frame
        self.karmada_nb_text = ""

    def save(self, path: str | Path) -> Path:
        """Keep the picture as a file, on white: PNG or SVG, as the name ends. Raises LabError for another."""
        place = Path(path).expanduser()
        suffix = place.suffix.lower()
        if suffix not in SUFFIXES:
            raise LabError(
                "expected a name that ends in {suffixes}, found {name!r}. "
                'For example: chart.save("{stem}.png")',
                suffixes=say(" or ").join(SUFFIXES),
                name=place.name,
                stem=place.stem or "chart",
            )
        picture = self._svg(DARK, ground="white").encode() if suffix == ".svg" else self._png(ground="white")
        try:
            place.write_bytes(picture)
        except OSError as error:
            raise LabError("expected to write {place}: {why}", place=place, why=error.strerror) from None
        return place

    def png(self) -> bytes:
        """The picture, on a transparent ground."""
        return self._png()

    def svg(self) -> str:
        """The picture as an element for a page, which gives it the colour of its text."""
        return self._svg("currentColor")

    def _png(self, ground: str = "none") -> bytes:
        kept = io.BytesIO()
        self._speak()
        with self._legible(), _quiet():
            self.savefig(kept, format="png", dpi=DPI, facecolor=ground, edgecolor="none")
        return kept.getvalue()

    def _svg(self, ink: str, ground: str = "none") -> str:
        kept = io.StringIO()
        self._speak()
        with matplotlib.rc_context({"svg.fonttype": "none"}), warnings.catch_warnings(), _quiet():
            # Letters that this machine lacks are measured as boxes of their size; the page has them.
            warnings.filterwarnings("ignore", "Glyph .* missing")
            self.savefig(kept, format="svg", facecolor=ground, edgecolor="none", metadata=_NO_METADATA)
        return _element(kept.getvalue(), self.karmada_nb_text).replace(INK, ink)

    @contextmanager
    def _legible(self) -> Iterator[None]:
        """Have the words in English meanwhile, where this machine cannot write the reader's language."""
        if language() != "zh" or chinese_fonts():
            yield
            return
        changed = [(text, text.get_text()) for text in self.findobj(Text) if text.get_text() in _ENGLISH]
        formatters = [axis.get_major_formatter() for axes in self.axes for axis in (axes.xaxis, axes.yaxis)]
        labelled = [(one, list(one.seq)) for one in formatters if isinstance(one, FixedFormatter)]
        for text, said in changed:
            text.set_text(_ENGLISH[said])
        for formatter, labels in labelled:
            formatter.seq = [_ENGLISH.get(label, label) for label in labels]
        try:
            yield
        finally:
            for text, said in changed:
                text.set_text(said)
            for formatter, labels in labelled:
                formatter.seq = labels

    def _speak(self) -> None:
        """Have letters of the reader's language, where this machine has them."""
        if language() == "zh":
            for text in self.findobj(Text):
                text.set_fontfamily(["DejaVu Sans", *chinese_fonts()])

    def _repr_mimebundle_(
        self, include: Sequence[str] | None = None, exclude: Sequence[str] | None = None
    ) -> Mapping[str, str]:
        picture = base64.b64encode(self.png()).decode()
        width = round(self.get_figwidth() * 100)
        text = escape(self.karmada_nb_text, quote=True)
        table = self.frame.to_html(index=self.frame.index.name is not None, border=0, na_rep="")
        # A notebook that is not trusted loses the drawing, and the attribute that hides the picture with it.
        html = (
            '<div style="display: flex; flex-wrap: wrap; gap: 1.5em; align-items: center">'
            f'<figure style="margin: 0; width: {width}px; max-width: 100%">{self.svg()}'
            f'<img popover alt="{text}" width="{width}" src="data:image/png;base64,{picture}">'
            f"<figcaption>{text}</figcaption></figure>"
            f"<div>{table}</div></div>"
        )
        text = f"{self.karmada_nb_text}\n{self.frame}"
        return {"text/html": html, "image/png": picture, "text/plain": text}


@contextmanager
def _quiet() -> Iterator[None]:
    """Nobody asked for a weight of letters: where a font has one only, the log of fonts says so each time."""
    log = logging.getLogger("matplotlib.font_manager")
    before = log.level
    log.setLevel(logging.ERROR)
    try:
        yield
    finally:
        log.setLevel(before)


def _element(drawing: str, text: str) -> str:
    """What matplotlib wrote, as an element: no prologue, no style for the whole page, no names of parts."""
    svg = drawing[drawing.index("<svg") :]
    svg = re.sub(r"<defs>\s*<style.*?</style>\s*</defs>", "", svg, count=1, flags=re.S)
    svg = re.sub(r' id="[a-zA-Z0-9.]+_\d+"', "", svg)
    style = "max-width: 100%; height: auto; stroke-linejoin: round; stroke-linecap: butt"
    opening = f'<svg role="img" aria-label="{escape(text, quote=True)}" style="{style}"'
    return re.sub(r"\n\s*", " ", svg.replace("<svg", opening, 1))


@cache
def chinese_fonts() -> tuple[str, ...]:
    """The fonts of this machine that can write Chinese."""
    from matplotlib.font_manager import fontManager

    names = set(fontManager.get_font_names())
    return tuple(name for name in _CHINESE if name in names)


def word(text: str, **values: object) -> str:
    """A word in a picture, in the reader's language. A drawing is written by the page that shows it; only a
    picture needs the letters on this machine, and is in English where it has none."""
    said = say(text, **values)
    _ENGLISH[said] = text.format(**values) if values else text
    return said


def style(axes: Axes, title: str) -> None:
    """No frame and no ground, so that the page shows through."""
    axes.set_title(title, color=INK, loc="left", fontsize=11)
    axes.set_facecolor("none")
    axes.tick_params(colors=INK, which="both")
    for name, spine in axes.spines.items():
        spine.set_visible(name in ("left", "bottom"))
        spine.set_color(INK)
    for label in (axes.xaxis.label, axes.yaxis.label):
        label.set_color(INK)


def legend(axes: Axes, **options: Any) -> None:
    """A legend in the same colour."""
    axes.legend(frameon=False, labelcolor=INK, **options)
