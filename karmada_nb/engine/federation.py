"""The host cluster, the members, and the Karmada control plane: one lab in one process.

The control plane runs while the host cluster has the deployment ``karmada-system/karmada-apiserver``:
``karmadactl init`` makes it there and ``karmadactl deinit`` takes it away. Flags in the commands of
``karmada-controller-manager`` and ``karmada-webhook`` are heeded: when they change, the control plane
restarts.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from karmada_nb.engine import meta, pki
from karmada_nb.engine.apiserver.auth.jwt import Signer
from karmada_nb.engine.apiserver.http import streams
from karmada_nb.engine.cluster import Cluster, Settings
from karmada_nb.engine.controllers import workload_controllers
from karmada_nb.engine.controllers.context import DEPLOYMENTS
from karmada_nb.engine.karmada import control_plane, flags
from karmada_nb.engine.karmada.constants import CURRENT, Edition
from karmada_nb.engine.karmada.control_plane import ControlPlane
from karmada_nb.engine.karmada.gates import FeatureGates
from karmada_nb.engine.karmada.lifecycle.init import API_SERVER_DEPLOYMENT, SYSTEM_NAMESPACE
from karmada_nb.engine.karmada.options import EvictionFlags, Options
from karmada_nb.engine.meta import Key
from karmada_nb.engine.network.routes import Wire
from karmada_nb.engine.nodes import Nodes, Place
from karmada_nb.engine.runtime.clock import Clock
from karmada_nb.engine.runtime.controller import DONE, Result, Watch
from karmada_nb.engine.runtime.informer import Event
from karmada_nb.engine.state import Plan, StateFolder
from karmada_nb.engine.store import Journal

log: Final = logging.getLogger(__name__)
HOST: Final = "control-plane"
ADDRESS: Final = "127.0.0.1"
DEPLOYMENT: Final = Key(SYSTEM_NAMESPACE, API_SERVER_DEPLOYMENT)
CONTROLLER_MANAGER: Final = Key(SYSTEM_NAMESPACE, "karmada-controller-manager")
WEBHOOK: Final = Key(SYSTEM_NAMESPACE, "karmada-webhook")
SCHEDULER: Final = Key(SYSTEM_NAMESPACE, "karmada-scheduler")
SERVER_VERSIONS: Final[dict[str, str]] = {"article": "v1.23.8+k3s2", CURRENT: "v1.36.2+k3s1"}
"""What the clusters say they run; Karmada's own API server is a plain kube-apiserver of that line."""
KARMADA_VERSIONS: Final[dict[str, str]] = {"article": "v1.23.8", CURRENT: "v1.36.2"}
SHARED_RANGE: Final = "10.42"
"""k3s gives pods the same addresses in every cluster, unless it is told otherwise."""
FIRST_RANGE, MOST_RANGES = 44, 211
"""10.44 to 10.255: the host cluster's, then those of so many members."""
FIRST_NODE: Final = 3
ADMIN: Final = "system:admin"
MASTERS: Final = "system:masters"


@dataclass(frozen=True, slots=True)
class Site:
    """A cluster with nodes."""

    cluster: Cluster
    nodes: Nodes


_FLAGGED: Final = frozenset((DEPLOYMENT, CONTROLLER_MANAGER, WEBHOOK, SCHEDULER))
"""The deployments whose changes the control plane follows."""


class Federation:
    """``journal`` gives each cluster its place on disk; without it all is gone with the process."""

    def __init__(
        self, plan: Plan, folder: StateFolder, clock: Clock, journal: Callable[[str], Journal] | None = None
    ) -> None:
        self.plan = plan
        self.edition: Edition = "article" if plan.edition == "article" else CURRENT
        self._options = Options(
            FeatureGates.parse(plan.feature_gates),
            EvictionFlags(no_execute_taints=plan.no_execute_eviction),
            allow_no_execute_taint_policy=plan.no_execute_eviction,
        )
        self._folder = folder
        self._clock = clock
        self._journal = journal
        self.keys = pki.State(folder.pki, clock.now())
        self._signer = Signer(self.keys.signing_key)
        names = [HOST, *(f"k3d-cluster-{i}" for i in range(1, plan.members + 1))]
        self._wire = Wire()
        self.sites = {
            name: self._site(index, name, port)
            for index, (name, port) in enumerate(zip(names, plan.ports, strict=True))
        }
        self.karmada: ControlPlane | None = None
        self.ready = asyncio.Event()
        """Set while the control plane serves."""

    @property
    def options(self) -> Options:
        """What the control plane is to run with: as the lab was planned, and as its deployments say."""
        deployed = self.host.informers(*DEPLOYMENTS)
        options = flags.of_controller_manager(deployed.get(CONTROLLER_MANAGER), self._options)
        options = flags.of_webhook(deployed.get(WEBHOOK), options)
        return flags.of_scheduler(deployed.get(SCHEDULER), options)

    @property
    def host(self) -> Cluster:
        return self.sites[HOST].cluster

    def member_names(self) -> list[str]:
        return [name for name in self.sites if name != HOST]

    def _site(self, index: int, name: str, port: int) -> Site:
        settings = Settings(
            name, SERVER_VERSIONS[self.edition], ADDRESS, port, front_proxy=self.keys.front_proxy()
        )
        cluster = Cluster(settings, self._clock, self._signer, self._bundle, self._open(name))
        prefix = name if name.startswith("k3d-") else f"k3d-{name}"
        names = [f"{prefix}-server-0", *(f"{prefix}-agent-{i}" for i in range(self.plan.nodes - 1))]
        pods = pod_range(index) if self.plan.own_pod_ranges else SHARED_RANGE
        nodes = Nodes(cluster, names, Place(pods, FIRST_NODE + index * self.plan.nodes, self._wire))
        streams.install(cluster.server, nodes.runtime)
        cluster.caller.network = nodes.network
        return Site(cluster, nodes)

    @property
    def _bundle(self) -> str:
        return self.keys.authority.certificate.decode()

    def _open(self, name: str) -> Journal | None:
        return self._journal(name) if self._journal is not None else None

    async def start(self) -> None:
        """Bring up every cluster, serve it, and write its kubeconfig."""
        for index, (name, site) in enumerate(self.sites.items()):
            site.cluster.start()
            site.cluster.sign_requests(self.keys.authority.sign)
            site.cluster.add(*workload_controllers(site.cluster.context()))
            site.cluster.api.components.running |= {"controller-manager", "scheduler"}
            site.nodes.start()
            await site.cluster.listen(self.keys.server_context(name))
            self._write_kubeconfig(index, name, site.cluster)
        self.host.add(Installer(self))

    @property
    def installed(self) -> bool:
        """Whether the host cluster has Karmada's deployment: then the control plane runs, or soon will."""
        return self.host.informers(*DEPLOYMENTS).get(DEPLOYMENT) is not None

    @property
    def outdated(self) -> bool:
        """Whether the control plane runs with other flags than its deployments say."""
        return self.karmada is not None and self.karmada.plane.options != self.options

    async def stop(self) -> None:
        await self.uninstall()
        for site in self.sites.values():
            await site.nodes.stop()
            await site.cluster.stop()

    async def install(self) -> None:
        """Start the control plane, and write its kubeconfig."""
        if self.karmada is not None:
            return
        options = self.options
        settings = control_plane.settings(
            self.edition, KARMADA_VERSIONS[self.edition], ADDRESS, self.plan.karmada_port, options
        )
        plane = ControlPlane(
            settings,
            self._clock,
            self._signer,
            self._bundle,
            self.edition,
            self.find,
            self._open(control_plane.NAME),
            options,
            self.host.informers(*DEPLOYMENTS),
        )
        # About to make room for one with other flags, or while it stops, it is not ready: who waits sees it.
        ready = plane.cluster.server.paths.health.checks
        ready["shutdown"] = lambda: self.karmada is plane and not self.outdated
        await plane.start()
        await plane.cluster.listen(self.keys.server_context(control_plane.NAME))
        self.karmada = plane
        client = self.keys.client("karmada-admin", ADMIN, (MASTERS,))
        server = f"https://{ADDRESS}:{self.plan.karmada_port}"
        config = pki.kubeconfig(
            server,
            self.keys.authority.certificate,
            name="karmada-apiserver",
            user="karmada-admin",
            client=client,
        )
        pki.write_kubeconfig(self._folder.karmada_config, config)
        self.ready.set()
        log.info("Karmada serves at %s", server)

    async def uninstall(self) -> None:
        """Stop the control plane. What it made in the members stays."""
        plane, self.karmada = self.karmada, None
        self.ready.clear()
        if plane is not None:
            await plane.stop()

    def find(self, endpoint: str) -> Cluster | None:
        """The cluster of this process that listens at an endpoint."""
        parts = urlsplit(endpoint)
        if parts.hostname not in (ADDRESS, "localhost"):
            return None
        for site in self.sites.values():
            if site.cluster.settings.port == parts.port:
                return site.cluster
        return None

    def _write_kubeconfig(self, index: int, name: str, cluster: Cluster) -> None:
        title = name if name.startswith("k3d-") else f"k3d-{name}"
        config = pki.kubeconfig(
            f"https://{ADDRESS}:{cluster.settings.port}",
            self.keys.authority.certificate,
            name=title,
            user=f"admin@{title}",
            client=self.keys.client(f"admin-{name}", ADMIN, (MASTERS,)),
        )
        pki.write_kubeconfig(self._folder.kubeconfig(index), config)


def pod_range(index: int) -> str:
    """10.44, 10.45, ...: the first octets of a cluster's own pods; services have 10.43 everywhere."""
    return f"10.{FIRST_RANGE + index}"


class Installer:
    """Runs the control plane while the host cluster has its deployment."""

    name = "karmada-installer"

    def __init__(self, federation: Federation) -> None:
        self._federation = federation
        self._deployments = federation.host.informers(*DEPLOYMENTS)

    def watches(self) -> list[Watch]:
        return [Watch(self._deployments, _of_karmada)]

    async def reconcile(self, key: Key) -> Result:
        federation = self._federation
        if not federation.installed or federation.outdated:
            await federation.uninstall()
        if federation.installed:
            await federation.install()
        return DONE


def _of_karmada(event: Event) -> Iterable[Key]:
    """One key for all: what they ask for is done one after the other."""
    return (DEPLOYMENT,) if meta.key(event.object) in _FLAGGED else ()
