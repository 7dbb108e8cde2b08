"""What a command is, and what it is given to work with."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TextIO

import orjson

from karmada_nb.engine.karmada.constants import ARTICLE, CURRENT, Edition
from karmada_nb.karmadactl.failures import CommandError
from karmada_nb.karmadactl.flags import Flag, Parsed, switch
from karmada_nb.karmadactl.kubeconfig import Access, load, stand_in
from karmada_nb.karmadactl.session import Session
from karmada_nb.paths import default_state_dir

KUBECONFIG = Flag("kubeconfig", "Path to the kubeconfig of Karmada's API server.")
KARMADA = (KUBECONFIG, Flag("karmada-context", "The context of that kubeconfig to use."))
NAMESPACE = Flag("namespace", "The namespace to look in, if it is not the context's own.", "n")
DRY_RUN = switch("dry-run", "Only say what would be done: nothing is sent that changes anything.")
CLUSTER_NAMESPACE = Flag(
    "cluster-namespace", "The namespace that holds the secrets of members.", default="karmada-cluster"
)


@dataclass(slots=True)
class Streams:
    """Where a command speaks. ``note`` tells a thing once."""

    out: TextIO
    err: TextIO

    @property
    def inherited(self) -> bool:
        """Whether these are the process's own, so that a child may use them directly."""
        return self.out is sys.__stdout__ and self.err is sys.__stderr__


class Call:
    """One call of a command: its command line and Karmada, reached when it is first needed."""

    def __init__(self, parsed: Parsed, streams: Streams) -> None:
        self.flags = parsed
        self.arguments = parsed.arguments
        self.out = streams.out
        self.err = streams.err
        self.streams = streams

    def given(self, flag: str) -> bool:
        return flag in self.flags.given

    @cached_property
    def kubeconfig(self) -> str:
        """The file that ``--kubeconfig`` stands for; empty for kubectl's own default."""
        return stand_in(self.flags["kubeconfig"], self.err)

    @cached_property
    def access(self) -> Access:
        return load(self.kubeconfig, self.flags.values.get("karmada-context", ""))

    @cached_property
    def karmada(self) -> Session:
        return Session(self.access)

    @cached_property
    def edition(self) -> Edition:
        """The edition of the Karmada called: a lab's own plan says, and any other is taken for today's."""
        return edition_of(self.access)


def edition_of(access: Access) -> Edition:
    """``article`` for Karmada and clusters of a lab of that edition."""
    for folder in (access.path.absolute().parent, default_state_dir()):
        try:
            plan = orjson.loads((folder / "plan.json").read_bytes())
        except (OSError, orjson.JSONDecodeError):
            continue
        ports = {plan.get("karmada_port"), *plan.get("ports", ())}
        if access.server.rpartition(":")[2] in {str(port) for port in ports}:
            return ARTICLE if plan.get("edition") == ARTICLE else CURRENT
    return CURRENT


@dataclass(frozen=True, slots=True)
class Command:
    """``run`` returns the exit code. ``lifts``: all but its own flags is for kubectl, word by word."""

    usage: str
    short: str
    run: Callable[[Call], int]
    flags: tuple[Flag, ...] = ()
    examples: tuple[str, ...] = ()
    notes: str = ""
    lifts: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """A heading of the help, and its commands: where each is defined, as ``module:NAME``."""

    title: str
    commands: Mapping[str, str] = field(default_factory=dict)


def no_arguments(call: Call, name: str) -> None:
    """Raises CommandError if there are any."""
    if call.arguments:
        said = " ".join(call.arguments)
        raise CommandError(f'"karmadactl {name}" does not take any arguments, got ["{said}"]')
