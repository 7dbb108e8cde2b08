"""``netstat`` of BusyBox: who listens in the pod's network. Connections that are open it does not know."""

from __future__ import annotations

from typing import Final

from karmada_nb.engine.images.process import Commands, Process

_HEAD: Final = "Proto Recv-Q Send-Q Local Address           Foreign Address         State       "
_UNIX: Final = "Proto RefCnt Flags       Type       State         I-Node Path"


async def netstat(process: Process) -> int:
    letters = {letter for arg in process.args if arg.startswith("-") for letter in arg[1:]}
    listening = bool(letters & {"a", "l"})
    which = letters & {"t", "u"} or {"t", "u"}
    about = "servers and established" if "a" in letters else "only servers" if listening else "w/o servers"
    await process.out(f"Active Internet connections ({about})\n{_HEAD}\n")
    for protocol, port in process.network.listening() if listening else ():
        name = protocol.lower()
        if name[0] in which:
            state = "LISTEN" if name == "tcp" else ""
            await process.out(f"{name:<5}      0      0 {f':::{port}':<23} {':::*':<23} {state:<12}\n")
    if not letters & {"t", "u"}:
        await process.out(f"Active UNIX domain sockets ({about})\n{_UNIX}\n")
    return 0


NETSTAT: Final[Commands] = {"netstat": netstat}
