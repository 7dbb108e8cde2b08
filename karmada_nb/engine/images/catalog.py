"""Image names, and what is in the images."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from karmada_nb.engine.images.agnhost import agnhost
from karmada_nb.engine.images.commands.awk import awk
from karmada_nb.engine.images.commands.basic import BASIC, effective_user
from karmada_nb.engine.images.commands.bytes import BYTES
from karmada_nb.engine.images.commands.curl import curl
from karmada_nb.engine.images.commands.dig import DIG
from karmada_nb.engine.images.commands.disk import DISK
from karmada_nb.engine.images.commands.filters import FILTERS
from karmada_nb.engine.images.commands.ip import IP
from karmada_nb.engine.images.commands.nc import NC
from karmada_nb.engine.images.commands.netstat import NETSTAT
from karmada_nb.engine.images.commands.network import NETWORK
from karmada_nb.engine.images.commands.perl import perl
from karmada_nb.engine.images.commands.running import RUNNING
from karmada_nb.engine.images.commands.tar import tar
from karmada_nb.engine.images.commands.text import TEXT
from karmada_nb.engine.images.pipy import pipy
from karmada_nb.engine.images.process import Commands, Process, Program, find, run
from karmada_nb.engine.images.servers import databases, web
from karmada_nb.engine.images.shell import shell

_BUSYBOX: Final[Commands] = {
    **BASIC,
    **BYTES,
    **DISK,
    **FILTERS,
    **TEXT,
    **NETWORK,
    **IP,
    **NC,
    **RUNNING,
    **NETSTAT,
    "awk": awk,
    "tar": tar,
    "sh": shell,
    "ash": shell,
}
_DEBIAN: Final[Commands] = {
    **{
        name: program
        for name, program in {**BASIC, **BYTES, **DISK, **FILTERS, **RUNNING, **TEXT}.items()
        if name != "ps"
    },
    "awk": awk,
    "tar": tar,
    "sh": shell,
    "bash": shell,
}
_PATH: Final = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_DIGITS: Final = re.compile(r"[@:][^/]*$")


@dataclass(frozen=True, slots=True)
class Image:
    """``known`` is False for a name that stands for nothing here: it may contain any command."""

    entrypoint: tuple[str, ...] = ()
    cmd: tuple[str, ...] = ()
    commands: Mapping[str, Program] = field(default_factory=lambda: _BUSYBOX)
    env: Mapping[str, str] = field(default_factory=lambda: {"PATH": _PATH})
    user: str = "root"
    cwd: str = "/"
    files: Mapping[str, bytes] = field(default_factory=dict)
    known: bool = True


async def _entrypoint(process: Process) -> int:
    """The scripts that images start with: run the arguments."""
    return await run(find(process.commands, process.files, process.args[0]), process.child(*process.args))


async def _curl_entrypoint(process: Process) -> int:
    """Arguments that are no command are curl's."""
    args = process.args
    if not args or args[0].startswith("-") or args[0] not in process.commands:
        args = ("curl", *args)
    return await run(process.commands[args[0]], process.child(*args))


async def _pause(process: Process) -> int:
    await asyncio.get_running_loop().create_future()
    return 0


def _alpine(name: str) -> dict[str, bytes]:
    return {"/etc/os-release": f'NAME="{name}"\nID={name.split()[0].lower()}\n'.encode()}


_NGINX: Final = Image(
    ("/docker-entrypoint.sh",),
    ("nginx", "-g", "daemon off;"),
    {**_DEBIAN, "curl": curl, "nginx": web.nginx(), "docker-entrypoint.sh": _entrypoint},
    {"PATH": _PATH, "NGINX_VERSION": web.NGINX},
    files={f"{web.HTML}/index.html": web.WELCOME.encode()},
)
_HTTPD: Final = Image(
    cmd=("httpd-foreground",),
    commands={**_DEBIAN, "httpd-foreground": web.httpd},
    cwd="/usr/local/apache2",
    files={f"{web.HTDOCS}/index.html": web.WORKS.encode()},
)
_UNPRIVILEGED: Final = replace(_NGINX, commands={**_NGINX.commands, "nginx": web.nginx(8080)}, user="nginx")
_AGNHOST: Final = Image(
    ("/agnhost",), ("pause",), {**_BUSYBOX, **DIG, "curl": curl, "agnhost": agnhost, "agnhost-2": agnhost}
)


def _demo(name: str) -> Image:
    """An image of Kubernetes' own, to be replaced by another: it tells which of them it is."""
    said = f'{{\n  "image": "{name}.jpg"\n}}\n'
    return replace(_AGNHOST, cmd=("test-webserver",), files={"/data.json": said.encode()})


_SHELL: Final = Image(cmd=("sh",), files=_alpine("BusyBox"))

_IMAGES: Final[Mapping[str, Image]] = {
    "flomesh/pipy": Image(
        ("/docker-entrypoint.sh",),
        ("pipy", "docker-start"),
        {**_BUSYBOX, "curl": curl, "pipy": pipy, "docker-entrypoint.sh": _entrypoint},
        user="pipy",
        files=_alpine("Alpine Linux"),
    ),
    "curlimages/curl": Image(
        ("/entrypoint.sh",),
        ("curl",),
        {**_BUSYBOX, "curl": curl, "entrypoint.sh": _curl_entrypoint},
        {"PATH": _PATH, "CURL_CA_BUNDLE": "/cacert.pem"},
        user="curl_user",
        cwd="/home/curl_user",
        files=_alpine("Alpine Linux"),
    ),
    "nginx": _NGINX,
    "nginxinc/nginx-unprivileged": _UNPRIVILEGED,
    "e2e-test-images/nginx": _NGINX,
    "httpd": _HTTPD,
    "e2e-test-images/httpd": replace(_HTTPD, commands={**_BUSYBOX, "httpd-foreground": web.httpd}),
    "busybox": _SHELL,
    "e2e-test-images/busybox": _SHELL,
    "alpine": Image(cmd=("/bin/sh",), files=_alpine("Alpine Linux")),
    "debian": Image(cmd=("bash",), commands=_DEBIAN, files=_alpine("Debian GNU/Linux")),
    "ubuntu": Image(cmd=("/bin/bash",), commands=_DEBIAN, files=_alpine("Ubuntu")),
    "hashicorp/http-echo": Image(("/http-echo",), (), {"http-echo": web.http_echo}),
    "traefik/whoami": Image(("/whoami",), (), {"whoami": web.whoami}),
    "containous/whoami": Image(("/whoami",), (), {"whoami": web.whoami}),
    "e2e-test-images/agnhost": _AGNHOST,
    **{f"e2e-test-images/{name}": _demo(name) for name in ("kitten", "nautilus")},
    "e2e-test-images/nonewprivs": Image(("/usr/local/bin/nnp",), (), {**_BUSYBOX, "nnp": effective_user}),
    "e2e-test-images/nonroot": Image(cmd=("id", "-u"), user="1234"),
    "e2e-test-images/jessie-dnsutils": Image(("sleep", "3600"), (), {**_DEBIAN, **DIG, "ps": _BUSYBOX["ps"]}),
    "pause": Image(("/pause",), (), {"pause": _pause}),
    "perl": Image(cmd=("perl",), commands={**_DEBIAN, "perl": perl}),
    "redis": Image(
        cmd=("redis-server",),
        commands={**_DEBIAN, "redis-server": databases.redis, "redis-cli": databases.redis_cli},
    ),
    "postgres": Image(
        cmd=("postgres",),
        commands={
            **_DEBIAN,
            "postgres": databases.listener(5432, "LOG:  database system is ready to accept connections"),
        },
    ),
    "mysql": Image(
        cmd=("mysqld",),
        commands={**_DEBIAN, "mysqld": databases.listener(3306, "mysqld: ready for connections.")},
    ),
}
_UNKNOWN: Final = Image(known=False)


def repository(name: str) -> str:
    """``docker.io/library/nginx:1.25@sha256:…`` -> ``nginx``; a registry host is left out."""
    path = _DIGITS.sub("", name.partition("@")[0])
    first, slash, rest = path.partition("/")
    if slash and ("." in first or ":" in first or first == "localhost"):
        path = rest
    if path.startswith("kubernetes-e2e-test-images/"):
        path = path.removeprefix("kubernetes-")
    return path.removeprefix("library/")


def lookup(name: str) -> Image:
    """What is in the image of this name."""
    return _IMAGES.get(repository(name), _UNKNOWN)


def command_line(image: Image, command: tuple[str, ...], args: tuple[str, ...] | None) -> tuple[str, ...]:
    """The process that a container starts: its ``command`` and ``args`` over the image's own."""
    if command:
        return command + (args or ())
    return image.entrypoint + (image.cmd if args is None else args)


def executable(image: Image, process: Process) -> Program:
    """The program of ``process``. Raises NotExecutable where the image has no such command."""
    if not image.known and (not process.argv or process.argv[0].rpartition("/")[2] not in image.commands):
        return web.stand_in
    return find(image.commands, process.files, process.argv[0])
