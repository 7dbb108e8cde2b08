"""Times as Go's ``time.Parse`` reads and refuses them: RFC 3339 with whole seconds, or with six digits.

Follows the rules and the errors of Go's time/format.go for the layouts of metav1 ``Time`` and ``MicroTime``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final

from karmada_nb.engine.meta import rfc3339, rfc3339_micro

SECONDS: Final = "2006-01-02T15:04:05Z07:00"
MICROSECONDS: Final = "2006-01-02T15:04:05.000000Z07:00"

_DATE: Final = (("2006", r"\d{4}"), ("-", "-"), ("01", r"\d\d"), ("-", "-"), ("02", r"\d\d"), ("T", "T"))
_CLOCK: Final = (("15", r"\d\d?"), (":", ":"), ("04", r"\d\d"), (":", ":"), ("05", r"\d\d"))
_ZONE: Final = ("Z07:00", r"Z|[+-]\d\d:\d\d")
_ELEMENTS: Final = {
    SECONDS: (*_DATE, *_CLOCK, ("", r"([.,]\d+)?"), _ZONE),
    MICROSECONDS: (*_DATE, *_CLOCK, (".000000", r"[.,]\d{6}"), _ZONE),
}
_LIMITS: Final = {
    "01": ("month", 1, 12),
    "15": ("hour", 0, 23),
    "04": ("minute", 0, 59),
    "05": ("second", 0, 59),
}


@lru_cache(maxsize=512)
def normalise(text: str, layout: str) -> str:
    """The text that Go would write for what it read. Raises ValueError with Go's words."""
    moment = _parse(text, layout)
    return rfc3339(moment) if layout is SECONDS else rfc3339_micro(moment)


def _elements(text: str, layout: str) -> Iterator[tuple[str, str]]:
    """Each element of the layout with the piece of ``text`` that it took."""
    rest = text
    for element, form in _ELEMENTS[layout]:
        match = re.match(form, rest, re.ASCII)
        if match is None:
            raise ValueError(f'parsing time "{text}" as "{layout}": cannot parse "{rest}" as "{element}"')
        if element in _LIMITS:
            what, low, high = _LIMITS[element]
            if not low <= int(match[0]) <= high:
                raise ValueError(f'parsing time "{text}": {what} out of range')
        rest = rest[match.end() :]
        yield element, match[0]
    if rest:
        raise ValueError(f'parsing time "{text}": extra text: "{rest}"')


def _parse(text: str, layout: str) -> datetime:
    pieces = dict(_elements(text, layout))
    fraction = (pieces.get(".000000") or pieces.get("") or ".0")[1:7].ljust(6, "0")
    names = ("2006", "01", "02", "15", "04", "05")
    try:
        year, month, day, hour, minute, second = (int(pieces[name]) for name in names)
        moment = datetime(year, month, day, hour, minute, second, int(fraction), tzinfo=UTC)
    except ValueError:
        raise ValueError(f'parsing time "{text}": day out of range') from None
    zone = pieces["Z07:00"]
    if zone == "Z":
        return moment
    shift = timedelta(hours=int(zone[1:3]), minutes=int(zone[4:6]))
    return moment - shift if zone[0] == "+" else moment + shift
