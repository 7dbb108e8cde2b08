"""Running a program from a cell: what it prints shows as it comes, or is kept for a variable."""

import codecs
import os
import selectors
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from typing import IO, Final

from karmada_nb.language import say

_STOP_SECONDS: Final = 3.0
_CHUNK: Final = 65536
_QUIET_SECONDS: Final = 0.5
"""After so long without output, a line that has not ended is shown too."""


class Output(str):
    """What a command printed, without the last line's end, as backticks give it in a shell.

    ``out`` and ``err`` are all of stdout and stderr, ``code`` is the exit code.
    """

    out: str
    err: str
    code: int

    @classmethod
    def of(cls, out: str, err: str, code: int) -> "Output":
        made = cls(out.rstrip("\n"))
        made.out, made.err, made.code = out, err, code
        return made


class Stopped(KeyboardInterrupt):
    """The reader interrupted a command, and it has ended."""

    def _render_traceback_(self) -> list[str]:
        return [say("Interrupted; the command has ended.")]


def run(
    arguments: list[str],
    *,
    environment: Mapping[str, str] | None = None,
    stdin: str | None = None,
    show: bool = True,
) -> Output:
    """Run a program to its end. Raises Stopped on an interrupt, FileNotFoundError if there is no such one."""
    with tempfile.TemporaryFile() as source:
        if stdin is not None:
            source.write(stdin.encode())
            source.seek(0)
        process = subprocess.Popen(
            arguments,
            stdin=source if stdin is not None else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, **(environment or {})},
            start_new_session=True,
        )
    try:
        out, err = _read(process, show)
        return Output.of(out, err, process.wait())
    except KeyboardInterrupt:
        _stop(process)
        raise Stopped from None
    finally:
        for pipe in (process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()


class _Screen:
    """One pipe of a program: keeps what came, and shows it line by line, as far as it goes to a screen."""

    def __init__(self, screen: IO[str] | None) -> None:
        self._screen = screen
        self._decode = codecs.getincrementaldecoder("utf-8")("replace")
        self._kept: list[str] = []
        self._line = ""

    def take(self, chunk: bytes) -> None:
        """The next piece; an empty one is the last."""
        text = self._decode.decode(chunk, final=not chunk)
        self._kept.append(text)
        whole, end, self._line = (self._line + text).rpartition("\n")
        self._show(whole + end)
        if not chunk:
            self.flush()

    def flush(self) -> None:
        """Show a line that has not ended, such as a question."""
        self._show(self._line)
        self._line = ""

    def text(self) -> str:
        return "".join(self._kept)

    def _show(self, text: str) -> None:
        if self._screen is not None and text:
            self._screen.write(text)
            self._screen.flush()


def _read(process: "subprocess.Popen[bytes]", show: bool) -> tuple[str, str]:
    assert process.stdout is not None
    assert process.stderr is not None
    out, err = (_Screen(screen if show else None) for screen in (sys.stdout, sys.stderr))
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ, out)
        selector.register(process.stderr, selectors.EVENT_READ, err)
        while selector.get_map():
            ready = selector.select(_QUIET_SECONDS)
            for key, _ in ready:
                chunk = os.read(key.fd, _CHUNK)
                key.data.take(chunk)
                if not chunk:
                    selector.unregister(key.fileobj)
            if not ready:
                out.flush()
                err.flush()
    return out.text(), err.text()


def _stop(process: "subprocess.Popen[bytes]") -> None:
    for number in (signal.SIGINT, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
            process.wait(_STOP_SECONDS)
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue
        else:
            return
