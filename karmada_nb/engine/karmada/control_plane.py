"""The Karmada control plane: an API server with Karmada's resources and webhooks, and the controllers."""

from typing import Final

from karmada_nb.engine.apiserver.auth.jwt import Signer
from karmada_nb.engine.cluster import Cluster, Settings
from karmada_nb.engine.karmada import metrics_adapter
from karmada_nb.engine.karmada.addons import Addons
from karmada_nb.engine.karmada.aggregated import AggregatedComponent
from karmada_nb.engine.karmada.api.resource import cluster_resource
from karmada_nb.engine.karmada.connections import Connections, Lookup
from karmada_nb.engine.karmada.constants import Edition
from karmada_nb.engine.karmada.controllers.channel import Channel
from karmada_nb.engine.karmada.controllers.member_side import member_side
from karmada_nb.engine.karmada.controllers.policy_side import policy_side
from karmada_nb.engine.karmada.interpretation import ResourceInterpreter
from karmada_nb.engine.karmada.lifecycle.init import install_karmada
from karmada_nb.engine.karmada.metrics_adapter import MetricsAdapter
from karmada_nb.engine.karmada.options import Options
from karmada_nb.engine.karmada.plane import Plane, Served
from karmada_nb.engine.karmada.proxy import ClusterProxy
from karmada_nb.engine.karmada.search import serving as search_serving
from karmada_nb.engine.karmada.search.serving import SearchServing
from karmada_nb.engine.karmada.webhooks import Webhooks
from karmada_nb.engine.runtime.client import Client
from karmada_nb.engine.runtime.clock import Clock
from karmada_nb.engine.runtime.informer import Informer
from karmada_nb.engine.store import Journal

NAME: Final = "karmada-apiserver"
DEFAULTS: Final = Options()
NO_DEPLOYMENTS: Final = Channel()
IN_PROCESS: Final = ("mutating-config", "validating-config", "v1alpha1.cluster.karmada.io")
"""The webhook configurations and the APIService whose servers are always here."""
DISABLED_PLUGINS: Final = frozenset(("ServiceAccount", "StorageObjectInUseProtection"))
"""Pods do not run in this API server, and nothing here would ever free a claim that is protected."""


class ControlPlane:
    """``lookup`` finds the clusters of this process by their endpoint; all others are reached by HTTPS.

    ``deployments`` are those of the host cluster, where Karmada's optional components are deployed.
    """

    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        signer: Signer,
        ca_bundle: str,
        edition: Edition,
        lookup: Lookup,
        journal: Journal | None = None,
        options: Options = DEFAULTS,
        deployments: Informer = NO_DEPLOYMENTS,
    ) -> None:
        self.edition = edition
        self._ca_bundle = ca_bundle
        self.cluster = Cluster(settings, clock, signer, ca_bundle, journal)
        self.cluster.registry.add(cluster_resource(edition, clock))
        self.connections = Connections(self.cluster.informers, clock, lookup)
        self.plane = Plane(
            client_as=self._client_as,
            informers=self.cluster.informers,
            served=Served(
                self.cluster.of_kind,
                self.cluster.resources,
                self.cluster.is_namespaced,
                self.cluster.registry.on_change,
            ),
            members=self.connections,
            interpreter=ResourceInterpreter(self.cluster.informers, self.cluster.caller, clock, edition),
            clock=clock,
            edition=edition,
            addons=Addons(deployments),
            options=options,
        )

    async def start(self) -> None:
        """Bring up the API, then the controllers. A restart finds everything in place."""
        self.cluster.start()
        await install_karmada(self._client_as("karmadactl"), self.edition, self._ca_bundle)
        self.plane.interpreter.start()
        proxy = ClusterProxy(self.plane)
        self.cluster.server.mount("cluster.karmada.io", "clusters", proxy.handle, subresource="proxy")
        self.connections.start()
        if not self.plane.article:
            search = SearchServing(self.plane, self.cluster, proxy)
            adapter = MetricsAdapter(self.plane, self.cluster.server)
            self.cluster.add(*(AggregatedComponent(self.plane, each) for each in (search, adapter)))
        self.cluster.add(*policy_side(self.plane), *member_side(self.plane))

    async def stop(self) -> None:
        await self.connections.close()
        await self.cluster.stop()

    def _client_as(self, component: str) -> Client:
        return self.cluster.client_as(component, manager=component)


def settings(
    edition: Edition, version: str, address: str, port: int, options: Options = DEFAULTS
) -> Settings:
    """How Karmada's API server differs from a cluster's: no pods, no service accounts, webhooks."""
    return Settings(
        NAME,
        version,
        address,
        port,
        dns=False,
        disabled_plugins=DISABLED_PLUGINS,
        plugins=(Webhooks(edition, options),),
        in_process=frozenset({*IN_PROCESS, search_serving.API_SERVICE, metrics_adapter.API_SERVICE}),
    )
