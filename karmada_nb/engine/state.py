"""The folder in which a lab lives: which engine holds it, where its clusters listen, its kubeconfigs.

Everything in it is private (0700, 0600). ``engine.lock`` is held by the running engine for as long as it
lives, so whether one runs is a question to the kernel and never to a stale file.
"""

import fcntl
import os
import socket
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import orjson

from karmada_nb.engine.pki import write_private

FORMAT: Final = 1
"""Of ``plan.json``; a folder from a newer release is refused."""
DEFAULT_BASE_PORT: Final = 6444
_TRIES, _PAUSE = 10, 0.02
KARMADA_PORT: Final = 32443
"""Where ``karmadactl init`` puts Karmada's API server, unless told otherwise."""


class StateError(RuntimeError):
    """The folder cannot be used as asked; the message says what to do.

    ``text`` and ``values`` are what it is made of, for who says it in another language.
    """

    def __init__(self, text: str, /, **values: object) -> None:
        super().__init__(text.format(**values))
        self.text = text
        self.values = {name: str(value) for name, value in values.items()}


@dataclass(frozen=True, slots=True)
class Plan:
    """What a lab is made of. It is written once and stays: a restart makes the same lab."""

    members: int
    nodes: int
    edition: str
    clusters_only: bool
    ports: tuple[int, ...]
    """The host cluster's, then the members'."""
    karmada_port: int
    format: int = FORMAT
    feature_gates: str = ""
    """What ``--feature-gates`` said."""
    no_execute_eviction: bool = False
    """``--enable-no-execute-taint-eviction`` of the controllers, and what the webhook needs for it."""
    own_pod_ranges: bool = False
    """Whether each cluster's pods have addresses that no other cluster's have."""


class StateFolder:
    """The paths of one lab, and what is kept there."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lock = path / "engine.lock"
        self.pid = path / "engine.pid"
        self.log = path / "engine.log"
        self.status = path / "engine.json"
        self.pki = path / "pki"
        self.karmada_config = path / "karmada-apiserver.config"
        self._plan = path / "plan.json"
        self._set_up = path / "set-up.done"
        self._held: int | None = None

    def kubeconfig(self, index: int) -> Path:
        """The host cluster's kubeconfig (index 0) or a member's (1, 2, ...)."""
        return self.path / ("cp.kubeconfig" if index == 0 else f"c{index}.kubeconfig")

    def database(self, cluster: str) -> Path:
        return self.path / "data" / f"{cluster}.db"

    def hold(self) -> None:
        """Take the folder for this process. Raises StateError while another engine has it."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path.chmod(0o700)
        descriptor = os.open(self.lock, os.O_RDWR | os.O_CREAT, 0o600)
        if not _locked(descriptor):
            os.close(descriptor)
            raise StateError(
                "another engine already runs in {path}. See it with: karmada-nb status --state-dir {path}",
                path=self.path,
            )
        self._held = descriptor
        write_private(self.pid, f"{os.getpid()}\n".encode())

    def running(self) -> int | None:
        """The pid of the engine that holds the folder; None if none does."""
        try:
            descriptor = os.open(self.lock, os.O_RDWR)
        except FileNotFoundError:
            return None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            try:
                return int(self.pid.read_text())
            except (FileNotFoundError, ValueError):
                return 0
        finally:
            os.close(descriptor)
        return None

    def plan(self) -> Plan | None:
        """What the lab in this folder is; None for a new folder. Raises StateError for a broken one."""
        try:
            said: dict[str, Any] = orjson.loads(self._plan.read_bytes())
            if said.get("format", 0) > FORMAT:
                raise StateError(
                    "{path} was made by a newer release (format {format}). "
                    "Use that release, or another --state-dir.",
                    path=self.path,
                    format=said["format"],
                )
            return Plan(**{**said, "ports": tuple(said["ports"])})
        except FileNotFoundError:
            return None
        except (orjson.JSONDecodeError, AttributeError, TypeError, KeyError) as error:
            raise StateError(
                "{plan} cannot be read ({error}): the folder was left half written. "
                "Start afresh with: rm -r {path}",
                plan=self._plan,
                error=error,
                path=self.path,
            ) from None

    def write_plan(self, plan: Plan) -> None:
        write_private(self._plan, orjson.dumps(asdict(plan), option=orjson.OPT_INDENT_2))

    def is_set_up(self) -> bool:
        """Whether Karmada was installed and every member joined once; what came later is the user's."""
        return self._set_up.exists()

    def mark_set_up(self) -> None:
        write_private(self._set_up, b"")

    def write_status(self, **fields: Any) -> None:
        """Tell how far the engine is: ``phase`` is starting, ready or failed."""
        write_private(self.status, orjson.dumps({"pid": os.getpid(), **fields}, option=orjson.OPT_INDENT_2))

    def read_status(self) -> dict[str, Any]:
        try:
            found: dict[str, Any] = orjson.loads(self.status.read_bytes())
        except (FileNotFoundError, orjson.JSONDecodeError):
            return {}
        return found


def _locked(descriptor: int) -> bool:
    """Take the lock; somebody who merely asks whether an engine runs has it for a moment too."""
    for _ in range(_TRIES):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(_PAUSE)
        else:
            return True
    return False


def taken_ports(ports: Sequence[int]) -> list[int]:
    """Those of the ports that somebody else listens on."""
    taken = []
    for port in ports:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                taken.append(port)
    return taken


@contextmanager
def starting_alone() -> Iterator[None]:
    """One start at a time, of one user: ports that a lab has chosen are free until it listens on them."""
    name = Path(tempfile.gettempdir()) / f"karmada-nb-{os.getuid()}.starting"
    descriptor = os.open(name, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def choose_ports(members: int, base: int | None) -> tuple[tuple[int, ...], int]:
    """The API ports of the clusters and of Karmada. Raises StateError if ``base`` was asked for and is taken.

    Without ``base``: the article's 6444 and up, or the next block of ports that is free.
    """
    wanted = DEFAULT_BASE_PORT if base is None else base
    while True:
        ports = tuple(range(wanted, wanted + members + 1))
        karmada = KARMADA_PORT if base is None and wanted == DEFAULT_BASE_PORT else wanted + members + 1
        taken = taken_ports((*ports, karmada))
        if taken == [KARMADA_PORT]:
            karmada, taken = wanted + members + 1, taken_ports((wanted + members + 1,))
        if not taken:
            return ports, karmada
        if base is not None:
            raise StateError(
                "port {port} is in use on 127.0.0.1. Choose others with --base-port, or see who has it: "
                "ss -ltnp 'sport = :{port}'",
                port=taken[0],
            )
        wanted += members + 10
