"""How a verb asks somebody outside of the process: it stops, and is run again with the answer.

A verb is synchronous and sees one state of the store. One that needs an answer it does not have raises
``Pending`` before it has written anything; its caller, who may wait, gets the answer and runs the verb from
its beginning. The run that writes has every answer at hand and the store as it is then: if the object has
changed meanwhile, the questions are others, and they are asked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

T = TypeVar("T")


class Question(Protocol):
    """Something to be asked outside. Two of the same ``key`` have the same answer."""

    @property
    def key(self) -> str: ...


class Pending(Exception):
    """A verb cannot go on without these answers."""

    def __init__(self, questions: Sequence[Question]) -> None:
        super().__init__(", ".join(question.key for question in questions))
        self.questions = questions


@dataclass(slots=True)
class Answers:
    """What one request has learned, and what must not change from one of its runs to the next."""

    known: dict[str, Any] = field(default_factory=dict)
    fixed: dict[str, Any] = field(default_factory=dict)

    def once(self, name: str, make: Callable[[], T]) -> T:
        """What ``make`` gave in the first run."""
        if name not in self.fixed:
            self.fixed[name] = make()
        value: T = self.fixed[name]
        return value


class Outside(Protocol):
    """Whoever answers questions."""

    def needed(self) -> bool:
        """Whether any verb might ask at all."""

    async def answer(self, questions: Sequence[Question], answers: Answers) -> None:
        """Put an answer to each question where the verb will look. Raises StatusError if that is the end."""
