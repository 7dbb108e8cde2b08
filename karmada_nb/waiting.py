"""Waiting for something to become so, with a progress bar that says for what."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final, TypeVar

from karmada_nb.failures import LabError
from karmada_nb.language import say

SHOW_AFTER: Final = 1.0
"""Seconds; what takes less needs no bar."""
_POLL: Final = (0.03, 0.5)

T = TypeVar("T")


class Timeout(LabError):
    """What was waited for did not come."""


class Progress:
    """A line such as ``waiting for deployment/pipy: 1 of 2 ready, 3 s``; it shows after a second."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._bar: Any = None

    def __call__(self, text: str, /, **values: object) -> None:
        """Say what is waited for now, in the reader's language."""
        what = say(text, **values)
        waited = time.monotonic() - self._began
        if self._bar is None and waited >= SHOW_AFTER:
            from tqdm.auto import tqdm

            self._bar = tqdm(total=None, desc=f"{what} …", bar_format="{desc} {elapsed}", leave=False)
            self._bar.start_t -= waited
        if self._bar is not None:
            self._bar.set_description_str(f"{what} …")

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()


@contextmanager
def progress() -> Iterator[Progress]:
    """A progress line that goes away whatever happens."""
    line = Progress()
    try:
        yield line
    finally:
        line.close()


def until(
    condition: Callable[[], T],
    what: str,
    timeout: float,
    *,
    found: Callable[[], str] = lambda: say("it never became so"),
    see: str = "",
) -> T:
    """What ``condition`` gives, as soon as it is true. Raises Timeout after ``timeout`` seconds.

    ``what`` is waited for, and ``found`` says how things stand, both in the reader's language; ``see`` is the
    command that shows it.
    """
    deadline, pause = time.monotonic() + timeout, _POLL[0]
    with progress() as line:
        while True:
            result = condition()
            if result:
                return result
            if time.monotonic() >= deadline:
                raise Timeout(
                    "expected {what} within {timeout:g} s; found: {found}. See it with: {see}"
                    if see
                    else "expected {what} within {timeout:g} s; found: {found}.",
                    what=what,
                    timeout=timeout,
                    found=found(),
                    see=see,
                )
            line("waiting for {what}", what=what)
            time.sleep(pause)
            pause = min(pause * 1.5, _POLL[1])
