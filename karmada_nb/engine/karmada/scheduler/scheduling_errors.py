"""Why a binding could not be scheduled. The class decides how the scheduler tries again.

Follows pkg/scheduler/framework/types.go.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Self


class ScheduleError(Exception):
    """A failure with the text that users read in the ``Scheduled`` condition."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message

    def prefixed(self, prefix: str) -> Self:
        """The same kind of failure, told from one step further out."""
        wrapped = self.__class__.__new__(self.__class__)
        wrapped.__dict__.update(self.__dict__)
        wrapped.message = f"{prefix}: {self.message}"
        wrapped.args = (wrapped.message,)
        return wrapped


class UnschedulableError(ScheduleError):
    """The clusters lack room now; another time they may have it."""


class FitError(ScheduleError):
    """No cluster passed the filters. ``diagnosis`` has the reason of each that was asked."""

    def __init__(self, clusters: int, diagnosis: Mapping[str, str]) -> None:
        counts = Counter(diagnosis.values())
        told = sorted(f"{count} {reason}" for reason, count in counts.items())
        what = ", ".join(told) if clusters and told else "no cluster exists"
        super().__init__(f"0/{clusters} clusters are available: {what}.")
        self.diagnosis = dict(diagnosis)
