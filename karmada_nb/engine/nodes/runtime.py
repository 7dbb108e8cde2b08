"""What the API server may ask of the node that runs a pod: the streaming subresources.

Follows the kubelet's server (pkg/kubelet/server/server.go) and k8s.io/kubelet's cri/streaming interfaces.
Failures before a stream opened are ``StatusError`` with the text that kubectl prints.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from karmada_nb.engine.network.stream import Stream

Sink = Callable[[bytes], Awaitable[None]]
"""Where output goes; it may wait for a slow reader, and raises ConnectionError once nobody reads."""


class Input(Protocol):
    """Standard input: ``read`` gives the next bytes, ``b""`` at its end."""

    async def read(self) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Streams:
    """The ends of an exec or attach. With ``tty`` all output goes to ``stdout``."""

    stdout: Sink
    stderr: Sink
    stdin: Input | None = None
    tty: bool = False


@dataclass(frozen=True, slots=True)
class LogOptions:
    """``PodLogOptions``: ``since`` is a moment, ``limit_bytes`` and ``tail`` are None for no limit."""

    follow: bool = False
    previous: bool = False
    timestamps: bool = False
    since: datetime | None = None
    tail: int | None = None
    limit_bytes: int | None = None


class ExecFailed(Exception):
    """The command could not be started: ``message`` is the container runtime's text."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class PodRuntime(Protocol):
    """The pods of one cluster. ``container`` is ``""`` for the default container."""

    async def exec(
        self, namespace: str, pod: str, container: str, command: list[str], streams: Streams
    ) -> int:
        """Run ``command`` in a running container; its exit code. Raises ExecFailed, StatusError."""
        ...

    async def attach(self, namespace: str, pod: str, container: str, streams: Streams) -> int:
        """Follow a container's own output until it ends; its exit code."""
        ...

    def logs(self, namespace: str, pod: str, container: str, options: LogOptions) -> AsyncIterator[bytes]:
        """Whole lines of a container's log. Raises StatusError at the first step where there is no log."""
        ...

    async def port_forward(self, namespace: str, pod: str, port: int) -> Stream:
        """A connection to a port inside the pod. Raises StatusError, ConnectionError."""
        ...

    async def dial_service(self, namespace: str, service: str, port: str) -> Stream:
        """A connection to a ready endpoint of a service's port (name or number), for ``services/proxy``.

        Raises StatusError 404 and 503 as the API server answers them, ConnectionError.
        """
        ...
