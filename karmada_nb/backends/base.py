"""The contract of a backend: it knows kubeconfig files, and nothing else leaves it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from karmada_nb.language import Said

HOST: Final = "control-plane"

Progress = Callable[[str], None]
"""Told what is being waited for, in the reader's language, whenever that changes."""


class BackendError(Said):
    """The clusters cannot be had; the message says what was expected, what was found and what to do."""


@dataclass(frozen=True, slots=True)
class Kubeconfigs:
    """Where the lab's clusters are. ``karmada`` may not exist yet: it appears with ``init``."""

    host: Path | None
    members: dict[str, Path]
    """By cluster name, in the article's order."""
    karmada: Path


@dataclass(frozen=True, slots=True)
class Command:
    """A program, what it is told besides, and what it is told when it installs or removes Karmada."""

    arguments: tuple[str, ...]
    environment: dict[str, str]
    init: tuple[str, ...] = ()
    deinit: tuple[str, ...] = ("--force", "--purge-namespace")


class Backend(Protocol):
    """``name`` is what a notebook's parameter says: embedded, k3d or kubeconfig."""

    name: str

    @property
    def disposable(self) -> bool:
        """Whether the clusters are for this course alone, so that all in them may be deleted."""
        ...

    @property
    def edition(self) -> str:
        """Which Karmada it is: article, current, or '' where only asking it tells."""
        ...

    def up(self, progress: Progress) -> Kubeconfigs:
        """Have the bare clusters run, and say where they are. Does nothing for those that run already.

        Raises BackendError.
        """
        ...

    def down(self) -> None:
        """Stop what ``up`` started; what it did not start stays."""
        ...

    def reset(self, progress: Progress) -> Kubeconfigs:
        """New, bare clusters in place of those of ``up``. Raises BackendError where they are not ours."""
        ...

    def karmadactl(self) -> Command:
        """How to run karmadactl here. Raises BackendError if there is none."""
        ...
