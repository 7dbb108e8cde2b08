"""Cron schedules, and the words in which a bad one is refused.

Follows robfig/cron v3 parser.go (``ParseStandard``), which upstream calls.
"""

from __future__ import annotations

import re
from typing import Final

_MONTH_NAMES: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS: Final = {name: number for number, name in enumerate(_MONTH_NAMES, 1)}
_DAYS: Final = {name: number for number, name in enumerate(("sun", "mon", "tue", "wed", "thu", "fri", "sat"))}
_FIELDS: Final[tuple[tuple[int, int, dict[str, int]], ...]] = (
    (0, 59, {}),
    (0, 23, {}),
    (1, 31, {}),
    (1, 12, _MONTHS),
    (0, 6, _DAYS),
)
_DESCRIPTORS: Final = frozenset(
    {"@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"}
)
_DURATION: Final = re.compile(r"([-+]?\d+(\.\d*)?(ns|us|µs|ms|s|m|h))+", re.ASCII)


def complaint(schedule: str) -> str:
    """What is wrong with a schedule; ``""`` for a good one."""
    if "TZ" in schedule:
        return "cannot use TZ or CRON_TZ in schedule, use timeZone field instead"
    if schedule.startswith("@"):
        return _descriptor(schedule)
    words = schedule.split()
    if len(words) != 5:
        return f"expected exactly 5 fields, found {len(words)}: [{' '.join(words)}]"
    for word, (low, high, names) in zip(words, _FIELDS, strict=True):
        for part in word.split(","):
            why = _range(part, low, high, names) if part else ""
            if why:
                return why
    return ""


def _descriptor(schedule: str) -> str:
    if schedule in _DESCRIPTORS:
        return ""
    if schedule.startswith("@every "):
        text = schedule.removeprefix("@every ")
        if _DURATION.fullmatch(text):
            return ""
        return f'failed to parse duration {schedule}: time: invalid duration "{text}"'
    return f"unrecognized descriptor: {schedule}"


def _range(text: str, low: int, high: int, names: dict[str, int]) -> str:
    span, *steps = text.split("/")
    start_text, *ends = span.split("-")
    try:
        if start_text in ("*", "?"):
            start, end = low, high
        else:
            start = _number(start_text, names)
            if len(ends) > 1:
                return f"too many hyphens: {text}"
            end = _number(ends[0], names) if ends else start
        step = 1
        if steps:
            if len(steps) > 1:
                return f"too many slashes: {text}"
            step = _number(steps[0], {})
            if not ends and start_text not in ("*", "?"):
                end = high
    except ValueError as error:
        return str(error)
    if start < low:
        return f"beginning of range ({start}) below minimum ({low}): {text}"
    if end > high:
        return f"end of range ({end}) above maximum ({high}): {text}"
    if start > end:
        return f"beginning of range ({start}) beyond end of range ({end}): {text}"
    return f"step of range should be a positive number: {text}" if step == 0 else ""


def _number(text: str, names: dict[str, int]) -> int:
    named = names.get(text.lower())
    if named is not None:
        return named
    if not re.fullmatch(r"[-+]?\d+", text, re.ASCII):
        raise ValueError(f'failed to parse int from {text}: strconv.Atoi: parsing "{text}": invalid syntax')
    number = int(text)
    if number < 0:
        raise ValueError(f"negative number ({number}) not allowed: {text}")
    return number
