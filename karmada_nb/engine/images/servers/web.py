"""Web servers: nginx, httpd, http-echo, whoami, and what stands in for an image that nobody knows."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Final

from karmada_nb.engine.images.http import Request, Response, http_date, serve
from karmada_nb.engine.images.process import Process
from karmada_nb.engine.network.stream import Stream

NGINX: Final = "1.29.3"
HTML: Final = "/usr/share/nginx/html"
WELCOME: Final = """<!DOCTYPE html>
<html>
<head>
<title>Welcome to nginx!</title>
<style>
html { color-scheme: light dark; }
body { width: 35em; margin: 0 auto;
font-family: Tahoma, Verdana, Arial, sans-serif; }
</style>
</head>
<body>
<h1>Welcome to nginx!</h1>
<p>If you see this page, the nginx web server is successfully installed and
working. Further configuration is required.</p>

<p><em>Thank you for using nginx.</em></p>
</body>
</html>
"""

_BIND: Final = re.compile(r"--(?:[a-z-]*bind-address=.*:|secure-port=)(\d+)")
_MISSING: Final = b"""<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">
<html><head>
<title>404 Not Found</title>
</head><body>
<h1>Not Found</h1>
<p>The requested URL was not found on this server.</p>
</body></html>
"""

Respond = Callable[[Request, Stream], Awaitable[Response]]


async def serve_forever(process: Process, port: int, respond: Respond) -> int:
    """Answer requests on a port until ended; 1 where the port is taken."""

    async def handle(stream: Stream) -> None:
        await serve(stream, lambda request: respond(request, stream))

    try:
        stop = process.network.listen(port, handle)
    except OSError as error:
        await process.err(
            f"{process.argv[0]}: bind() to 0.0.0.0:{port} failed ({error.errno}: {error.strerror})\n"
        )
        return 1
    try:
        await asyncio.get_running_loop().create_future()
    finally:
        stop()
    return 0


def nginx(default_port: int = 80) -> Callable[[Process], Awaitable[int]]:
    """``nginx``: files below /usr/share/nginx/html, an access line for each request."""

    async def program(process: Process) -> int:
        if set(process.args) & {"-v", "-V"}:
            await process.err(f"nginx version: nginx/{NGINX}\n")
            return 0
        if "-t" in process.args:
            await process.err("nginx: configuration file /etc/nginx/nginx.conf test is successful\n")
            return 0

        async def respond(request: Request, stream: Stream) -> Response:
            status, body, kind = _page(process, request.path)
            now = process.clock.now()
            agent = next((v for k, v in request.headers if k.lower() == "user-agent"), "-")
            line = f"{request.method} {request.target} HTTP/1.1"
            result = f'"{line}" {status} {len(body)} "-" "{agent}" "-"'
            await process.out(f"{stream.peer[0]} - - [{now:%d/%b/%Y:%H:%M:%S %z}] {result}\n")
            headers = [
                ("Server", f"nginx/{NGINX}"),
                ("Date", http_date(now)),
                ("Content-Type", kind),
                ("Connection", "keep-alive"),
            ]
            return Response(status, headers, body)

        started = process.clock.now()
        await process.err(f"{started:%Y/%m/%d %H:%M:%S} [notice] 1#1: nginx/{NGINX}\n")
        await process.err(f"{started:%Y/%m/%d %H:%M:%S} [notice] 1#1: start worker processes\n")
        return await serve_forever(process, default_port, respond)

    return program


def _page(process: Process, path: str) -> tuple[int, bytes, str]:
    name = HTML + (path + "index.html" if path.endswith("/") else path)
    if ".." not in path.split("/"):
        try:
            return 200, process.files.read(name), "text/html" if name.endswith(".html") else "text/plain"
        except OSError:
            pass
    text = f"404 {HTTPStatus(404).phrase}"
    page = (
        f"<html>\r\n<head><title>{text}</title></head>\r\n<body>\r\n<center><h1>{text}</h1></center>\r\n"
        f"<hr><center>nginx/{NGINX}</center>\r\n</body>\r\n</html>\r\n"
    )
    return 404, page.encode(), "text/html"


HTDOCS: Final = "/usr/local/apache2/htdocs"
WORKS: Final = "<html><body><h1>It works!</h1></body></html>\n"


async def httpd(process: Process) -> int:
    """``httpd``: files below /usr/local/apache2/htdocs."""

    async def respond(request: Request, stream: Stream) -> Response:
        name = HTDOCS + (request.path + "index.html" if request.path.endswith("/") else request.path)
        server = [("Server", "Apache/2.4.65 (Unix)"), ("Content-Type", "text/html")]
        try:
            return Response(200, server, process.files.read(name))
        except OSError:
            return Response(404, server, _MISSING)

    return await serve_forever(process, 80, respond)


async def http_echo(process: Process) -> int:
    """``http-echo -text=… -listen=:5678``."""
    options = _options(process.args)
    text = options.get("text", process.env.get("ECHO_TEXT", ""))
    if not text:
        await process.err("Missing -text option!\n")
        return 127
    port = int(options.get("listen", ":5678").rpartition(":")[2])
    status = int(options.get("status-code", "200"))

    async def respond(request: Request, stream: Stream) -> Response:
        return Response(status, [("X-App-Name", "http-echo")], (text + "\n").encode())

    return await serve_forever(process, port, respond)


async def whoami(process: Process) -> int:
    options = _options(process.args)
    port = int(options.get("port", process.env.get("WHOAMI_PORT_NUMBER", "80")))

    async def respond(request: Request, stream: Stream) -> Response:
        lines = [f"Hostname: {process.hostname}", "IP: 127.0.0.1", f"IP: {process.network.ip}"]
        lines += [
            f"RemoteAddr: {stream.peer[0]}:{stream.peer[1]}",
            f"{request.method} {request.target} HTTP/1.1",
        ]
        lines += [f"{name}: {value}" for name, value in request.headers]
        return Response(
            200, [("Content-Type", "text/plain; charset=utf-8")], ("\n".join(lines) + "\n\n").encode()
        )

    return await serve_forever(process, port, respond)


async def stand_in(process: Process) -> int:
    """What runs for an image that nobody knows: it stays up, and answers on the ports that its container
    declares, and on those that its flags name."""

    async def respond(request: Request, stream: Stream) -> Response:
        return Response(200, [("Content-Type", "text/plain")], f"{process.hostname}\n".encode())

    async def handle(stream: Stream) -> None:
        await serve(stream, lambda request: respond(request, stream))

    stops = []
    for port in dict.fromkeys((*process.ports, *_flagged_ports(process.args))):
        try:
            stops.append(process.network.listen(port, handle))
        except OSError as error:
            await process.err(f"bind: {error.strerror}\n")
    try:
        await asyncio.get_running_loop().create_future()
    finally:
        for stop in stops:
            stop()
    return 0


def _flagged_ports(args: tuple[str, ...]) -> list[int]:
    """Ports by the flags that servers and operators of the Kubernetes family share.

    ``--health-probe-bind-address=:8081`` and its kin; ``--secure-port``, 443 where TLS is set up without it.
    """
    found = [int(match[1]) for arg in args if (match := _BIND.fullmatch(arg))]
    tls = any(arg.startswith("--tls-private-key-file=") for arg in args)
    secure = any(arg.startswith("--secure-port=") for arg in args)
    return [*found, 443] if tls and not secure else found


def _options(args: tuple[str, ...]) -> dict[str, str]:
    """``-name=value`` and ``--name value``."""
    found: dict[str, str] = {}
    queue = list(args)
    while queue:
        name, given, value = queue.pop(0).lstrip("-").partition("=")
        if not given and queue and not queue[0].startswith("-"):
            value = queue.pop(0)
        found[name] = value
    return found
