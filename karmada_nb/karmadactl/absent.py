"""Commands of the real karmadactl that this one does not have, and what to do instead."""

from collections.abc import Callable

from karmada_nb.karmadactl.command import Call, Command
from karmada_nb.karmadactl.failures import CommandError
from karmada_nb.language import say


def _refuse(name: str, why: str, instead: str) -> Callable[[Call], int]:
    def run(call: Call) -> int:
        raise CommandError(f"karmadactl {name}: {why}", hint=say(instead))

    return run


_PULL = "the members of a lab are in Push mode, and Pull mode needs an agent that runs in the member"
_JOIN = "Register a cluster with: karmadactl join CLUSTER_NAME --cluster-kubeconfig=<KUBECONFIG>"

TOKEN = Command(
    "token", "Manage bootstrap tokens (Pull mode, not in labs)", _refuse("token", _PULL, _JOIN), lifts=True
)
REGISTER = Command(
    "register", "Register a cluster in Pull mode (not in labs)", _refuse("register", _PULL, _JOIN), lifts=True
)
UNREGISTER = Command(
    "unregister",
    "Remove a cluster of Pull mode (not in labs)",
    _refuse("unregister", _PULL, "Remove a cluster with: karmadactl unjoin CLUSTER_NAME"),
    lifts=True,
)
COMPLETION = Command(
    "completion",
    "Output shell completion code (not in labs)",
    _refuse("completion", "there is no completion for the lab's karmadactl", "Use the real karmadactl's."),
    lifts=True,
)
