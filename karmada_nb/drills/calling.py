"""Calling a drill: an orderly lab first, then the fault, then what is to be seen of it."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Final

from karmada_nb import ownership
from karmada_nb.command import run
from karmada_nb.drills import clusters, counts, members, missing, reach
from karmada_nb.drills.fault import Drill, Report
from karmada_nb.failures import LabError
from karmada_nb.language import say
from karmada_nb.tools import ToolMissing, kubectl_path

if TYPE_CHECKING:
    from karmada_nb.lab import Lab

DRILLS: Final[dict[str, Drill]] = {
    **missing.DRILLS,
    **counts.DRILLS,
    **members.DRILLS,
    **clusters.DRILLS,
    **reach.DRILLS,
}

NOT_HERE: Final = (
    "This drill changes the clusters themselves, and these were here before the lab: nothing was broken. "
    "Have it in an embedded lab: Lab.open()."
)


def drill(name: str, *, lab: Lab | None = None) -> Report:
    """Break the lab (by default the one opened last), and show what a user notices of it.

    What earlier drills and cells left goes first, so a second call begins anew. On clusters that are not for
    the course alone only objects of the drill's own name are made; a drill that needs more breaks nothing and
    says so. ``check("drill-NAME")`` judges the repair. Raises LabError.
    """
    from karmada_nb.lab import Lab

    if name not in DRILLS:
        raise LabError(
            "expected the name of a drill ({names}), found {name!r}", names=", ".join(DRILLS), name=name
        )
    wanted, lab = DRILLS[name], lab or Lab.current()
    if wanted.changes_clusters and not lab.backend.disposable:
        return Report(say(NOT_HERE))
    if len(lab.members()) < 2:
        count = len(lab.members())
        raise LabError("expected two members or more, found {count}: drills compare clusters", count=count)
    lab.at("deploy")
    ownership.claim(lab, name, wanted.namespace)
    values = wanted.begin(lab)
    lab.wait(lambda: wanted.shows(lab), say("the symptoms of drill {name}", name=name), timeout=120)
    return Report(
        say(wanted.told, **values), tuple(_look(lab, look.format(**values)) for look in wanted.looks)
    )


def _look(lab: Lab, command: str) -> tuple[str, str]:
    """A command as the reader would type it, and what it prints."""
    magic, *words = shlex.split(command)
    if magic == "%karmadactl":
        tool = lab.backend.karmadactl()
        done = run([*tool.arguments, *words], environment=tool.environment, show=False)
    else:
        try:
            kubectl = kubectl_path()
        except ToolMissing as error:
            raise LabError(str(error)) from None
        done = run([kubectl, "--kubeconfig", str(lab.kubeconfig(magic)), *words], show=False)
    return command, "\n".join(part.rstrip("\n") for part in (done.out, done.err) if part.strip())
