"""Who asks, and how: what comes with every request besides the object."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeVar

from karmada_nb.engine.apiserver.schema import strict
from karmada_nb.engine.apiserver.verbs.asking import Answers

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class User:
    """``authentication.k8s.io`` UserInfo."""

    name: str
    groups: tuple[str, ...] = ()
    uid: str = ""
    extra: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


SYSTEM: Final = User("system:apiserver", ("system:masters", "system:authenticated"))
"""The API server's own hand: bootstrap objects and in-process controllers without an identity."""


@dataclass(slots=True)
class Call:
    """One request's options. ``warnings`` collects what the answer's Warning headers will say."""

    user: User = SYSTEM
    manager: str = "unknown"
    dry_run: bool = False
    validation: str = "Ignore"
    """``fieldValidation``: Strict, Warn or Ignore."""
    problems: Callable[[Sequence[str]], list[str]] = strict.unknown_only
    """All that field validation finds, given the paths of unknown fields: a body may say a field twice."""
    patch_problems: Sequence[str] = ()
    """What field validation finds wrong with the text of a patch itself."""
    force: bool = False
    """Server-side apply takes over fields that others own."""
    track: bool = True
    """Keep ``managedFields``; the engine's own bulk writers need none."""
    warnings: list[str] = field(default_factory=list)
    answers: Answers | None = None
    """What was learned outside; None: this call is run once, and asks nobody."""

    def once(self, name: str, make: Callable[[], T]) -> T:
        """A value that stays the same however often the verb has to be run."""
        return make() if self.answers is None else self.answers.once(name, make)

    def warn(self, text: str) -> None:
        if text not in self.warnings:
            self.warnings.append(text)


@dataclass(frozen=True, slots=True)
class DeleteOptions:
    """``metav1.DeleteOptions``. ``propagation`` is Background, Foreground, Orphan or "" for the default."""

    propagation: str = ""
    grace_seconds: int | None = None
    uid: str = ""
    resource_version: str = ""


@dataclass(frozen=True, slots=True)
class ListOptions:
    """``metav1.ListOptions`` for lists and watches; selectors are still text."""

    label_selector: str = ""
    field_selector: str = ""
    limit: int = 0
    token: str = ""
    """``continue``."""
    resource_version: str = ""
    match: str = ""
    """``resourceVersionMatch``."""
    send_initial_events: bool | None = None
    bookmarks: bool = False
    timeout_seconds: float | None = None
