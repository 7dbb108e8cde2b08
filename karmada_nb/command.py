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

_STOP_SECONDS: Final = 3.0
_CHUNK: Final = 65536


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
        return ["Interrupted; the command has ended."]


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


def _read(process: "subprocess.Popen[bytes]", show: bool) -> tuple[str, str]:
    assert process.stdout is not None
    assert process.stderr is not None
    decoder = codecs.getincrementaldecoder("utf-8")
    sinks: dict[IO[bytes], tuple[codecs.IncrementalDecoder, list[str], IO[str]]] = {
        process.stdout: (decoder("replace"), [], sys.stdout),
        process.stderr: (decoder("replace"), [], sys.stderr),
    }
    with selectors.DefaultSelector() as selector:
        for pipe in sinks:
            selector.register(pipe, selectors.EVENT_READ, pipe)
        while selector.get_map():
            for key, _ in selector.select():
                decode, kept, screen = sinks[key.data]
                chunk = os.read(key.fd, _CHUNK)
                text = decode.decode(chunk, final=not chunk)
                kept.append(text)
                if show and text:
                    screen.write(text)
                    screen.flush()
                if not chunk:
                    selector.unregister(key.fileobj)
    out, err = ("".join(kept) for _, kept, _ in sinks.values())
    return out, err


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
