"""``karmadactl cordon`` and ``uncordon``. Follows pkg/karmadactl/cordon/cordon.go."""

from typing import Final

from karmada_nb.engine.karmada.constants import TAINT_CLUSTER_UNSCHEDULER
from karmada_nb.engine.meta import Object, dig
from karmada_nb.engine.runtime.client import MERGE_PATCH
from karmada_nb.karmadactl.command import DRY_RUN, KARMADA, Call, Command
from karmada_nb.karmadactl.failures import CommandError

_TAINT: Final = {"key": TAINT_CLUSTER_UNSCHEDULER, "effect": "NoSchedule"}


def cordon(call: Call) -> int:
    return _set(call, "cordon")


def uncordon(call: Call) -> int:
    return _set(call, "uncordon")


def _set(call: Call, verb: str) -> int:
    if not call.arguments:
        raise CommandError("cluster name is required")
    if len(call.arguments) > 1:
        raise CommandError("more than one cluster name is not supported")
    name = call.arguments[0]
    path = f"/apis/cluster.karmada.io/v1alpha1/clusters/{name}"
    taints: list[Object] = dig(call.karmada.get(path), "spec", "taints", default=[])
    others = [taint for taint in taints if not _is(taint)]
    cordoned = len(others) < len(taints)
    if cordoned == (verb == "cordon"):
        call.out.write(f"{name} cluster already {verb}ed\n")
        return 0
    if not call.flags["dry-run"]:
        wanted = [*taints, _TAINT] if verb == "cordon" else others
        patch = {"spec": {"taints": wanted or None}}
        call.karmada.request("PATCH", path, patch, content_type=MERGE_PATCH)
    call.out.write(f"{name} cluster {verb}ed\n")
    return 0


def _is(taint: Object) -> bool:
    return taint.get("key") == TAINT_CLUSTER_UNSCHEDULER and taint.get("effect") == "NoSchedule"


CORDON = Command(
    "cordon CLUSTER", "Mark cluster as unschedulable", cordon, (*KARMADA, DRY_RUN), ("cordon member1",)
)
UNCORDON = Command(
    "uncordon CLUSTER", "Mark cluster as schedulable", uncordon, (*KARMADA, DRY_RUN), ("uncordon member1",)
)
