"""``compare(prediction, found)``: what a reader expected beside what came, and what that teaches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Final

from karmada_nb.language import say

_CELL: Final = "text-align: center; padding: 0.2em 0.9em"
_HEAD: Final = "text-align: left; padding: 0.2em 0.9em 0.2em 0"
_RIGHT: Final = "#009E73"
_WRONG: Final = "#D55E00"
_ABSENT: Final = "–"


@dataclass(frozen=True, slots=True)
class Comparison:
    """A prediction beside what was found; it is true where the two are equal.

    ``names`` are the columns of values that have parts: the keys of mappings, or the members of the lab.
    ``otherwise`` is said where the prediction was another.
    """

    prediction: Any
    found: Any
    otherwise: str = ""
    names: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.prediction == self.found)

    def __repr__(self) -> str:
        labels = (f"{say('You predicted')}:", f"{say('It is')}:")
        width = max(map(len, labels))
        values = (self.prediction, self.found)
        lines = [f"{label:<{width}} {_plain(value)}" for label, value in zip(labels, values, strict=True)]
        return "\n".join([*lines, self._said()])

    def _said(self) -> str:
        if self:
            return f"✓ {say('Right.')}"
        if not self.otherwise:
            return f"✗ {say('Not quite.')}"
        return f"✗ {say('Not quite: {why}.', why=say(self.otherwise))}"

    def _repr_html_(self) -> str:
        names = self.names or ("",)
        mine, real = (_parts(value, names) for value in (self.prediction, self.found))
        differs = [one != other for one, other in zip(mine, real, strict=True)]
        head = "".join(f'<th scope="col" style="{_CELL}">{escape(name)}</th>' for name in names)
        heads = f"<thead><tr><td></td>{head}</tr></thead>" if self.names else ""
        colour = _RIGHT if self else _WRONG
        return (
            f'<div role="status" style="border-left: 4px solid {colour}; padding: 0.2em 0.8em">'
            f'<table style="margin: 0">{heads}<tbody>{_row(say("You predicted"), mine, differs)}'
            f"{_row(say('It is'), real, [False] * len(real))}</tbody></table>"
            f'<div style="padding-top: 0.3em">{escape(self._said())}</div></div>'
        )


def compare(prediction: Any, found: Any, otherwise: str = "") -> Comparison:
    """Set a prediction beside what was found. Sets count as sorted lists, tuples as lists."""
    prediction, found = _listed(prediction), _listed(found)
    return Comparison(prediction, found, otherwise, _names(prediction, found))


def _names(prediction: Any, found: Any) -> tuple[str, ...]:
    from karmada_nb.lab import Lab

    if isinstance(prediction, Mapping) and isinstance(found, Mapping):
        return tuple(map(str, dict.fromkeys([*found, *prediction])))
    if isinstance(prediction, list) and isinstance(found, list) and Lab._current is not None:
        members = Lab._current.members()
        if len(prediction) == len(found) == len(members):
            return tuple(members)
    return ()


def _listed(value: Any) -> Any:
    if isinstance(value, set | frozenset):
        return sorted(value)
    return list(value) if isinstance(value, tuple) else value


def _parts(value: Any, names: Sequence[str]) -> list[str]:
    if isinstance(value, Mapping):
        known = {str(key): part for key, part in value.items()}
        return [_plain(known[name]) if name in known else _ABSENT for name in names]
    return [_plain(part) for part in value] if len(names) > 1 or names[0] else [_plain(value)]


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else str(value)


def _row(title: str, parts: Sequence[str], differs: Sequence[bool]) -> str:
    """A line of the table; what differs is struck through, so that it shows without colours."""
    cells = "".join(
        f'<td style="{_CELL}">{f"<s>{escape(part)}</s>" if wrong else escape(part)}</td>'
        for part, wrong in zip(parts, differs, strict=True)
    )
    return f'<tr><th scope="row" style="{_HEAD}">{escape(title)}</th>{cells}</tr>'
