"""The map of the course: a page of its own, in each language, with the table that the first lesson has."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import nbformat

from tools.translate.catalogue import CHINESE, ENGLISH

_FIRST: Final = "00_start_here.ipynb"
_HEADS: Final = {
    ENGLISH: (
        "# The course",
        "[Start here](00_start_here.ipynb). `progress()` in any notebook shows what you have done.",
    ),
    CHINESE: (
        "# 课程",
        "[从这里开始](00_start_here.ipynb)。在任何一篇里运行 `progress()`，可以看到做完了哪些。",
    ),
}


def path(course: Path) -> Path:
    """Where the map of a course is, given the folder of its lessons."""
    return course / "map.md"


def built(course: Path) -> str:
    """The map as its file is to be."""
    notebook = nbformat.read(course / _FIRST, as_version=nbformat.NO_CONVERT)
    text = next(cell.source for cell in notebook.cells if cell.id == "contents")
    table = "\n".join(line for line in text.splitlines() if line.startswith("|"))
    title, said = _HEADS[course]
    return f"{title}\n\n{said}\n\n{table}\n"


def write() -> list[Path]:
    """Bring the maps of both languages up to date; those that were not."""
    stale = [course for course in _HEADS if faulty(course)]
    for course in stale:
        path(course).write_text(built(course), encoding="utf-8")
    return [path(course) for course in stale]


def faulty(course: Path) -> bool:
    """Whether a map is not as it is to be."""
    return not path(course).exists() or path(course).read_text(encoding="utf-8") != built(course)


def courses() -> tuple[Path, ...]:
    """The folders of the lessons, a language each."""
    return tuple(_HEADS)
