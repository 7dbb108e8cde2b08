"""The learner's record on disk: one small JSON file a user, which a lab that starts afresh leaves alone.

``KARMADA_NB_PROGRESS`` names the file; else it lies beside the default lab's folder. A record is only ever
added to: two that meet are merged, and what was once right stays right. Who changes it holds a lock from
reading to writing, so that kernels that judge in the same instant lose nothing of each other.
"""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import orjson

from karmada_nb.failures import LabError
from karmada_nb.paths import default_state_dir

FORMAT: Final = 1
_KIND: Final = "karmada-nb progress"
OUTCOMES: Final = ("right", "wrong", "error", "not attempted")


@dataclass(frozen=True, slots=True)
class Standing:
    """How one exercise stands: the last verdict and when, how often it was tried, when it was first right.

    Times are ISO 8601 in UTC; ``right`` is empty until it was right.
    """

    last: str
    at: str
    tries: int = 0
    right: str = ""


Record = dict[str, Standing]
"""By the name of the exercise."""


def place() -> Path:
    """Where the record is kept."""
    said = os.environ.get("KARMADA_NB_PROGRESS")
    if said:
        return Path(said).expanduser().absolute()
    lab = default_state_dir()
    return lab.with_name(f"{lab.name}-progress.json")


def read(path: Path) -> Record:
    """The record in a file; empty where there is none. Raises LabError for anything that is no record."""
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise LabError(
            "expected to read your progress from {path}: {why}", path=path, why=error.strerror
        ) from None
    return parse(text, path)


def parse(text: bytes, path: Path) -> Record:
    """The record that a file holds. Raises LabError, saying what was found instead."""
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise LabError(
            "expected {path} to hold progress as JSON, found something else. It was left as it is.", path=path
        ) from None
    if not isinstance(found, Mapping) or found.get("kind") != _KIND:
        raise LabError(
            'expected {path} to say "kind": "{kind}", found none. It was left as it is.',
            path=path,
            kind=_KIND,
        )
    if found.get("format") != FORMAT:
        raise LabError(
            "expected {path} in format {format}, found {found!r}. It was left as it is. "
            "A newer karmada-nb may have written it. Update with: pip install --upgrade karmada-nb",
            path=path,
            format=FORMAT,
            found=found.get("format"),
        )
    exercises = found.get("exercises")
    if not isinstance(exercises, Mapping):
        raise LabError("expected exercises in {path}, found none. It was left as it is.", path=path)
    return {str(name): _standing(name, said, path) for name, said in exercises.items()}


def _standing(name: str, said: Any, path: Path) -> Standing:
    try:
        made = Standing(**said)
    except TypeError:
        made = None
    if made is None or made.last not in OUTCOMES or not isinstance(made.tries, int) or not _dated(made):
        raise LabError(
            "expected a verdict for {name} in {path}, found {said!r}. It was left as it is.",
            name=name,
            path=path,
            said=said,
        )
    return made


def _dated(standing: Standing) -> bool:
    return isinstance(standing.at, str) and isinstance(standing.right, str)


def write(path: Path, record: Record) -> None:
    """Put a record in the place of what is there, at once or not at all. Raises LabError."""
    document = {
        "kind": _KIND,
        "format": FORMAT,
        "exercises": {name: asdict(standing) for name, standing in sorted(record.items())},
    }
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
            Path(name).replace(path)
        finally:
            Path(name).unlink(missing_ok=True)
    except OSError as error:
        raise LabError(
            "expected to keep your progress in {path}: {why}", path=path, why=error.strerror
        ) from None


def change(path: Path, how: Callable[[Record], Record]) -> None:
    """Read the record, and put what ``how`` makes of it in its place; nobody else does meanwhile.

    Raises LabError.
    """
    with _alone(path):
        write(path, how(read(path)))


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Hold the lock beside a record. The record itself cannot carry it: each write is another file."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = os.open(path.with_name(f".{path.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise LabError(
            "expected to keep your progress in {path}: {why}", path=path, why=error.strerror
        ) from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def merge(one: Record, other: Record) -> Record:
    """Both: the later verdict, the greater number of tries, the earlier time of being right."""
    return {
        name: _both(one[name], other[name]) if name in one and name in other else (one | other)[name]
        for name in one | other
    }


def _both(one: Standing, other: Standing) -> Standing:
    latest = max(one, other, key=lambda standing: standing.at)
    right = min((found for found in (one.right, other.right) if found), default="")
    return Standing(latest.last, latest.at, max(one.tries, other.tries), right)


def judged(record: Record, name: str, outcome: str, now: str) -> Record:
    """The record after one more verdict."""
    before = record.get(name, Standing(outcome, now))
    tries = before.tries + (outcome in ("right", "wrong"))
    right = before.right or (now if outcome == "right" else "")
    return {**record, name: Standing(outcome, now, tries, right)}
