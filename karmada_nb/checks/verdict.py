"""Judging an exercise: one of four outcomes, and a message that names the misconception."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any, Final, Literal

from karmada_nb import waiting
from karmada_nb.failures import LabError
from karmada_nb.language import say
from karmada_nb.learning import progress

if TYPE_CHECKING:
    from karmada_nb.lab import Lab

Outcome = Literal["right", "wrong", "error", "not attempted"]

PATIENCE: Final[dict[Outcome, float]] = {"wrong": 5.0, "not attempted": 1.0}
"""For how many seconds what was just changed may take to reach the members, before a verdict stands."""
_PAUSE: Final = 0.2

_LOOKS: Final[dict[str, tuple[str, str]]] = {
    "right": ("✓", "#009E73"),
    "wrong": ("✗", "#D55E00"),
    "error": ("!", "#CC79A7"),
    "not attempted": ("…", "#56B4E9"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """What a judge found."""

    outcome: Outcome
    message: str


Judge = Callable[..., Finding]
"""Given the lab (None for exercises that need none) and the answers: what is found."""


@dataclass(frozen=True, slots=True)
class Exercise:
    """``hints`` go from a nudge to nearly all; ``solution`` is the cell that does it."""

    judge: Judge
    hints: tuple[str, ...]
    solution: str
    needs_lab: bool = True


@dataclass(frozen=True, slots=True)
class Verdict:
    """How an exercise stands: ``outcome`` is right, wrong, error or not attempted."""

    name: str
    outcome: Outcome
    message: str
    exercise: Exercise

    def hint(self, n: int = 1) -> Advice:
        """The n-th hint, from 1; beyond the last one, the last."""
        hints = self.exercise.hints
        index = max(1, min(n, len(hints)))
        of = len(hints)
        title = say("Hint") if of == 1 else say("Hint ({index} of {of})", index=index, of=of)
        return Advice(title, say(hints[index - 1]))

    def solution(self) -> Advice:
        """A cell that solves it."""
        return Advice(say("Solution"), self.exercise.solution, code=True)

    def __bool__(self) -> bool:
        return self.outcome == "right"

    def __repr__(self) -> str:
        return f"{_LOOKS[self.outcome][0]} {say(self.outcome)}: {self.message}"

    def _repr_html_(self) -> str:
        sign, colour = _LOOKS[self.outcome]
        said = say("{outcome}.", outcome=say(self.outcome).capitalize())
        return (
            f'<div role="status" style="border-left: 4px solid {colour}; padding: 0.4em 0.8em">'
            f"<strong>{sign} {escape(said)}</strong> {escape(self.message)}</div>"
        )


@dataclass(frozen=True, slots=True)
class Advice:
    """A hint or a solution, to be shown."""

    title: str
    text: str
    code: bool = False

    def __repr__(self) -> str:
        return f"{self.title}:\n{self.text}"

    def _repr_html_(self) -> str:
        body = f"<pre>{escape(self.text)}</pre>" if self.code else escape(self.text)
        title = escape(say("{outcome}.", outcome=self.title))
        return f'<div style="padding: 0.2em 0.8em"><strong>{title}</strong> {body}</div>'


def check(name: str, *, lab: Lab | None = None, **answers: Any) -> Verdict:
    """Judge an exercise by what is in the lab (by default the one opened last) or by the answers given.

    Raises LabError for an exercise that does not exist; all else that goes wrong is an outcome.
    """
    from karmada_nb.checks.exercises import EXERCISES

    if name not in EXERCISES:
        raise LabError(
            "expected the name of an exercise ({names}), found {name!r}",
            names=", ".join(EXERCISES),
            name=name,
        )
    exercise = EXERCISES[name]
    answers = {key: _plain(value) for key, value in answers.items()}
    # What is in the cell above needs no time to arrive.
    waits = exercise.needs_lab and not answers
    began = time.monotonic()
    with waiting.progress() as line:
        while True:
            found = _judge(exercise, lab, answers)
            patience = PATIENCE.get(found.outcome, 0.0) if waits else 0.0
            if time.monotonic() - began >= patience:
                break
            line("not right yet; waiting for what was just changed to arrive")
            time.sleep(_PAUSE)
    try:
        progress.note(name, found.outcome)
    except LabError as error:
        # A verdict stands even where it cannot be kept.
        warnings.warn(str(error), stacklevel=2)
    return Verdict(name, found.outcome, found.message, exercise)


def _judge(exercise: Exercise, lab: Lab | None, answers: Mapping[str, Any]) -> Finding:
    from karmada_nb.lab import Lab

    try:
        return exercise.judge((lab or Lab.current()) if exercise.needs_lab else None, **answers)
    except LabError as error:
        return Finding("error", str(error))
    except (TypeError, ValueError, LookupError, AttributeError) as error:
        if not answers:
            raise
        return Finding(
            "error",
            say(
                "the answers could not be read: expected them in the form that the cell above has, with "
                "values in place of None; found {found} ({error})",
                found=", ".join(f"{key}={value!r}" for key, value in answers.items()),
                error=error,
            ),
        )


def _plain(answer: Any) -> Any:
    """An answer with numbers that were written as texts, such as "8", as numbers."""
    if isinstance(answer, str) and answer.strip().isdecimal():
        return int(answer)
    if isinstance(answer, Mapping):
        return {key: _plain(value) for key, value in answer.items()}
    if isinstance(answer, list | tuple):
        return [_plain(value) for value in answer]
    return answer


# Where there are values, ``message`` is a template (``{name}``), so that it can be said in other languages.


def right(message: str, **values: object) -> Finding:
    return Finding("right", say(message, **values))


def wrong(message: str, **values: object) -> Finding:
    return Finding("wrong", say(message, **values))


def not_attempted(message: str, **values: object) -> Finding:
    return Finding("not attempted", say(message, **values))
