"""When a cron schedule comes due. Pure. Follows robfig/cron v3 spec.go and constantdelay.go."""

import re
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final, NamedTuple

_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS: Final = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_DESCRIPTORS: Final = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
_UNITS: Final = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
_YEARS: Final = 5
"""A schedule that does not come due within so many years never does (30 February)."""


class Schedule(NamedTuple):
    """The minutes, hours, days of the month, months and days of the week that match.

    ``either``: both kinds of days are restricted, so that one of them is enough. ``every``: seconds
    between times, for ``@every``; the other fields mean nothing then.
    """

    minutes: frozenset[int] = frozenset()
    hours: frozenset[int] = frozenset()
    days: frozenset[int] = frozenset()
    months: frozenset[int] = frozenset()
    weekdays: frozenset[int] = frozenset()
    either: bool = False
    every: float = 0.0

    def day(self, moment: datetime) -> bool:
        in_month = moment.day in self.days
        in_week = moment.isoweekday() % 7 in self.weekdays
        return (in_month or in_week) if self.either else (in_month and in_week)

    def after(self, moment: datetime) -> datetime | None:
        """The first time after ``moment``, in its time zone; None: never."""
        if self.every:
            return (moment + timedelta(seconds=self.every)).replace(microsecond=0)
        at = moment.replace(second=0, microsecond=0) + timedelta(minutes=1)
        end = at.year + _YEARS
        while at.year <= end:
            if at.month not in self.months:
                at = (at.replace(day=1, hour=0, minute=0) + timedelta(days=32)).replace(day=1)
            elif not self.day(at):
                at = at.replace(hour=0, minute=0) + timedelta(days=1)
            elif at.hour not in self.hours:
                at = at.replace(minute=0) + timedelta(hours=1)
            elif at.minute not in self.minutes:
                at += timedelta(minutes=1)
            else:
                return at
        return None


@lru_cache(maxsize=256)
def parse(text: str) -> Schedule:
    """A valid schedule. Raises ValueError for another."""
    if text.startswith("@every "):
        parts = re.findall(r"([\d.]+)(ns|us|µs|ms|s|m|h)", text, re.ASCII)
        return Schedule(every=max(1.0, sum(float(number) * _UNITS[unit] for number, unit in parts)))
    words = _DESCRIPTORS.get(text, text).split()
    if len(words) != 5:
        raise ValueError(f"expected exactly 5 fields, found {len(words)}: [{' '.join(words)}]")
    minutes, hours, days, months, weekdays = words
    return Schedule(
        _field(minutes, 0, 59),
        _field(hours, 0, 23),
        _field(days, 1, 31),
        _field(months, 1, 12, _MONTHS, 1),
        _field(weekdays, 0, 6, _DAYS),
        either=not days.startswith(("*", "?")) and not weekdays.startswith(("*", "?")),
    )


def _field(text: str, low: int, high: int, names: tuple[str, ...] = (), first: int = 0) -> frozenset[int]:
    found: set[int] = set()

    def number(word: str) -> int:
        return names.index(word.lower()) + first if word.lower() in names else int(word)

    for part in text.split(","):
        span, _, step = part.partition("/")
        begin, dash, end = span.partition("-")
        if begin in ("*", "?"):
            start, stop = low, high
        else:
            start = number(begin)
            stop = number(end) if dash else high if step else start
        found.update(range(start, stop + 1, int(step or 1)))
    return frozenset(found)
