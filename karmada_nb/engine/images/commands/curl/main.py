"""The ``curl`` command: URLs one after the other, retries, output and exit code."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Awaitable, Callable
from typing import Final
from urllib.parse import urlsplit

from karmada_nb.engine.images.commands.basic import path_of, unescape
from karmada_nb.engine.images.commands.curl.options import BadOption, Options, parse
from karmada_nb.engine.images.commands.curl.transfer import VERSION, CurlError, Report, Transfer
from karmada_nb.engine.images.http import Response
from karmada_nb.engine.images.process import Process

_METER: Final = (
    "  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n"
    "                                 Dload  Upload   Total   Spent    Left  Speed\n"
)
_TRANSIENT: Final = (408, 429, 500, 502, 503, 504)


async def curl(process: Process) -> int:
    """The exit code is that of the last URL, as curl's."""
    try:
        options = parse(process.args)
        await _read_files(process, options)
        code = await _run(process, options)
    except BadOption as error:
        await process.err(f"curl: {error}\ncurl: try 'curl --help' for more information\n")
        return 2
    return code


async def _read_files(process: Process, options: Options) -> None:
    """Put contents in the place of ``@file`` in what is sent; ``-d`` leaves the ends of lines out."""
    for name in ("data", "data-binary", "json"):
        found = options.values.get(name, [])
        for index, value in enumerate(found):
            if not value.startswith("@"):
                continue
            if value == "@-":
                content = b""
                while data := await process.stdin.read():
                    content += data
            else:
                try:
                    content = process.files.read(path_of(process, value[1:]))
                except OSError:
                    raise BadOption(f"option --{name}: error encountered when reading a file") from None
            text = content.decode(errors="replace")
            found[index] = text.replace("\r", "").replace("\n", "") if name == "data" else text


async def _run(process: Process, options: Options) -> int:
    if options.on("version"):
        await process.out(
            f"curl {VERSION} (x86_64-alpine-linux-musl) libcurl/{VERSION}\nProtocols: http https\n"
        )
        return 0
    if not options.urls:
        await process.err("curl: (2) no URL specified\n")
        return 2
    outputs = iter(options.values.get("output", ()))
    code = 0
    for url in options.urls:
        target = next(outputs, None)
        if target is None and options.on("remote-name"):
            target = posixpath.basename(urlsplit(url).path) or "curl_response"
        code = await _one(process, options, url, target)
    return code


async def _one(process: Process, options: Options, url: str, target: str | None) -> int:
    quiet = options.on("silent")
    meter = not quiet and not options.on("no-progress-meter") and not (process.tty and target is None)
    report, failure = Report(url), None
    for attempt in range(options.number("retry", 0) + 1):
        report, failure = Report(url), None
        try:
            transfer = Transfer(process, options, _notes(process, options))
            response = await transfer.fetch(url, report)
        except CurlError as error:
            failure = error
        else:
            if options.on("fail") and response.status >= 400:
                failure = CurlError(22, f"The requested URL returned error: {response.status}")
        if not _again(options, report, failure) or attempt == options.number("retry", 0):
            break
        pause = options.seconds("retry-delay") or float(2**attempt)
        if not quiet:
            left = options.number("retry", 0) - attempt
            why = (
                "timeout"
                if failure and failure.code == 28
                else "connection refused"
                if failure
                else f"HTTP {report.response and report.response.status}"
            )
            await process.err(
                f"curl: (0) Problem: {why}. Will retry in {pause:g} second{'s' if pause != 1 else ''}. "
                f"{left} retr{'ies' if left != 1 else 'y'} left.\n"
            )
        await process.clock.sleep(pause)
    if meter:
        await process.err(_meter(report, failure))
    if failure is None or (failure.code != 22 and report.answers) or options.on("fail-with-body"):
        await _show(process, options, report, target)
    if failure is not None and (not quiet or options.on("show-error")):
        await process.err(f"curl: ({failure.code}) {failure.message}\n")
    form = options.last("write-out")
    if form is not None:
        await process.out(_written(form, report, failure))
    if failure is None and options.on("fail-with-body") and report.response and report.response.status >= 400:
        return 22
    return failure.code if failure else 0


def _again(options: Options, report: Report, failure: CurlError | None) -> bool:
    if failure is not None and failure.code == 7:
        return options.on("retry-connrefused") or options.on("retry-all-errors")
    if failure is not None and failure.code == 28:
        return True
    if failure is not None and failure.code != 22:
        return options.on("retry-all-errors")
    return report.response is not None and report.response.status in _TRANSIENT


def _notes(process: Process, options: Options) -> Callable[[str], Awaitable[None]]:
    async def note(line: str) -> None:
        if options.on("verbose"):
            await process.err(line + "\n")

    return note


async def _show(process: Process, options: Options, report: Report, target: str | None) -> None:
    data = b""
    for response in report.answers:
        if options.on("include") or options.on("head"):
            data += _head(response)
    if report.response is not None and not options.on("head"):
        data += report.response.body
    if target is None or target == "-":
        await process.stdout(data)
    else:
        process.files.write(path_of(process, target), data)


def _head(response: Response) -> bytes:
    lines = [f"HTTP/{response.version} {response.status} {response.reason}".rstrip()]
    lines += [f"{name}: {value}" for name, value in response.headers]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def _meter(report: Report, failure: CurlError | None) -> str:
    empty = "\r  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0"
    size = len(report.response.body) if report.response else 0
    if failure is not None or not size:
        return _METER + empty + "\n"
    speed = min(int(size / max(report.total, 0.001)), 99999)
    row = f"\r100 {size:5}  100 {size:5}    0     0  {speed:5}      0 --:--:-- --:--:-- --:--:-- {speed:5}"
    return _METER + empty + row + "\n"


def _written(form: str, report: Report, failure: CurlError | None) -> str:
    response = report.response
    values = {
        "http_code": f"{response.status if response else 0:03}",
        "response_code": f"{response.status if response else 0:03}",
        "http_version": response.version if response else "0",
        "content_type": response.header("content-type") if response else "",
        "size_download": str(len(response.body) if response else 0),
        "size_header": str(len(_head(response)) if response else 0),
        "method": report.method,
        "num_redirects": str(report.redirects),
        "num_connects": str(len(report.answers)),
        "redirect_url": response.header("location") if response else "",
        "remote_ip": report.remote[0],
        "remote_port": str(report.remote[1]),
        "local_ip": report.local[0],
        "local_port": str(report.local[1]),
        "url": report.url,
        "url_effective": report.url,
        "time_namelookup": f"{report.connected:.6f}",
        "time_connect": f"{report.connected:.6f}",
        "time_appconnect": "0.000000",
        "time_pretransfer": f"{report.connected:.6f}",
        "time_starttransfer": f"{report.total if response else 0:.6f}",
        "time_total": f"{report.total:.6f}",
        "speed_download": str(int((len(response.body) if response else 0) / max(report.total, 0.001))),
        "exitcode": str(failure.code if failure else 0),
        "errormsg": failure.message if failure else "",
    }
    return re.sub(
        r"%%|%\{([\w.]+)\}", lambda m: "%" if m[0] == "%%" else values.get(m[1], ""), unescape(form)
    )
