"""The image's programs that serve nobody.

Follows test/images/agnhost: pause, entrypoint-tester, dns, connect, logs-generator.
"""

from __future__ import annotations

import random

from karmada_nb.engine.images.agnhost.answers import forever
from karmada_nb.engine.images.agnhost.flags import Flags
from karmada_nb.engine.images.process import Process
from karmada_nb.engine.network.names import NameNotFound
from karmada_nb.engine.network.timing import within


async def pause(process: Process) -> int:
    await process.out("Paused\n")
    return await forever()


async def entrypoint(process: Process) -> int:
    """Tells the command line as it came."""
    await process.out(f"[{' '.join(process.argv)}]\n")
    return 0


async def hosts(process: Process) -> int:
    await process.out(process.files.read("/etc/hosts").decode() + "\n")
    return 0


async def dns_suffix(process: Process) -> int:
    return await _resolver(process, "search")


async def dns_servers(process: Process) -> int:
    return await _resolver(process, "nameserver")


async def _resolver(process: Process, kind: str) -> int:
    """The words of the first line of a kind in the resolver's file."""
    for line in process.files.read("/etc/resolv.conf").decode().splitlines():
        if line.startswith(kind):
            await process.out(",".join(line.split(" ")[1:]) + "\n")
            return 0
    await process.err("panic: Could not find DNS search list!\n")
    return 2


async def connect(process: Process) -> int:
    """Says why a connection does not come about: DNS, TIMEOUT, REFUSED or OTHER."""
    flags = Flags(process.args)
    host, colon, port = (flags.rest or [""])[0].rpartition(":")
    if not colon or not port.isdigit():
        await process.err(f"UNKNOWN: address {(flags.rest or [''])[0]}: missing port in address\n")
        return 1
    protocol = {"tcp": "TCP", "udp": "UDP"}.get(flags.text("protocol", "tcp"))
    if protocol is None:
        await process.err("Unsupported protocol\n")
        return 1
    try:
        dialled = process.network.dial(host.strip("[]"), int(port), protocol)
        (await within(process.clock, flags.seconds("timeout") or None, dialled)).close()
    except NameNotFound:
        await process.err(f"DNS: lookup {host}: no such host\n")
    except TimeoutError:
        await process.err("TIMEOUT\n")
    except ConnectionRefusedError:
        await process.err("REFUSED\n")
    except OSError as error:
        await process.err(f"OTHER: {error}\n")
    else:
        return 0
    return 1


async def logs_generator(process: Process) -> int:
    """So many lines, spread evenly over so long."""
    flags = Flags(process.args)
    total = flags.number("log-lines-total", 0) or flags.number("t", 0)
    span = flags.seconds("run-duration") or flags.seconds("d")
    if total <= 0 or span <= 0:
        what = f"total number of lines: {total}" if total <= 0 else f"duration: {span:g}s"
        await process.err(f"Invalid {what}\n")
        return 255
    chance = random.Random(process.hostname)
    for number in range(total):
        method, status = chance.choice(("GET", "POST", "PUT")), chance.randrange(200, 600)
        namespace = chance.choice(("kube-system", "default", "ns"))
        name = "".join(chance.choices("bcdfghjklmnpqrstvwxz2456789", k=chance.randrange(3, 5)))
        url = f"/api/v1/namespaces/{namespace}/pods/{name}"
        now = process.clock.now()
        head = f"I{now:%m%d %H:%M:%S.%f}       1 logs_generator.go:76]"
        await process.err(f"{head} {number} {method} {url} {status}\n")
        await process.clock.sleep(span / total)
    return 0
