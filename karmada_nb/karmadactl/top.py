"""``karmadactl top``: what pods and nodes of members use, if their metrics are served.

Follows pkg/karmadactl/top.
"""

from typing import Final

from karmada_nb.karmadactl import kubectl
from karmada_nb.karmadactl.command import KARMADA, Call, Command
from karmada_nb.karmadactl.failures import CommandError
from karmada_nb.karmadactl.scope import CLUSTERS, members
from karmada_nb.karmadactl.tables import aligned

_WHAT: Final = ("pod", "pods", "po", "node", "nodes", "no")


def run(call: Call) -> int:
    if not call.arguments or call.arguments[0] not in _WHAT:
        raise CommandError(
            "expected pods or nodes",
            hint="For example: karmadactl top pods -n default, karmadactl top nodes -C member1",
        )
    lines: list[list[str]] = []
    code = 0
    for cluster in members(call):
        found = kubectl.output(call, ["top", *call.arguments], cluster)
        if found.returncode:
            call.err.write(f"cluster({cluster}): {found.stderr}")
            code = found.returncode
            continue
        header, *rows = (line.split() for line in found.stdout.splitlines())
        if not lines:
            lines.append([header[0], "CLUSTER", *header[1:]])
        lines += [[row[0], cluster, *row[1:]] for row in rows]
    call.out.write(aligned(lines))
    return code


COMMAND = Command(
    "top (pods | nodes)",
    "Display resource (CPU/memory) usage of member clusters",
    run,
    (*KARMADA, CLUSTERS),
    ("top pods", "top nodes -C member1"),
    lifts=True,
)
