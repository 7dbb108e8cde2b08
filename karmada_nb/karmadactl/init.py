"""``karmadactl init`` on the host cluster of a lab: it lays out Karmada there, and the engine brings it up.

Follows pkg/karmadactl/cmdinit/cmdinit.go.
"""

import asyncio
import time
from pathlib import Path
from typing import Final

from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.karmada.lifecycle import common
from karmada_nb.engine.karmada.lifecycle import init as lifecycle
from karmada_nb.engine.karmada.plane import SECRETS
from karmada_nb.engine.meta import dig, name
from karmada_nb.karmadactl.client import SessionClient
from karmada_nb.karmadactl.command import Call, Command, no_arguments
from karmada_nb.karmadactl.failures import CommandError, ConnectionFailed
from karmada_nb.karmadactl.flags import Flag, integer
from karmada_nb.karmadactl.kubeconfig import REAL, Access, load
from karmada_nb.karmadactl.lab_host import lab_of
from karmada_nb.karmadactl.session import Session
from karmada_nb.language import say

_POLL: Final = 0.03
IGNORED: Final = (
    *("image-pull-policy", "image-pull-secrets", "private-image-registry", "kube-image-mirror-country"),
    *("kube-image-registry", "kube-image-tag", "cert-external-ip", "cert-external-dns"),
    *("cert-validity-period", "ca-cert-file", "ca-key-file", "storage-classes-name", "host-cluster-domain"),
    *("etcd-storage-mode", "etcd-image", "etcd-init-image", "etcd-replicas", "etcd-data"),
    *("etcd-node-selector-labels", "etcd-pvc-size", "crds", "config", "karmada-pki"),
    *("karmada-apiserver-advertise-address", "karmada-apiserver-image", "karmada-apiserver-replicas"),
    *("karmada-scheduler-image", "karmada-scheduler-replicas", "karmada-webhook-image"),
    *("karmada-webhook-replicas", "karmada-controller-manager-image", "karmada-controller-manager-replicas"),
    *("karmada-kube-controller-manager-image", "karmada-kube-controller-manager-replicas"),
    *("karmada-aggregated-apiserver-image", "karmada-aggregated-apiserver-replicas", "port"),
)
"""Flags of the real one that choose what a lab has no choice of."""


def run(call: Call) -> int:
    no_arguments(call, "init")
    host = load(call.kubeconfig, call.flags["context"])
    folder = lab_of(host)
    if folder is None:
        raise CommandError(
            f"expected the host cluster of a lab, found {host.server} in {host.path}",
            hint=say(
                "To install Karmada on a real cluster, use the real karmadactl. "
                "To start a lab: karmada-nb up --clusters-only"
            ),
        )
    for flag in IGNORED:
        if call.given(flag):
            call.err.write(f"--{flag} has no effect on a lab\n")
    call.access = host
    try:
        config = asyncio.run(_install(call, host, folder))
    except common.CommandError as error:
        raise CommandError(str(error)) from None
    place = Path(call.flags["karmada-data"])
    if call.given("karmada-data"):
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        copy = place / REAL.name
        copy.touch(mode=0o600)
        copy.write_bytes(config.read_bytes())
        config = copy
    call.out.write(_farewell(config))
    return 0


async def _install(call: Call, host: Access, folder: Path) -> Path:
    place, edition = call.flags["namespace"], call.edition
    deadline = time.monotonic() + (call.flags["wait-component-ready-timeout"] or float("inf"))

    def say(line: str) -> None:
        call.err.write(f"{line}\n")

    certificates = {"ca.crt": host.authority.decode()}
    cluster = SessionClient(Session(host))
    await lifecycle.install_host(cluster, edition, lifecycle.Files(certificates), place, say)
    config = folder / REAL.name
    karmada = _served(config, deadline)
    await lifecycle.install_karmada(SessionClient(karmada), edition, certificates["ca.crt"], place, say)
    files = lifecycle.Files(certificates, config.read_text())
    for secret in lifecycle.secrets(edition, files, place):
        await common.put(cluster, SECRETS, secret)
    await _ready(cluster, place, deadline)
    return config


def _served(config: Path, deadline: float) -> Session:
    """Karmada's API, as soon as it answers."""
    why = f"{config} did not appear"
    while time.monotonic() < deadline:
        if config.exists():
            session = Session(load(str(config)))
            try:
                session.get("/apis/cluster.karmada.io/v1alpha1/clusters")
            except (StatusError, ConnectionFailed) as error:
                why = str(error)
            else:
                return session
        time.sleep(_POLL)
    raise CommandError(
        f"Karmada's API server did not come up: {why}",
        hint=say("See what the engine says: tail {log}", log=config.parent / "engine.log"),
    )


async def _ready(host: SessionClient, place: str, deadline: float) -> None:
    """Wait until every component runs."""
    waiting: list[str] = []
    while time.monotonic() < deadline:
        found = await host.list(lifecycle.DEPLOYMENTS, place)
        waiting = [
            name(item)
            for item in found.items
            if dig(item, "status", "availableReplicas", default=0) < dig(item, "spec", "replicas", default=1)
        ]
        if not waiting:
            return
        await asyncio.sleep(_POLL)
    raise CommandError(
        f"wait component ready timeout: {', '.join(waiting)}",
        hint=say("See it with: {command}", command=f"kubectl --kubeconfig HOST get pods -n {place}"),
    )


def _farewell(config: Path) -> str:
    return f"""{"-" * 100}
Karmada is installed successfully.

Register Kubernetes cluster to Karmada control plane.

Register cluster with 'Push' mode

Step 1: Join the cluster. --cluster-kubeconfig names the kubeconfig of the member.
~# karmadactl --kubeconfig {config} join CLUSTER_NAME --cluster-kubeconfig=MEMBER_KUBECONFIG

Step 2: Show members of karmada
~# kubectl --kubeconfig {config} get clusters
"""


COMMAND = Command(
    "init",
    "Install the Karmada control plane in a Kubernetes cluster",
    run,
    (
        Flag("kubeconfig", "Path to the kubeconfig of the host cluster."),
        Flag("context", "The context of that kubeconfig to use."),
        Flag("namespace", "The namespace for Karmada's components.", "n", "karmada-system"),
        Flag("karmada-data", "The folder for Karmada's kubeconfig; the lab's own by default.", "d"),
        Flag("wait-component-ready-timeout", "Seconds that components may take; 0: any.", "", 120, integer),
        *(Flag(name, "No effect on a lab.", "p" if name == "port" else "") for name in IGNORED),
    ),
    ("init", "init --kubeconfig cp.kubeconfig"),
)
