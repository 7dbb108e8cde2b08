"""``wget`` and ``nslookup`` of BusyBox."""

from __future__ import annotations

import posixpath
from typing import Final
from urllib.parse import urlsplit

from karmada_nb.engine.images.commands.basic import path_of
from karmada_nb.engine.images.http import Request, exchange
from karmada_nb.engine.images.process import Commands, Process
from karmada_nb.engine.network.names import NameNotFound
from karmada_nb.engine.network.timing import within

_WITH_VALUE: Final = ("-O", "-T", "-Y", "-U", "--header", "--post-data", "--timeout", "-P")


async def wget(process: Process) -> int:
    options, urls = _arguments(process.args)
    if not urls:
        await process.err("BusyBox v1.37.0 multi-call binary.\n\nUsage: wget [-cqS] [-O FILE] URL...\n")
        return 1
    url = urls[0] if "://" in urls[0] else f"http://{urls[0]}"
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or 80
    quiet = "-q" in options or "-qO" in options
    target = options.get("-O") or posixpath.basename(parts.path) or "index.html"
    limit = float(options.get("-T") or options.get("--timeout") or 900)
    try:
        address = process.network.resolve(host)[0]
        if not quiet:
            await process.err(f"Connecting to {parts.netloc} ({address}:{port})\n")
        stream = await within(process.clock, limit, process.network.dial(host, port))
        query = f"?{parts.query}" if parts.query else ""
        headers = [("Host", parts.netloc), ("User-Agent", "Wget"), ("Connection", "close")]
        body = options.get("--post-data", "").encode()
        if body:
            headers.append(("Content-Type", "application/x-www-form-urlencoded"))
        request = Request("POST" if body else "GET", (parts.path or "/") + query, headers, body)
        try:
            response = await within(process.clock, limit, exchange(stream, request))
        finally:
            stream.close()
    except NameNotFound:
        await process.err(f"wget: bad address '{parts.netloc}'\n")
        return 1
    except TimeoutError:
        await process.err("wget: download timed out\n")
        return 1
    except ConnectionRefusedError:
        await process.err(f"wget: can't connect to remote host ({address}): Connection refused\n")
        return 1
    except ConnectionError:
        await process.err("wget: error getting response: Connection reset by peer\n")
        return 1
    if response.status >= 400:
        line = f"HTTP/{response.version} {response.status} {response.reason}"
        await process.err(f"wget: server returned error: {line}\n")
        return 1
    if "--spider" in options:
        await _say(process, quiet, "remote file exists\n")
    elif target == "-":
        await process.stdout(response.body)
        await _say(process, quiet, "written to stdout\n")
    else:
        process.files.write(path_of(process, target), response.body)
        await _say(process, quiet, f"saving to '{target}'\n'{target}' saved\n")
    return 0


async def _say(process: Process, quiet: bool, text: str) -> None:
    if not quiet:
        await process.err(text)


def _arguments(args: tuple[str, ...]) -> tuple[dict[str, str], list[str]]:
    options: dict[str, str] = {}
    urls: list[str] = []
    queue = list(args)
    while queue:
        arg = queue.pop(0)
        name, given, value = arg.partition("=") if arg.startswith("--") else (arg, "", "")
        if given:
            options[name] = value
        elif name in _WITH_VALUE and queue:
            options[name] = queue.pop(0)
        elif name.startswith("-q") and name.endswith("O") and queue:
            options["-q"], options["-O"] = "", queue.pop(0)
        elif name.startswith("-O"):
            options["-O"] = name[2:]
        elif name.startswith("-T"):
            options["-T"] = name[2:]
        elif name.startswith("-q") and "O" in name:
            options["-q"], options["-O"] = "", name.partition("O")[2]
        elif name.startswith("-"):
            options[name] = ""
        else:
            urls.append(name)
    return options, urls


async def nslookup(process: Process) -> int:
    names = [a for a in process.args if not a.startswith("-")]
    if not names:
        await process.err("Usage: nslookup HOST [DNS-SERVER]\n")
        return 1
    server = process.network.nameserver()
    await process.out(f"Server:\t\t{server}\nAddress:\t{server}:53\n\n")
    try:
        addresses = process.network.resolve(names[0])
    except NameNotFound:
        await process.out(f"** server can't find {names[0]}: NXDOMAIN\n\n")
        return 1
    for address in addresses:
        await process.out(f"Name:\t{names[0]}\nAddress: {address}\n")
    await process.out("\n")
    return 0


NETWORK: Final[Commands] = {"wget": wget, "nslookup": nslookup}
