"""What scripts are left of Lua's ``os``: the time, and dates.

Follows pkg/util/lifted/lua/oslib_safe.go, with its own idea of some directives (``%a`` is ``mon`` on every
day). The time comes from the control plane's clock; dates are UTC.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from karmada_nb.engine.karmada.interpreter.declarative.kube import Table

_DIRECTIVES: Final = {
    "A": "%A",
    "b": "%b",
    "B": "%B",
    "c": "%d %b %y %H:%M UTC",
    "d": "%d",
    "F": "%Y-%m-%d",
    "H": "%H",
    "I": "%I",
    "m": "%m",
    "M": "%M",
    "p": "%p",
    "S": "%S",
    "x": "%H/%M/%S",
    "X": "%H:%M:%S",
    "y": "%y",
    "Y": "%Y",
    "w": "%w",
    "a": "mon",
    "z": "+0000",
    "Z": "UTC",
    "%": "%%",
}


def library(table: Table, clock: Callable[[], datetime]) -> dict[str, Callable[..., Any]]:
    """The functions by the names under which ``sandbox.lua`` knows them."""

    def now() -> int:
        return int(clock().timestamp())

    def date(text: str, seconds: float | None) -> Any:
        at = clock() if seconds is None else datetime.fromtimestamp(seconds, UTC)
        text = text.lstrip("!")
        return table(fields(at)) if text.startswith("*t") else formatted(at, text)

    return {"now": now, "moment": moment, "date": date}


def moment(year: float, month: float, day: float, hour: float, minute: float, second: float) -> int:
    """Unix seconds of a date whose parts may overflow into the next larger one, as in Go."""
    years, months = divmod(int(month) - 1, 12)
    first = datetime(max(1, int(year) + years), months + 1, 1, tzinfo=UTC)
    past = timedelta(days=int(day) - 1, hours=int(hour), minutes=int(minute), seconds=int(second))
    return int((first + past).timestamp())


def fields(at: datetime) -> dict[str, Any]:
    """What ``*t`` asks for; the day of the year is not told."""
    return {
        "year": at.year,
        "month": at.month,
        "day": at.day,
        "hour": at.hour,
        "min": at.minute,
        "sec": at.second,
        "wday": at.isoweekday() % 7 + 1,
        "yday": 0,
        "isdst": False,
    }


def formatted(at: datetime, text: str) -> str:
    """The moment in the form that the directives of ``text`` describe."""
    parts: list[str] = []
    rest = iter(text)
    for character in rest:
        if character != "%":
            parts.append(character)
            continue
        directive = next(rest, "")
        if directive == "P":
            parts.append(at.strftime("%p").lower())
        elif directive in _DIRECTIVES:
            parts.append(at.strftime(_DIRECTIVES[directive]))
        else:
            parts.append(f"%{directive}")
    return "".join(parts)
