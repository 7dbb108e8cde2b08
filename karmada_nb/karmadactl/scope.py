"""Where a command looks: Karmada's own API, the members behind it, or both.

Follows pkg/karmadactl/options/global.go.
"""

from typing import Final

from karmada_nb.engine.meta import name
from karmada_nb.karmadactl.command import Call
from karmada_nb.karmadactl.failures import CommandError
from karmada_nb.karmadactl.flags import Flag, strings
from karmada_nb.language import say

KARMADA: Final = "karmada"
MEMBERS: Final = "members"
ALL: Final = "all"


def read_scope(said: str) -> str:
    if said in ("", KARMADA, MEMBERS, ALL):
        return said
    raise ValueError(f"not support OperationScope: {said}")


SCOPE: Final = Flag("operation-scope", "Where to look: karmada or members.", "s", default="", read=read_scope)
SCOPE_ALL: Final = Flag(
    "operation-scope", "Where to look: karmada, members, or all.", "s", default="", read=read_scope
)
CLUSTER: Final = Flag("cluster", "The member cluster to look in, with --operation-scope=members.", "C")
CLUSTERS: Final = Flag(
    "clusters", "The member clusters to look in, with --operation-scope=members or all.", "C", [], strings
)


def one_member(call: Call) -> str:
    """The member a command goes to; empty for Karmada itself. Raises CommandError."""
    scope, cluster = call.flags["operation-scope"], str(call.flags["cluster"])
    if scope == ALL:
        raise CommandError("not support operation scope: all")
    if scope == MEMBERS and not cluster:
        raise CommandError("must specify a member cluster")
    return cluster if scope == MEMBERS else ""


def members(call: Call) -> list[str]:
    """The members asked for, all that are joined by default. Raises CommandError for one that is not."""
    known = [name(item) for item in call.karmada.get(CLUSTERS_PATH).get("items") or []]
    asked: list[str] = call.flags["clusters"]
    missing = [cluster for cluster in asked if cluster not in known]
    if missing:
        raise CommandError(
            f"clusters don't exist: {','.join(missing)}",
            hint=say("Clusters that are joined: {names}.", names=", ".join(known) or say("none")),
        )
    return asked or known


CLUSTERS_PATH: Final = "/apis/cluster.karmada.io/v1alpha1/clusters"
