"""Which subcommand is which program."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from karmada_nb.engine.images.agnhost import programs, servers
from karmada_nb.engine.images.agnhost.forwarding import forwarding
from karmada_nb.engine.images.agnhost.guestbook import guestbook
from karmada_nb.engine.images.agnhost.mounttest import mounttest
from karmada_nb.engine.images.agnhost.netexec import netexec
from karmada_nb.engine.images.agnhost.nettest import nettest
from karmada_nb.engine.images.agnhost.webhooks import conversion_webhook, webhook
from karmada_nb.engine.images.process import Commands, Process

_COMMANDS: Final[Commands] = {
    "connect": programs.connect,
    "crd-conversion-webhook": conversion_webhook,
    "dns-server-list": programs.dns_servers,
    "dns-suffix": programs.dns_suffix,
    "etc-hosts": programs.hosts,
    "guestbook": guestbook,
    "liveness": servers.liveness,
    "logs-generator": programs.logs_generator,
    "mounttest": mounttest,
    "netexec": netexec,
    "nettest": nettest,
    "pause": programs.pause,
    "port-forward-tester": forwarding,
    "porter": servers.porter,
    "serve-hostname": servers.serve_hostname,
    "test-webserver": servers.web_server,
    "webhook": webhook,
}


async def agnhost(process: Process) -> int:
    """``agnhost SUBCOMMAND [ARG…]``; the subcommands that are not here say that they are unknown."""
    name = process.args[0] if process.args else ""
    if name == "entrypoint-tester":
        return await programs.entrypoint(process)
    program = _COMMANDS.get(name)
    if program is not None:
        return await program(replace(process, argv=process.argv[1:]))
    if not name or name.startswith("-"):
        known = "".join(f"  {command}\n" for command in sorted((*_COMMANDS, "entrypoint-tester")))
        await process.out(f"Usage:\n  app [command]\n\nAvailable Commands:\n{known}")
        return 0
    await process.err(f'Error: unknown command "{name}" for "app"\nRun \'app --help\' for usage.\n')
    return 0
