"""Running programs from a cell."""

import os
import signal
import threading
import time

import pytest

from karmada_nb.command import Stopped, run


def test_what_a_program_prints_shows_and_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    done = run(["/bin/sh", "-c", "echo out; echo err >&2; exit 4"])
    assert (done, done.out, done.err, done.code) == ("out", "out\n", "err\n", 4)
    shown = capsys.readouterr()
    assert (shown.out, shown.err) == ("out\n", "err\n")


def test_kept_quietly(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(
        ["/bin/sh", "-c", "cat; echo $EXTRA"], stdin="in\n", environment={"EXTRA": "x"}, show=False
    ) == ("in\nx")
    assert capsys.readouterr().out == ""


def test_much_output_and_broken_bytes_do_no_harm() -> None:
    done = run(["/bin/sh", "-c", r"head -c 300000 /dev/zero | tr '\0' a; printf '\377'"], show=False)
    assert len(done.out) == 300001
    assert done.out.endswith("\ufffd")


def test_an_interrupt_ends_the_program_too() -> None:
    threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
    began = time.monotonic()
    with pytest.raises(Stopped):
        run(["/bin/sh", "-c", "exec sleep 60"])
    assert time.monotonic() - began < 5
