"""``karmadactl deinit``. Follows pkg/karmadactl/deinit/deinit.go."""

import asyncio
import sys
from typing import Final

from karmada_nb.engine.karmada.constants import ARTICLE
from karmada_nb.engine.karmada.lifecycle import deinit as lifecycle
from karmada_nb.karmadactl.client import SessionClient
from karmada_nb.karmadactl.command import DRY_RUN, Call, Command, edition_of, no_arguments
from karmada_nb.karmadactl.failures import CommandError
from karmada_nb.karmadactl.flags import Flag, switch
from karmada_nb.karmadactl.kubeconfig import load
from karmada_nb.karmadactl.lab_host import lab_of
from karmada_nb.karmadactl.session import Session
from karmada_nb.language import say

_KEPT: Final = (
    "\ndeinit will not delete etcd data, if the etcd data is persistent, please delete it yourself.\n"
)
_WHERE: Final = "the default persistence path for etcd data is '/var/lib/karmada-etcd'\n"


def run(call: Call) -> int:
    no_arguments(call, "deinit")
    host = load(call.kubeconfig, call.flags["context"])
    if lab_of(host) is None:
        raise CommandError(
            f"expected the host cluster of a lab, found {host.server} in {host.path}",
            hint=say("To remove Karmada from a real cluster, use the real karmadactl."),
        )
    call.out.write("removes Karmada from Kubernetes\n")
    if not call.flags["force"] and not confirmed(call):
        return 0
    removing = lifecycle.deinit(
        SessionClient(Session(host)),
        call.flags["namespace"],
        purge_namespace=call.flags["purge-namespace"],
        dry_run=call.flags["dry-run"],
        progress=lambda line: print(line, file=call.out),
    )
    asyncio.run(removing)
    call.out.write(_KEPT if edition_of(host) == ARTICLE else f"{_KEPT}{_WHERE}")
    return 0


def confirmed(call: Call) -> bool:
    """What the user answers. No answer at all is an error, as it is for the real one."""
    while True:
        call.out.write("Please type (y)es or (n)o and then press enter:")
        call.out.flush()
        said = sys.stdin.readline()
        if not said:
            raise CommandError("unexpected newline", hint=say("To go on without being asked: --force"))
        answer = said.strip().lower()
        if answer in ("y", "yes"):
            return True
        if answer in ("n", "no"):
            return False


COMMAND = Command(
    "deinit",
    "Remove the Karmada control plane from the Kubernetes cluster",
    run,
    (
        Flag("kubeconfig", "Path to the kubeconfig of the host cluster."),
        Flag("context", "The context of that kubeconfig to use."),
        Flag("namespace", "The namespace of Karmada's components.", "n", "karmada-system"),
        switch("force", "Do not ask.", "f"),
        switch("purge-namespace", "Delete the namespace as well."),
        DRY_RUN,
    ),
    ("deinit",),
)
