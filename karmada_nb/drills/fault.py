"""What a drill is, and what a reader sees of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from karmada_nb.language import say

if TYPE_CHECKING:
    from karmada_nb.lab import Lab

Values = dict[str, str]
"""What the told text and the commands leave open, such as the name of a cluster."""


@dataclass(frozen=True, slots=True)
class Drill:
    """A fault, and how it shows."""

    told: str
    """What somebody reports, with ``{name}`` for values."""
    begin: Callable[[Lab], Values]
    """Break a lab in which nothing of the drill is left."""
    shows: Callable[[Lab], bool]
    """Whether the symptom is to be seen."""
    looks: tuple[str, ...]
    """The commands that were run when it was noticed, as magics."""
    namespace: str = "default"
    """Where its objects are."""
    changes_clusters: bool = False
    """Whether clusters themselves are changed: only done where they are the course's own."""


@dataclass(frozen=True, slots=True)
class Report:
    """What somebody noticed: in their words, and what their commands printed."""

    told: str
    seen: tuple[tuple[str, str], ...] = ()

    def __repr__(self) -> str:
        outputs = [f"$ {command}\n{output}" for command, output in self.seen]
        return "\n\n".join([self.told, *outputs])

    def _repr_html_(self) -> str:
        outputs = "\n\n".join(f"$ {command}\n{output}" for command, output in self.seen)
        shown = f"<pre>{escape(outputs)}</pre>" if outputs else ""
        heading = say("{outcome}.", outcome=say("Reported"))
        return (
            '<div role="note" style="border-left: 4px solid #E69F00; padding: 0.4em 0.8em">'
            f"<strong>{escape(heading)}</strong> {escape(self.told)}{shown}</div>"
        )
