"""An API server on a random port, for tests: all built-in resources, no controllers."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from karmada_nb.engine import pki
from karmada_nb.engine.apiserver import builtin
from karmada_nb.engine.apiserver.admission.chain import Chain
from karmada_nb.engine.apiserver.auth.jwt import Signer
from karmada_nb.engine.apiserver.http.server import ApiServer
from karmada_nb.engine.apiserver.http.setup import build
from karmada_nb.engine.apiserver.rbac.authorizer import Authorizer
from karmada_nb.engine.apiserver.rbac.bootstrap import bootstrap_objects
from karmada_nb.engine.apiserver.rbac.escalation import EscalationGuard
from karmada_nb.engine.apiserver.resource import Registry
from karmada_nb.engine.apiserver.schema.catalogue import BUILT_IN
from karmada_nb.engine.apiserver.verbs.api import Api
from karmada_nb.engine.apiserver.verbs.call import Call, User
from karmada_nb.engine.runtime.clock import SystemClock
from karmada_nb.engine.store import Store

VERSION = {"major": "1", "minor": "36", "gitVersion": "v1.36.2", "platform": "linux/amd64"}


@dataclass
class Serving:
    """A running server, and clients for it."""

    server: ApiServer
    api: Api
    state: pki.State
    port: int

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    def context(self, user: str = "", groups: Iterable[str] = ()) -> ssl.SSLContext:
        """TLS as a client with this user's certificate, or with none."""
        context = ssl.create_default_context(cadata=self.state.authority.certificate.decode())
        if user:
            self.state.client(user, user, groups)
            context.load_cert_chain(self.state.folder / f"{user}.crt", self.state.folder / f"{user}.key")
        return context

    def session(
        self, user: str = "admin", groups: Iterable[str] = ("system:masters",)
    ) -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(ssl=self.context(user, groups))
        return aiohttp.ClientSession(self.url, connector=connector)

    def kubeconfig(self, path: Path) -> Path:
        pair = self.state.client("admin", "admin", ["system:masters"])
        config = pki.kubeconfig(self.url, self.state.authority.certificate, name="test", client=pair)
        pki.write_kubeconfig(path, config)
        return path


@asynccontextmanager
async def serving(
    folder: Path, static: dict[str, User] | None = None, port: int = 0, store: Store | None = None
) -> AsyncIterator[Serving]:
    """Start a server with its keys in ``folder``."""
    clock = SystemClock()
    store = store or Store()
    authorizer = Authorizer(store)
    registry = Registry()
    registry.add(*builtin.resources(BUILT_IN))
    api = Api(store, registry, clock, Chain([EscalationGuard(authorizer)]))
    for obj in bootstrap_objects() if not store.revision else ():
        resource = api.registry.of_kind(obj["apiVersion"], obj["kind"])
        assert resource is not None
        api.create(resource, obj["metadata"].get("namespace", ""), obj, Call(track=False))
    state = pki.State(folder, clock.now())
    server = build(api, Signer(state.signing_key), VERSION, authorizer, static=static)
    taken = await server.start(state.server_context("test"), port=port)
    try:
        yield Serving(server, api, state, taken)
    finally:
        await server.close()
