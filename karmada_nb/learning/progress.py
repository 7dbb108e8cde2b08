"""``progress()``: the map of the course with what is done, and the record as a file to take along."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Final
from urllib.parse import quote

from karmada_nb.failures import LabError
from karmada_nb.language import say
from karmada_nb.learning import kept, lessons
from karmada_nb.learning.kept import Record
from karmada_nb.learning.lessons import Lesson

_SIGNS: Final = {"right": "✓", "wrong": "✗", "error": "!", "not attempted": "…", "": "○"}


@dataclass(frozen=True, slots=True)
class Map:
    """The course and how far the learner has come. It shows as a table in a notebook, as text elsewhere."""

    lessons: tuple[Lesson, ...]
    record: Record
    here: Path

    def standing(self, exercise: str) -> str:
        """right once it was right; else the last verdict, or '' before any."""
        found = self.record.get(exercise)
        return "" if found is None else "right" if found.right else found.last

    @property
    def done(self) -> int:
        return sum(self.standing(name) == "right" for name in self._exercises())

    def summary(self) -> str:
        """How much is done, in a sentence."""
        return say("{done} of {all} exercises are done.", done=self.done, all=len(self._exercises()))

    def _exercises(self) -> list[str]:
        named = [name for lesson in self.lessons for name in lesson.exercises]
        return list(dict.fromkeys(named)) or list(self.record)

    def __repr__(self) -> str:
        width = max((len(lesson.path.stem) for lesson in self.lessons), default=0)
        lines = [
            f"{lesson.path.stem:<{width}}  {' '.join(self._said(name) for name in lesson.exercises)}".rstrip()
            for lesson in self.lessons
        ]
        lines = lines or [self._said(name) for name in self.record]
        return "\n".join([*lines, "", self.summary()])

    def _said(self, exercise: str) -> str:
        standing = self.standing(exercise)
        return f"{_SIGNS[standing]} {exercise} ({say(standing or 'open')})"

    def _repr_html_(self) -> str:
        rows = "".join(self._row(lesson) for lesson in self.lessons)
        heads = (say("lesson"), say("exercises"))
        head = "".join(f'<th scope="col" style="text-align: left">{escape(title)}</th>' for title in heads)
        return (
            f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
            f"<p>{escape(self.summary())}</p>"
        )

    def _row(self, lesson: Lesson) -> str:
        target = quote(os.path.relpath(lesson.path, self.here).replace(os.sep, "/"))
        said = "<br>".join(escape(self._said(name)) for name in lesson.exercises)
        number = escape(lesson.path.stem.partition("_")[0])
        return (
            f'<tr><td style="text-align: left">{number} <a href="{target}">{escape(lesson.title)}</a></td>'
            f'<td style="text-align: left">{said}</td></tr>'
        )


class Progress:
    """``progress()`` shows the map; ``export`` and ``load`` carry the record to another machine and back."""

    def __call__(self) -> Map:
        """The map of the course. Raises LabError if the record cannot be read."""
        found = tuple(lessons.lessons(lessons.folder()))
        return Map(found, kept.read(kept.place()), Path.cwd())

    def export(self, path: str | Path) -> Path:
        """Write the record to one small file. Raises LabError."""
        target = Path(path).expanduser()
        kept.write(target, kept.read(kept.place()))
        return target

    def load(self, path: str | Path) -> Map:
        """Add the record in a file to this one; nothing that was right is lost. Raises LabError."""
        source = Path(path).expanduser()
        if not source.exists():
            raise LabError(
                "expected a file that progress.export wrote at {source}, found none", source=source
            )
        taken = kept.read(source)
        kept.change(kept.place(), lambda own: kept.merge(own, taken))
        return self()

    def note(self, exercise: str, outcome: str) -> None:
        """Keep a verdict. Raises LabError."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        kept.change(kept.place(), lambda record: kept.judged(record, exercise, outcome, now))

    def __repr__(self) -> str:
        return repr(self())


progress: Final = Progress()
