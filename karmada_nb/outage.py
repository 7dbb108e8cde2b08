"""A member that Karmada loses, and its return: what lessons do to the control plane, and how it is undone.

Nothing happens to the cluster itself. Karmada is told to look for it at a port where nobody listens, and sees
what it would see of a cluster that has died, or of a line that is cut.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from karmada_nb.backends.base import HOST
from karmada_nb.chain import KARMADA
from karmada_nb.clusters import CLUSTERS
from karmada_nb.failures import LabError
from karmada_nb.manifests import Object

if TYPE_CHECKING:
    from karmada_nb.lab import Lab

TAINT_POLICIES: Final = "clustertaintpolicies.policy.karmada.io"
NOBODY: Final = 9
"""The port of the service "discard", which no machine offers any more."""
SYSTEM: Final = "karmada-system"
FLAGS: Final = {
    "karmada-controller-manager": (
        "--cluster-status-update-frequency=1s",
        "--cluster-failure-threshold=2s",
        "--cluster-success-threshold=2s",
        "--failover-eviction-timeout=2s",
        "--feature-gates=Failover=true",
        "--enable-no-execute-taint-eviction=true",
    ),
    "karmada-webhook": ("--allow-no-execute-taint-policy=true",),
    "karmada-scheduler": ("--feature-gates=Failover=false",),
}
"""What lessons add to the commands of Karmada's deployments."""


def cut(lab: Lab, cluster: str) -> None:
    """Have Karmada lose a member. Raises LabError on clusters that are not the lab's own."""
    if not lab.backend.disposable:
        raise LabError(
            "expected clusters of the lab's own, found some that were here before: nothing was cut. "
            "Try it in an embedded lab: Lab.open()"
        )
    address = lab.connect(cluster).endpoint.rpartition(":")[0]
    _look(lab, cluster, f"{address}:{NOBODY}")


def mend(lab: Lab, cluster: str) -> None:
    """Have Karmada find a member again, by its certificate; nothing to do where it was not lost."""
    if lab.backend.disposable:
        _look(lab, cluster, lab.connect(cluster).endpoint)


def flag(lab: Lab, deployment: str, *flags: str) -> None:
    """Add flags to the command of one of Karmada's deployments, and wait until it has restarted with them."""
    found = lab.get(f"deployments/{deployment}", HOST, SYSTEM)
    if found is not None:
        command = _container(found)["command"]
        _command(lab, deployment, [*command, *(word for word in flags if word not in command)])


def unflag(lab: Lab, deployment: str, *flags: str) -> None:
    """Take flags from the command of one of Karmada's deployments, and wait until it has restarted."""
    found = lab.get(f"deployments/{deployment}", HOST, SYSTEM)
    if found is not None:
        _command(lab, deployment, [word for word in _container(found)["command"] if word not in flags])


def over(lab: Lab) -> None:
    """Undo all that lessons do: members are found again and Ready, policies that taint and flags are gone."""
    karmada = lab.connect(KARMADA)
    lost = [name for name in lab.joined() if name in lab.members() and not _found_safely(lab, name)]
    for name in lost:
        mend(lab, name)
    if karmada.get("customresourcedefinitions", TAINT_POLICIES, None) is not None:
        for policy in karmada.list(TAINT_POLICIES, None):
            karmada.delete(TAINT_POLICIES, policy["metadata"]["name"], None)
    for name in lost:
        lab.wait(f"{CLUSTERS}/{name}", ready=True, timeout=120)
    for deployment, flags in FLAGS.items():
        unflag(lab, deployment, *flags)


def _look(lab: Lab, cluster: str, endpoint: str) -> None:
    changes = {"spec": {"apiEndpoint": endpoint, "insecureSkipTLSVerification": None}}
    lab.connect(KARMADA).patch(CLUSTERS, lab.connect(cluster).name, changes, None)


def _found_safely(lab: Lab, cluster: str) -> bool:
    """Whether Karmada looks for a member where it is, and believes its certificate only."""
    spec = (lab.get(f"{CLUSTERS}/{cluster}") or {}).get("spec") or {}
    at_home = spec.get("apiEndpoint") == lab.connect(cluster).endpoint
    return at_home and not spec.get("insecureSkipTLSVerification")


def _container(deployment: Object) -> dict[str, Any]:
    container: dict[str, Any] = deployment["spec"]["template"]["spec"]["containers"][0]
    return container


def _command(lab: Lab, deployment: str, command: list[str]) -> None:
    found = lab.get(f"deployments/{deployment}", HOST, SYSTEM)
    if found is None or _container(found)["command"] == command:
        return
    template = {"spec": {"containers": [{**_container(found), "command": command}]}}
    lab.connect(HOST).patch("deployments", deployment, {"spec": {"template": template}}, SYSTEM)
    lab.wait(f"deployments/{deployment}", ready=True, cluster=HOST, namespace=SYSTEM, timeout=120)
    lab.wait(lab.installed, "Karmada to answer again", timeout=120)
