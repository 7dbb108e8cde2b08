"""Probes: what they do, and what their results come to.

Follows pkg/kubelet/prober/prober.go and worker.go.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final, Literal, Protocol
from urllib.parse import urljoin, urlsplit

from karmada_nb.engine import golang
from karmada_nb.engine.images.http import Request, Response, exchange
from karmada_nb.engine.images.process import PodNetwork
from karmada_nb.engine.meta import Object
from karmada_nb.engine.network import tls
from karmada_nb.engine.network.timing import within
from karmada_nb.engine.nodes.runtime import ExecFailed, Streams
from karmada_nb.engine.runtime.clock import Clock

Kind = Literal["startup", "liveness", "readiness"]
KINDS: Final[tuple[Kind, ...]] = ("startup", "liveness", "readiness")
_SHOWN: Final = 1024
_REDIRECTS: Final = 10


class Executor(Protocol):
    """Runs a command in the probed container."""

    async def execute(self, command: list[str], streams: Streams, cwd: str) -> int: ...


@dataclass(frozen=True, slots=True)
class Tally:
    """Results in a row. ``verdict`` is None until the first threshold is reached."""

    successes: int = 0
    failures: int = 0
    verdict: bool | None = None


def count(tally: Tally, probe: Object, success: bool) -> Tally:
    """The tally after one more result."""
    if success:
        successes = tally.successes + 1
        reached = successes >= probe.get("successThreshold", 1)
        return replace(tally, successes=successes, failures=0, verdict=True if reached else tally.verdict)
    failures = tally.failures + 1
    reached = failures >= probe.get("failureThreshold", 3)
    return replace(tally, successes=0, failures=failures, verdict=False if reached else tally.verdict)


def of(container: Object, kind: Kind) -> Object | None:
    """The probe of this kind, if the container has one."""
    found: Object | None = container.get(f"{kind}Probe")
    return found


def _silently(text: str) -> None:
    return None


async def check(
    probe: Object,
    container: Object,
    executor: Executor,
    network: PodNetwork,
    clock: Clock,
    warn: Callable[[str], None] = _silently,
) -> str | None:
    """One probe; None for success, else the words of the failure. ``warn`` hears of doubtful successes."""
    seconds = float(probe.get("timeoutSeconds", 1))
    try:
        if "exec" in probe:
            return await within(clock, seconds, _exec(probe["exec"].get("command") or [], executor))
        if "tcpSocket" in probe:
            return await within(clock, seconds, _tcp(probe["tcpSocket"], container, network))
        if "httpGet" in probe:
            return await within(clock, seconds, _http(probe["httpGet"], container, network, warn))
    except TimeoutError:
        if "exec" in probe:
            command = " ".join(probe["exec"].get("command") or [])
            return f'command timed out: "{command}" timed out after {seconds:g}s'
        if "tcpSocket" in probe:
            return f"dial tcp {network.ip}:{_port(probe['tcpSocket'], container)}: i/o timeout"
        url = _url(probe["httpGet"], container, network)
        return f'Get "{url}": context deadline exceeded (Client.Timeout exceeded while awaiting headers)'
    return None


async def _exec(command: list[str], executor: Executor) -> str | None:
    output: list[bytes] = []

    async def keep(data: bytes) -> None:
        output.append(data)

    try:
        code = await executor.execute(command, Streams(keep, keep), "")
    except ExecFailed as error:
        return error.message
    return None if code == 0 else b"".join(output).decode(errors="replace")[:_SHOWN]


async def _tcp(action: Object, container: Object, network: PodNetwork) -> str | None:
    port = _port(action, container)
    host = action.get("host") or network.ip
    try:
        (await network.dial(host, port)).close()
    except OSError as error:
        return f"dial tcp {host}:{port}: {_reason(error)}"
    return None


async def _http(
    action: Object, container: Object, network: PodNetwork, warn: Callable[[str], None]
) -> str | None:
    """Redirects are followed on the same host; one to another host is a success that is warned of."""
    port = _port(action, container)
    host = action.get("host") or network.ip
    headers = [("Host", f"{host}:{port}"), ("User-Agent", "kube-probe/1.36"), ("Accept", "*/*")]
    for header in action.get("httpHeaders") or ():
        headers = [h for h in headers if h[0].lower() != header["name"].lower()]
        headers.append((header["name"], header.get("value", "")))
    headers.append(("Connection", "close"))
    path = action.get("path") or "/"
    secure = action.get("scheme") == "HTTPS"
    try:
        for _ in range(_REDIRECTS):
            request = Request("GET", path, headers)
            try:
                response = await _ask(network, host, port, request, _trusting() if secure else None)
            except ssl.SSLError:  # What stands in for an image that nobody knows speaks no TLS.
                response = await _ask(network, host, port, request)
            where = urlsplit(response.header("Location")) if 300 <= response.status < 400 else None
            if where is None or not where.geturl():
                break
            if where.hostname not in (None, host):
                body = response.body.decode(errors="replace")[:_SHOWN]
                warn(f"Probe terminated redirects, Response body: {body}")
                return None
            path = urljoin(path, where.path or "/") + (f"?{where.query}" if where.query else "")
            port = where.port or port
        else:
            return f'Get "{path}": stopped after {_REDIRECTS} redirects'
    except OSError as error:
        why = f"dial tcp {host}:{port}: {_reason(error)}" if "refused" in _reason(error) else _reason(error)
        return f'Get "{_url(action, container, network)}": {why}'
    if 200 <= response.status < 400:
        return None
    return f"HTTP probe failed with statuscode: {response.status}"


async def _ask(
    network: PodNetwork, host: str, port: int, request: Request, context: ssl.SSLContext | None = None
) -> Response:
    stream = await network.dial(host, port)
    try:
        if context is None:
            return await exchange(stream, request)
        return await exchange(await tls.connect(stream, context, host), request)
    finally:
        stream.close()


@lru_cache(maxsize=1)
def _trusting() -> ssl.SSLContext:
    """A probe asks how a server is, not who it is."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _url(action: Object, container: Object, network: PodNetwork) -> str:
    scheme = action.get("scheme", "HTTP").lower()
    host = action.get("host") or network.ip
    return f"{scheme}://{host}:{_port(action, container)}{action.get('path') or '/'}"


def _port(action: Object, container: Object) -> int:
    port = action.get("port", 0)
    if isinstance(port, int):
        return port
    for item in container.get("ports") or ():
        if item.get("name") == port:
            return int(item["containerPort"])
    return int(port) if golang.is_number(str(port)) else 0


def _reason(error: OSError) -> str:
    if isinstance(error, ConnectionRefusedError):
        return "connect: connection refused"
    if isinstance(error, ConnectionResetError):
        return "read: connection reset by peer"
    return "EOF" if isinstance(error, ConnectionError) else str(error)
