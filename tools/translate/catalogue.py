"""A catalogue: the Chinese of a notebook's Markdown cells, one after the other.

Each is opened by a line ``<!-- cell: ID of HASH -->``. The hash is that of the English text which the
translator had in view, so that a later change in English is noticed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import nbformat

ROOT: Final = Path(__file__).parents[2]
ENGLISH: Final = ROOT / "notebooks"
CHINESE: Final = ENGLISH / "zh"
TEXTS: Final = CHINESE / "text"

_OPENING: Final = re.compile(r"^<!-- cell: (\S+) of ([0-9a-f]{8}) -->[ \t]*$", re.M)


@dataclass(frozen=True, slots=True)
class Entry:
    """The text of one cell, and the hash of the English which it says."""

    cell: str
    of: str
    text: str

    def __str__(self) -> str:
        return f"<!-- cell: {self.cell} of {self.of} -->\n{self.text}\n"


def hashed(text: str) -> str:
    """By which a catalogue knows an English text: 8 hexadecimal digits."""
    return sha256(text.strip().encode()).hexdigest()[:8]


PAGES: Final = ("pages/beside",)
"""What is translated besides the lessons."""


def names() -> list[str]:
    """Of all notebooks of the course, in order, and of the pages beside them."""
    return [*sorted(path.stem for path in ENGLISH.glob("*.ipynb")), *PAGES]


def read_notebook(name: str) -> Any:
    return nbformat.read(ENGLISH / f"{name}.ipynb", as_version=nbformat.NO_CONVERT)


def markdown(name: str) -> dict[str, str]:
    """The English text of a notebook's Markdown cells, by id."""
    return {
        cell.id: cell.source.strip() for cell in read_notebook(name).cells if cell.cell_type == "markdown"
    }


def path_of(name: str) -> Path:
    """Of a notebook's catalogue, which may not exist yet."""
    return TEXTS / f"{name}.md"


def entries(name: str) -> dict[str, Entry]:
    """A notebook's catalogue, by cell. Raises ValueError where it does not have the form of one."""
    path = path_of(name)
    before, *parts = _OPENING.split(path.read_text(encoding="utf-8")) if path.exists() else [""]
    if before.strip():
        raise ValueError(f"{path}: expected <!-- cell: ID of HASH --> first, found {before.strip()[:60]!r}")
    found: dict[str, Entry] = {}
    for cell, of, text in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
        if cell in found:
            raise ValueError(f"{path}: expected each cell once, found {cell} twice")
        found[cell] = Entry(cell, of, text.strip())
    return found


def stamp(name: str) -> None:
    """Say that the catalogue is up to date with the English, and add what is missing, in English.

    Entries of cells that no longer exist go to the end, for the translator to remove.
    """
    found, wanted = entries(name), markdown(name)
    stamped = [
        Entry(cell, hashed(text), found[cell].text if cell in found else text)
        for cell, text in wanted.items()
    ]
    gone = [entry for cell, entry in found.items() if cell not in wanted]
    path_of(name).parent.mkdir(parents=True, exist_ok=True)
    path_of(name).write_text("\n".join(map(str, [*stamped, *gone])), encoding="utf-8")
