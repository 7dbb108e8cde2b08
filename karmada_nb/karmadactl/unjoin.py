"""``karmadactl unjoin``. Follows pkg/karmadactl/unjoin/unjoin.go; pkg/karmadactl/unjoin.go at v1.2."""

import asyncio
from typing import Final

from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.karmada.constants import ARTICLE
from karmada_nb.engine.karmada.lifecycle import common
from karmada_nb.engine.karmada.lifecycle import unjoin as lifecycle
from karmada_nb.engine.meta import name
from karmada_nb.engine.runtime.clock import SystemClock
from karmada_nb.karmadactl.client import SessionClient
from karmada_nb.karmadactl.command import CLUSTER_NAMESPACE, DRY_RUN, KARMADA, Call, Command
from karmada_nb.karmadactl.failures import CommandError
from karmada_nb.karmadactl.flags import Flag, duration, switch
from karmada_nb.karmadactl.kubeconfig import load
from karmada_nb.karmadactl.session import Session
from karmada_nb.language import say

_CLUSTERS: Final = "/apis/cluster.karmada.io/v1alpha1/clusters"


def run(call: Call) -> int:
    if len(call.arguments) > 1:
        raise CommandError("only the cluster name is allowed as an argument")
    if not call.arguments:
        raise CommandError("cluster name is required")
    cluster = call.arguments[0]
    karmada = SessionClient(call.karmada)
    path = call.flags["cluster-kubeconfig"]
    member = SessionClient(Session(load(path, call.flags["cluster-context"] or cluster))) if path else None
    wanted = lifecycle.Unjoining(
        name=cluster,
        edition=call.edition,
        namespace=call.flags["cluster-namespace"],
        wait=call.flags["wait"],
        force=call.flags["force"],
        dry_run=call.flags["dry-run"],
    )
    unknown = call.edition == ARTICLE and not _known(call, cluster)
    try:
        asyncio.run(lifecycle.unjoin(karmada, member, wanted, SystemClock()))
    except common.CommandError as error:
        raise CommandError(str(error), hint=_hint(call, str(error), cluster)) from None
    if unknown:
        call.err.write(f"no cluster object {cluster} found in karmada control Plane\n{_others(call)}\n")
    return 0


def _known(call: Call, cluster: str) -> bool:
    try:
        call.karmada.get(f"{_CLUSTERS}/{cluster}")
    except StatusError as error:
        if error.code != 404:
            raise
        return False
    return True


def _hint(call: Call, said: str, cluster: str) -> str:
    if said.startswith("no cluster object"):
        return _others(call)
    if "timed out" in said or "deadline" in said:
        return say(
            "The cluster {cluster} could not be cleaned up in time: does it still answer? To let it go "
            "nevertheless: karmadactl unjoin {cluster} --force",
            cluster=cluster,
        )
    return ""


def _others(call: Call) -> str:
    known = [name(item) for item in call.karmada.get(_CLUSTERS).get("items") or []]
    return say("Clusters that are joined: {names}.", names=", ".join(known) or say("none"))


COMMAND = Command(
    "unjoin CLUSTER_NAME --cluster-kubeconfig=<KUBECONFIG>",
    "Remove a cluster from Karmada control plane",
    run,
    (
        *KARMADA,
        CLUSTER_NAMESPACE,
        Flag("cluster-context", "The context of the cluster's kubeconfig; the cluster's name by default."),
        Flag("cluster-kubeconfig", "The cluster's kubeconfig; with it, Karmada's accounts there go too."),
        switch("force", "Let the cluster go even if what Karmada made there cannot be removed."),
        Flag("wait", "How long to wait until the cluster is gone.", "", 60.0, duration),
        DRY_RUN,
    ),
    ("unjoin member1", "unjoin member1 --cluster-kubeconfig=/root/.kube/member1.config"),
)
