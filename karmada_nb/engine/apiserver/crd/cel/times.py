"""Timestamps and durations of CEL. Follows cel-go common/types/timestamp.go and duration.go."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.crd.cel.values import CelError, no_overload

_DURATION: Final = re.compile(r"([-+]?)((?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|ms|s|m|h))+|[-+]?0", re.ASCII)
_PART: Final = re.compile(r"(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)", re.ASCII)
_UNITS: Final = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
_OFFSET: Final = re.compile(r"([-+]?)(\d\d):(\d\d)", re.ASCII)


def duration(text: Any) -> timedelta:
    """``1h30m`` as a length of time."""
    if isinstance(text, timedelta):
        return text
    if not isinstance(text, str):
        raise no_overload()
    if _DURATION.fullmatch(text) is None:
        raise CelError(f"type conversion error from '{text}' to 'google.protobuf.Duration'")
    seconds = sum(float(number) * _UNITS[unit] for number, unit in _PART.findall(text))
    return timedelta(seconds=-seconds if text.startswith("-") else seconds)


def timestamp(text: Any) -> datetime:
    if isinstance(text, datetime):
        return text
    if isinstance(text, int) and not isinstance(text, bool):
        return datetime.fromtimestamp(text, UTC)
    try:
        found = meta.parse_time(text)
    except (ValueError, TypeError):
        raise CelError(f"type conversion error from '{text}' to 'google.protobuf.Timestamp'") from None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def shown(value: datetime | timedelta) -> str:
    """As text: RFC 3339, or seconds."""
    if isinstance(value, timedelta):
        seconds = value.total_seconds()
        return f"{int(seconds)}s" if seconds == int(seconds) else f"{seconds:.9f}".rstrip("0") + "s"
    moment = value.astimezone(UTC)
    fraction = f".{moment.microsecond:06d}".rstrip("0") if moment.microsecond else ""
    return f"{moment:%Y-%m-%dT%H:%M:%S}{fraction}Z"


def _zone(name: str) -> tzinfo:
    if found := _OFFSET.fullmatch(name):
        minutes = int(found[2]) * 60 + int(found[3])
        return timezone(timedelta(minutes=-minutes if found[1] == "-" else minutes))
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        raise CelError(f"unknown time zone {name}") from None


def _getter(of_time: Callable[[datetime], int], of_length: Callable[[float], float] | None = None) -> Any:
    def get(value: Any, zone: str = "") -> int:
        if isinstance(value, timedelta) and of_length is not None and not zone:
            return int(of_length(value.total_seconds()))
        if not isinstance(value, datetime):
            raise no_overload()
        return of_time(value.astimezone(_zone(zone)))

    return get


METHODS: Final[dict[str, Any]] = {
    "getFullYear": _getter(lambda t: t.year),
    "getMonth": _getter(lambda t: t.month - 1),
    "getDate": _getter(lambda t: t.day),
    "getDayOfMonth": _getter(lambda t: t.day - 1),
    "getDayOfWeek": _getter(lambda t: t.isoweekday() % 7),
    "getDayOfYear": _getter(lambda t: t.timetuple().tm_yday - 1),
    "getHours": _getter(lambda t: t.hour, lambda seconds: seconds / 3600),
    "getMinutes": _getter(lambda t: t.minute, lambda seconds: seconds / 60),
    "getSeconds": _getter(lambda t: t.second, lambda seconds: seconds),
    "getMilliseconds": _getter(lambda t: t.microsecond // 1000, lambda seconds: seconds % 1 * 1000),
}
