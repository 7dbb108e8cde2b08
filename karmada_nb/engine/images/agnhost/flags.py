"""Command lines and log lines as Go programs have them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from karmada_nb.engine.images.process import Process

_UNITS: Final = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9}
_DURATION: Final = re.compile(r"(\d+\.?\d*|\.\d+)(h|ms|m|s|us|µs|ns)")


class Flags:
    """``--name=value``, ``--name value`` and switches; single dashes do as well. ``rest`` is what remains."""

    def __init__(self, args: tuple[str, ...], switches: frozenset[str] = frozenset()) -> None:
        self._given: dict[str, str] = {}
        self.rest: list[str] = []
        queue = list(args)
        while queue:
            arg = queue.pop(0)
            if not arg.startswith("-") or arg == "-":
                self.rest.append(arg)
                continue
            name, equals, value = arg.lstrip("-").partition("=")
            if not equals:
                value = "true" if name in switches or not queue else queue.pop(0)
            self._given[name] = value

    def text(self, name: str, default: str = "") -> str:
        return self._given.get(name, default)

    def number(self, name: str, default: int) -> int:
        """Raises ValueError."""
        return int(self._given.get(name, default))

    def switch(self, name: str, default: bool = False) -> bool:
        return self._given.get(name, str(default)).lower() in ("true", "1", "t")

    def seconds(self, name: str, default: float = 0.0) -> float:
        """A duration. Raises ValueError."""
        return seconds(self._given[name]) if name in self._given else default


def seconds(text: str) -> float:
    """``1m30s`` as seconds. Raises ValueError as time.ParseDuration does."""
    if text == "0":
        return 0.0
    parts = _DURATION.findall(text)
    if not parts or "".join(n + u for n, u in parts) != text.lstrip("+-"):
        raise ValueError(f'time: invalid duration "{text}"')
    total = sum(float(number) * _UNITS[unit] for number, unit in parts)
    return -total if text.startswith("-") else total


async def log(process: Process, text: str) -> None:
    """A line of Go's log package, on standard error."""
    await process.err(f"{stamp(process.clock.now())} {text}\n")


def stamp(now: datetime) -> str:
    return f"{now:%Y/%m/%d %H:%M:%S}"


def first(query: Mapping[str, list[str]], name: str) -> str:
    """The first value of a query parameter, ``""`` without one."""
    return (query.get(name) or [""])[0]
