"""One cluster: store, API, controllers and nodes, wired. HTTP is optional: tests live without it."""

import ssl
from dataclasses import dataclass, field, replace
from typing import Any, Final

from karmada_nb.engine import bootstrap, meta
from karmada_nb.engine.apiserver import builtin, flowcontrol
from karmada_nb.engine.apiserver.admission import default_plugins
from karmada_nb.engine.apiserver.admission.certificates import CertificateRequests
from karmada_nb.engine.apiserver.admission.chain import Chain, Plugin
from karmada_nb.engine.apiserver.admission.mutating_policy import MutatingAdmissionPolicy
from karmada_nb.engine.apiserver.admission.policy import ValidatingAdmissionPolicy
from karmada_nb.engine.apiserver.admission.webhooks.plugin import (
    MUTATING,
    VALIDATING,
    MutatingWebhooks,
    ValidatingWebhooks,
)
from karmada_nb.engine.apiserver.auth.jwt import Signer
from karmada_nb.engine.apiserver.crd.registrar import Registrar
from karmada_nb.engine.apiserver.http import setup
from karmada_nb.engine.apiserver.http.aggregation import dialing
from karmada_nb.engine.apiserver.http.aggregation.sweeping import Sweeper
from karmada_nb.engine.apiserver.http.asking import Asking, Caller
from karmada_nb.engine.apiserver.http.server import ApiServer
from karmada_nb.engine.apiserver.rbac.authorizer import Authorizer
from karmada_nb.engine.apiserver.rbac.bootstrap import bootstrap_objects
from karmada_nb.engine.apiserver.rbac.escalation import EscalationGuard
from karmada_nb.engine.apiserver.resource import Registry
from karmada_nb.engine.apiserver.resource import Resource as Served
from karmada_nb.engine.apiserver.schema.catalogue import BUILT_IN
from karmada_nb.engine.apiserver.verbs.api import Api, StoreReader
from karmada_nb.engine.apiserver.verbs.call import Call, User
from karmada_nb.engine.controllers import apiservices, availability
from karmada_nb.engine.controllers.clusterrole_aggregation import ClusterRoleAggregation
from karmada_nb.engine.controllers.context import Context
from karmada_nb.engine.controllers.flowschemas import FlowSchemaStatus
from karmada_nb.engine.controllers.garbage import GarbageCollector
from karmada_nb.engine.controllers.namespace import NamespaceController
from karmada_nb.engine.controllers.service_addresses import ServiceAddresses, ServiceBlocks
from karmada_nb.engine.controllers.serviceaccount import RootCertificatePublisher, ServiceAccountController
from karmada_nb.engine.controllers.serviceaccount_legacy import LAST_MINOR, ReferencedTokens
from karmada_nb.engine.controllers.serviceaccount_tokens import TokenController
from karmada_nb.engine.controllers.signing import CertificateSigner, Sign
from karmada_nb.engine.meta import Object
from karmada_nb.engine.pki import FrontProxy
from karmada_nb.engine.runtime.client import Client, Resource
from karmada_nb.engine.runtime.clock import Clock
from karmada_nb.engine.runtime.compaction import Compactor
from karmada_nb.engine.runtime.controller import Controller, Manager, Runner
from karmada_nb.engine.runtime.local import LocalClient, LocalInformers
from karmada_nb.engine.store import Journal, Store, StoreKey

MANAGER: Final = "kube-controller-manager"


@dataclass(frozen=True, slots=True)
class Settings:
    """What sets one cluster apart. ``version`` is the ``gitVersion`` it tells."""

    name: str
    version: str
    address: str = "127.0.0.1"
    port: int = 0
    dns: bool = True
    disabled_plugins: frozenset[str] = frozenset()
    """``--disable-admission-plugins``."""
    plugins: tuple[Plugin, ...] = field(default=())
    """Admission beyond the built-in: Karmada's webhooks."""
    in_process: frozenset[str] = frozenset()
    """Webhook configurations whose webhooks are among ``plugins``, and APIServices that are served in here:
    nobody is called for them."""
    front_proxy: FrontProxy | None = None
    """How extension API servers know this one."""


class Cluster:
    """An API with the controllers that every API server needs behind it; ``add`` brings more."""

    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        signer: Signer,
        ca_bundle: str,
        journal: Journal | None = None,
    ) -> None:
        self.settings = settings
        self.clock = clock
        self.store = Store(journal)
        self.registry = Registry()
        self.registry.add(*builtin.resources(BUILT_IN, minor_of(settings.version)))
        plugins = default_plugins(settings.disabled_plugins, self._configured())
        authorizer = Authorizer(self.store)
        chain = Chain([*plugins, *settings.plugins, EscalationGuard(authorizer)])
        self.api = Api(self.store, self.registry, clock, chain)
        self.caller = Caller(StoreReader(self.store))
        self.api.outside = Asking(self.caller, self._asks)
        self.informers = LocalInformers(self.api)
        self.server: ApiServer = setup.build(
            self.api,
            signer,
            version_info(settings.version),
            authorizer,
            in_process=settings.in_process,
            front_proxy=settings.front_proxy,
        )
        self._registrar = Registrar(self.api)
        self._compactor = Compactor(self.store, clock)
        self._manager = Manager(clock)
        self._ca_bundle = ca_bundle
        self._garbage: Runner | None = None

    @property
    def name(self) -> str:
        return self.settings.name

    def client_as(self, component: str, manager: str = MANAGER) -> Client:
        """A client that acts in process as a system component."""
        user = User(f"system:serviceaccount:kube-system:{component}", ("system:masters",))
        return LocalClient(self.api, user, manager)

    def pod_token(self, pod: Object, audience: str, seconds: int) -> str:
        """A token of the service account that a pod runs as, bound to the pod. Raises LookupError."""
        name = meta.dig(pod, "spec", "serviceAccountName", default="default")
        record = self.store.get(StoreKey("serviceaccounts", meta.namespace(pod), name))
        if record is None:
            raise LookupError(f'serviceaccounts "{name}" not found')
        tokens = self.server.authenticator.service_accounts
        token, _ = tokens.mint(record.object, [audience or tokens.issuer], seconds, ("pod", pod))
        return token

    def context(self) -> Context:
        minor = minor_of(self.settings.version)
        return Context(self.client_as, self.informers, self.clock, minor, self.served)

    def start(self) -> None:
        """Bring up the API and the controllers that every cluster has."""
        self._registrar.start()
        call = Call(manager="kube-apiserver", track=False)
        wanted = bootstrap.objects(bootstrap.ADVERTISED, 6443, dns=self.settings.dns)
        wanted = [*wanted, *bootstrap_objects(), *flowcontrol.bootstrap_objects(), *self._front_proxy()]
        if minor_of(self.settings.version) >= bootstrap.FIRST_TRACKING:
            wanted.append(bootstrap.token_tracking(self.clock.now()))
        bootstrap.ensure(self.api, wanted, call)
        registered = [apiservices.local(*found) for found in self._served_here()]
        bootstrap.register(self.api, registered, availability.LOCAL)
        self.store.compact()
        self._compactor.start()
        context = self.context()
        garbage = GarbageCollector(context, self.of_kind)
        self._garbage = self._manager.run(garbage)
        self._follow(garbage)
        self.registry.on_change(lambda: self._follow(garbage))
        aggregator = self.server.aggregator
        own = replace(context, client_as=lambda component: self.client_as(component, "kube-apiserver"))
        tokens = self.server.authenticator.service_accounts
        self.add(
            NamespaceController(context, self.namespaced, Sweeper(aggregator.services, aggregator.dialer)),
            RootCertificatePublisher(context, self._ca_bundle),
            ServiceAccountController(context),
            TokenController(context, tokens.mint_legacy, self._ca_bundle),
            ClusterRoleAggregation(context),
            FlowSchemaStatus(context),
            ServiceAddresses(context),
            ServiceBlocks(context),
            apiservices.AutoRegister(own, self._served_here),
            availability.Availability(own, aggregator.probe, self.settings.in_process),
            *([ReferencedTokens(context)] if context.minor <= LAST_MINOR else []),
        )

    def add(self, *controllers: Controller) -> None:
        """Run more controllers."""
        self._manager.start(controllers)

    def sign_requests(self, sign: Sign) -> None:
        """Have approved CertificateSigningRequests signed."""
        self.add(CertificateSigner(self.context(), sign))

    async def listen(self, tls: ssl.SSLContext) -> int:
        """Serve HTTPS; returns the port. Raises OSError if it is taken."""
        return await self.server.start(tls, self.settings.address, self.settings.port)

    async def stop(self) -> None:
        await self.server.close()
        await self.caller.close()
        self._compactor.stop()
        await self._manager.stop()
        await self.store.close()

    def of_kind(self, api_version: str, kind: str) -> Resource | None:
        """The resource of an object by its apiVersion and kind."""
        found = self.registry.of_kind(api_version, kind)
        return None if found is None else Resource(found.group, found.version, found.plural)

    def served(self, group: str, plural: str) -> Resource | None:
        """A resource by its group and plural, in the first version of it that is served."""
        return next((r for r in self.resources() if (r.group, r.plural) == (group, plural)), None)

    def resources(self) -> list[Resource]:
        """Everything stored, each in one version."""
        seen: dict[str, Resource] = {}
        for found in self.registry:
            seen.setdefault(found.storage, Resource(found.group, found.version, found.plural))
        return list(seen.values())

    def namespaced(self) -> list[Resource]:
        """Those of ``resources`` whose objects live in namespaces."""
        return [r for r in self.resources() if self.is_namespaced(r)]

    def is_namespaced(self, resource: Resource) -> bool:
        found = self.registry.find(*resource)
        return found is not None and found.namespaced

    def _served_here(self) -> set[tuple[str, str]]:
        """The groups and versions that are to have an APIService without a server of its own."""
        found = {(info.group, info.version) for info in self.server.infos()}
        return {
            (group, version)
            for group, version in found
            if group != "apiregistration.k8s.io" and f"{version}.{group}" not in self.settings.in_process
        }

    def _front_proxy(self) -> list[Object]:
        proxy = self.settings.front_proxy
        return [] if proxy is None else [dialing.configuration(proxy, self._ca_bundle)]

    def _configured(self) -> list[Plugin]:
        """Admission that objects in the store configure."""
        return [
            CertificateRequests(self.clock),
            MutatingAdmissionPolicy(self._equivalents, self.registry.of_kind),
            MutatingWebhooks(self._equivalents, self.settings.in_process),
            ValidatingAdmissionPolicy(self._equivalents, self.registry.of_kind),
            ValidatingWebhooks(self._equivalents, self.settings.in_process),
        ]

    def _equivalents(self, resource: Served) -> list[Served]:
        return [r for r in self.registry if r.storage == resource.storage and r is not resource]

    def _asks(self) -> bool:
        """Whether there are webhooks that have to be called."""
        return any(
            record.key.name not in self.settings.in_process
            for storage in (MUTATING, VALIDATING)
            if self.store.count(storage)
            for record in self.store.items(storage)
        )

    def _follow(self, garbage: GarbageCollector) -> None:
        assert self._garbage is not None
        for resource in self.resources():
            if resource.plural == "events":
                continue
            watch = garbage.follow(resource)
            if watch is not None:
                self._garbage.add(watch)


def minor_of(git_version: str) -> int:
    """``v1.23.8+k3s2`` -> 23."""
    return int(git_version.split(".")[1])


_EMULATES: Final = 33
"""Since this minor version a server says which ones it is compatible with."""


def _compatibility(minor: int) -> dict[str, str]:
    return {
        "emulationMajor": "1",
        "emulationMinor": str(minor),
        "minCompatibilityMajor": "1",
        "minCompatibilityMinor": str(minor - 1),
    }


def version_info(git_version: str) -> dict[str, Any]:
    """What ``/version`` says."""
    major, minor, *_ = git_version.lstrip("v").split(".")
    return {
        "major": major,
        "minor": minor,
        **(_compatibility(int(minor)) if int(minor) >= _EMULATES else {}),
        "gitVersion": git_version,
        "gitCommit": "",
        "gitTreeState": "clean",
        "buildDate": "2026-01-01T00:00:00Z",
        "goVersion": "go1.25.0",
        "compiler": "gc",
        "platform": "linux/amd64",
    }
