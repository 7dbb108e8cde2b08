"""``dig`` and ``getent hosts``: questions to the cluster's DNS."""

from __future__ import annotations

from typing import Final

from karmada_nb.engine.images.process import Commands, Process
from karmada_nb.engine.network.names import NameNotFound
from karmada_nb.engine.network.records import Record

_KINDS: Final = ("A", "CNAME", "SRV", "PTR", "AAAA", "TXT", "NS", "MX", "ANY")
_TTL: Final = 5
"""Seconds: what the cluster's DNS server tells its clients to keep an answer for."""


async def dig(process: Process) -> int:
    name, kind, switches = "", "A", set()
    queue = list(process.args)
    while queue:
        word = queue.pop(0)
        if word.startswith("+"):
            switches.add(word[1:])
        elif word == "-x" and queue:
            name, kind = ".".join(reversed(queue.pop(0).split("."))) + ".in-addr.arpa.", "PTR"
        elif word == "-t" and queue:
            kind = queue.pop(0).upper()
        elif word.startswith(("@", "-")) or word.upper() == "IN":
            continue
        elif word.upper() in _KINDS:
            kind = word.upper()
        else:
            name = word
    found = process.network.records(name, kind, search="search" in switches)
    if "short" in switches:
        await process.out("".join(f"{record.data}\n" for record in found))
        return 0
    lines = "".join(_line(record) for record in found)
    if "noall" in switches:
        await process.out(lines if "answer" in switches else "")
        return 0
    await process.out(_whole(process, name.rstrip(".") + ".", kind, found, lines))
    return 0


def _line(record: Record) -> str:
    return f"{record.name}\t{_TTL}\tIN\t{record.kind}\t{record.data}\n"


def _whole(process: Process, name: str, kind: str, found: list[Record], lines: str) -> str:
    status = "NOERROR" if found else "NXDOMAIN"
    server = process.network.nameserver()
    answer = f";; ANSWER SECTION:\n{lines}\n" if found else ""
    return (
        f"\n; <<>> DiG 9.20 <<>> {' '.join(process.args)}\n;; global options: +cmd\n;; Got answer:\n"
        f";; ->>HEADER<<- opcode: QUERY, status: {status}, id: 1\n"
        f";; flags: qr aa rd; QUERY: 1, ANSWER: {len(found)}, AUTHORITY: 0, ADDITIONAL: 0\n\n"
        f";; QUESTION SECTION:\n;{name}\t\tIN\t{kind}\n\n{answer}"
        f";; SERVER: {server}#53({server}) (UDP)\n\n"
    )


async def getent(process: Process) -> int:
    """``getent hosts NAME``; 2 where a name is not known."""
    if process.args[:1] not in (("hosts",), ("ahosts",)) or len(process.args) < 2:
        await process.err("Usage: getent [OPTION...] database [key ...]\n")
        return 1
    for name in process.args[1:]:
        try:
            for address in process.network.resolve(name):
                await process.out(f"{address:15} {name}\n")
        except NameNotFound:
            return 2
    return 0


DIG: Final[Commands] = {"dig": dig, "getent": getent}
