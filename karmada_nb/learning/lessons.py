"""The lessons as the notebooks have them: title, file, and the exercises in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import orjson

from karmada_nb.language import language

_FIRST: Final = "00_start_here.ipynb"
_CHECK: Final = re.compile(r'^check\("([\w-]+)"', re.M)


@dataclass(frozen=True, slots=True)
class Lesson:
    """One notebook of the course."""

    path: Path
    title: str
    exercises: tuple[str, ...]


def folder() -> Path | None:
    """Where the course is, in the reader's language: here, above, below, or beside the package."""
    here = Path.cwd()
    for place in (here, here / "notebooks", here.parent, Path(__file__).parents[2] / "notebooks"):
        if (place / _FIRST).exists():
            chinese = place / "zh"
            return chinese if language() == "zh" and (chinese / _FIRST).exists() else place
    return None


def lessons(place: Path | None) -> list[Lesson]:
    """All lessons in order; none where there is no course."""
    return [] if place is None else [_read(path) for path in sorted(place.glob("[0-9][0-9]_*.ipynb"))]


def _read(path: Path) -> Lesson:
    cells = orjson.loads(path.read_bytes())["cells"]
    sources = [(cell["cell_type"], "".join(cell["source"])) for cell in cells]
    heads = (line for kind, text in sources if kind == "markdown" for line in text.splitlines())
    title = next((line.lstrip("# ") for line in heads if line.startswith("# ")), path.stem)
    found = [name for kind, text in sources if kind == "code" for name in _CHECK.findall(text)]
    return Lesson(path, title, tuple(dict.fromkeys(found)))
