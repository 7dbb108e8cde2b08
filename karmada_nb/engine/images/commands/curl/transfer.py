"""One URL of a curl command: connect, send, receive; or the error that curl gives."""

from __future__ import annotations

import base64
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import SplitResult, urljoin, urlsplit

from karmada_nb.engine.images.commands.basic import path_of
from karmada_nb.engine.images.commands.curl.options import Options
from karmada_nb.engine.images.http import EmptyReply, Headers, NotHttp, Request, Response, exchange
from karmada_nb.engine.images.process import Process
from karmada_nb.engine.network import tls
from karmada_nb.engine.network.names import NameNotFound
from karmada_nb.engine.network.stream import Stream
from karmada_nb.engine.network.timing import within

VERSION: Final = "8.14.1"
_REDIRECTS: Final = (301, 302, 303, 307, 308)


class CurlError(Exception):
    """``code`` is curl's exit code, ``message`` what follows ``curl: (code) ``."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(slots=True)
class Report:
    """What ``-w`` can tell about a transfer. Times are seconds since its start."""

    url: str
    method: str = "GET"
    started: float = 0.0
    response: Response | None = None
    connected: float = 0.0
    total: float = 0.0
    redirects: int = 0
    remote: tuple[str, int] = ("", 0)
    local: tuple[str, int] = ("", 0)
    answers: list[Response] = field(default_factory=list)


Verbose = Callable[[str], Awaitable[None]]


class Transfer:
    """``note`` gets the lines of ``-v``."""

    def __init__(self, process: Process, options: Options, note: Verbose) -> None:
        self._process = process
        self._options = options
        self._note = note

    async def fetch(self, url: str, report: Report) -> Response:
        """The last response, redirects followed as asked for; fills ``report``. Raises CurlError."""
        clock = self._process.clock
        report.started = clock.monotonic()
        limit = self._options.seconds("max-time")
        try:
            return await within(clock, limit, self._follow(url, report))
        except TimeoutError:
            spent = self._milliseconds(report)
            if report.connected:
                raise CurlError(
                    28, f"Operation timed out after {spent} milliseconds with 0 bytes received"
                ) from None
            raise CurlError(28, f"Connection timed out after {spent} milliseconds") from None
        finally:
            report.total = clock.monotonic() - report.started

    async def _follow(self, url: str, report: Report) -> Response:
        options = self._options
        body = options.body
        report.method = options.last("request") or _method(options, body)
        limit = options.number("max-redirs", 50)
        while True:
            report.url = url if "://" in url else f"http://{url}"
            response = await self._once(report, body)
            report.response = response
            report.answers.append(response)
            location = response.header("location")
            if not (options.on("location") and response.status in _REDIRECTS and location):
                return response
            if report.redirects >= limit:
                raise CurlError(47, f"Maximum ({limit}) redirects followed")
            report.redirects += 1
            url = urljoin(report.url, location)
            await self._note(f"* Issue another request to this URL: '{url}'")
            if response.status == 303 or (response.status in (301, 302) and report.method == "POST"):
                report.method, body = "GET", None

    async def _once(self, report: Report, body: str | None) -> Response:
        parts = _split(report.url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        stream = await self._connect(parts.hostname or "", port, report)
        try:
            if parts.scheme == "https":
                stream = await self._secured(stream, parts.hostname or "")
            request = self._request(parts, report.method, body)
            await self._note("* using HTTP/1.x")
            await self._note(f"> {request.method} {request.target} HTTP/1.1")
            for name, value in request.headers:
                await self._note(f"> {name}: {value}")
            await self._note("> ")
            await self._note(
                f"* upload completely sent off: {len(request.body)} bytes"
                if request.body
                else "* Request completely sent off"
            )
            response = await self._receive(stream, request)
            await self._note(f"< HTTP/{response.version} {response.status} {response.reason}")
            for name, value in response.headers:
                await self._note(f"< {name}: {value}")
            await self._note("< ")
            await self._note(f"* Connection #0 to host {parts.hostname} left intact")
            return response
        finally:
            stream.close()

    async def _secured(self, stream: Stream, host: str) -> Stream:
        """The same connection over TLS."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        if self._options.on("insecure"):
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        elif authority := self._options.last("cacert"):
            try:
                data = self._process.files.read(path_of(self._process, authority))
                context.load_verify_locations(cadata=data.decode())
            except (OSError, ValueError):
                raise CurlError(77, f"error setting certificate verify locations: {authority}") from None
        try:
            return await tls.connect(stream, context, host)
        except ssl.SSLCertVerificationError as error:
            raise CurlError(60, f"SSL certificate problem: {error.verify_message}") from None
        except (ssl.SSLError, ConnectionError):
            reason = "TLS connect error: error:0A00010B:SSL routines::wrong version number"
            raise CurlError(35, reason) from None

    async def _receive(self, stream: Stream, request: Request) -> Response:
        try:
            return await exchange(stream, request)
        except EmptyReply:
            raise CurlError(52, "Empty reply from server") from None
        except NotHttp:
            raise CurlError(1, "Received HTTP/0.9 when not allowed") from None
        except (ConnectionResetError, BrokenPipeError):
            raise CurlError(56, "Recv failure: Connection reset by peer") from None

    async def _connect(self, host: str, port: int, report: Report) -> Stream:
        network, clock = self._process.network, self._process.clock
        begun = clock.monotonic()
        limit = self._options.seconds("connect-timeout")
        try:
            addresses = network.resolve(host)
            if addresses != [host]:
                await self._note(f"* Host {host}:{port} was resolved.")
                await self._note("* IPv6: (none)")
                await self._note(f"* IPv4: {', '.join(addresses)}")
            await self._note(f"*   Trying {addresses[0]}:{port}...")
            stream = await within(clock, limit, network.dial(host, port))
        except NameNotFound:
            await self._note(f"* Could not resolve host: {host}")
            await self._note("* shutting down connection #0")
            raise CurlError(6, f"Could not resolve host: {host}") from None
        except TimeoutError:
            spent = round((clock.monotonic() - begun) * 1000)
            if limit is not None and spent >= limit * 1000:
                raise CurlError(28, f"Connection timed out after {spent} milliseconds") from None
            why = f"Failed to connect to {host} port {port} after {spent} ms: Could not connect to server"
            raise CurlError(28, why) from None
        except ConnectionError:
            spent = round((clock.monotonic() - begun) * 1000)
            why = f"Failed to connect to {host} port {port} after {spent} ms: Could not connect to server"
            await self._note(
                f"* connect to {addresses[0]} port {port} from {network.ip} failed: Connection refused"
            )
            await self._note(f"* {why}")
            await self._note("* closing connection #0")
            raise CurlError(7, why) from None
        report.connected = max(clock.monotonic() - report.started, 1e-6)
        report.remote, report.local = (addresses[0], port), stream.local
        await self._note(f"* Connected to {host} ({addresses[0]}) port {port}")
        return stream

    def _request(self, parts: SplitResult, method: str, body: str | None) -> Request:
        options = self._options
        query, path = parts.query, parts.path or "/"
        if body is not None and options.on("get"):
            query, body = "&".join(filter(None, (query, body))), None
        given = [tuple(h.split(":", 1)) for h in options.values.get("header", ()) if ":" in h]
        chosen = {pair[0].lower() for pair in given}
        host = parts.netloc.rpartition("@")[2]
        headers: Headers = [] if "host" in chosen else [("Host", host)]
        credentials = options.last("user") or parts.netloc.rpartition("@")[0]
        if credentials and "authorization" not in chosen:
            headers.append(("Authorization", "Basic " + base64.b64encode(credentials.encode()).decode()))
        if "user-agent" not in chosen:
            headers.append(("User-Agent", options.last("user-agent") or f"curl/{VERSION}"))
        if "accept" not in chosen:
            headers.append(("Accept", "application/json" if options.last("json") is not None else "*/*"))
        headers += [(pair[0], pair[1].strip()) for pair in given if pair[1].strip()]
        data = b"" if body is None else body.encode()
        if data:
            headers.append(("Content-Length", str(len(data))))
            if "content-type" not in chosen:
                form = "application/x-www-form-urlencoded"
                headers.append(
                    ("Content-Type", "application/json" if options.last("json") is not None else form)
                )
        return Request(method, path + (f"?{query}" if query else ""), headers, data)

    def _milliseconds(self, report: Report) -> int:
        return round((self._process.clock.monotonic() - report.started) * 1000)


def _method(options: Options, body: str | None) -> str:
    if options.on("head"):
        return "HEAD"
    if options.last("upload-file"):
        return "PUT"
    return "GET" if body is None or options.on("get") else "POST"


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        valid = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        raise CurlError(3, "URL rejected: Port number was not a decimal number between 0 and 65535") from None
    if parts.scheme not in ("http", "https"):
        raise CurlError(1, f'Protocol "{parts.scheme}" not supported')
    if not valid:
        raise CurlError(3, "URL rejected: No host part in the URL")
    return parts
