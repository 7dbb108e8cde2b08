"""The HTTP server of one cluster: authentication, impersonation, authorization, then the right handler."""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Awaitable, Callable, Iterable, Mapping
from functools import partial
from typing import Any, Final

from aiohttp import web
from aiohttp.web_protocol import RequestHandler
from yarl import URL

from karmada_nb.engine.apiserver.auth import impersonation, users
from karmada_nb.engine.apiserver.auth.authenticator import Authenticator
from karmada_nb.engine.apiserver.auth.certificates import user_of
from karmada_nb.engine.apiserver.http import actions, connecting, negotiation, options, routes, target
from karmada_nb.engine.apiserver.http.actions import Action
from karmada_nb.engine.apiserver.http.aggregation.aggregator import Aggregator
from karmada_nb.engine.apiserver.http.exchange import Exchange, failure, is_human, page_not_found
from karmada_nb.engine.apiserver.http.fairness import Classifier
from karmada_nb.engine.apiserver.http.paths import PathHandler
from karmada_nb.engine.apiserver.http.resources import ResourceHandler
from karmada_nb.engine.apiserver.rbac.authorizer import Authorizer
from karmada_nb.engine.apiserver.resource import Resource
from karmada_nb.engine.apiserver.schema.catalogue import BUILT_IN, ResourceInfo, Subresource
from karmada_nb.engine.apiserver.verbs.api import Api
from karmada_nb.engine.apiserver.verbs.call import Call, User
from karmada_nb.engine.apiserver.verbs.write import new_uid
from karmada_nb.engine.errors import StatusError, internal

log: Final = logging.getLogger(__name__)

Handler = Callable[[Exchange], Awaitable[web.StreamResponse]]
_LINE: Final = 1 << 20
_BUILT_IN_GROUPS: Final = frozenset(info.group for info in BUILT_IN)


class Connections(web.Server):
    """aiohttp's server, which remembers for each connection who its certificate names."""

    def __init__(self, handler: Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]) -> None:
        super().__init__(
            handler,
            handler_cancellation=True,
            access_log=None,
            max_line_size=_LINE,
            max_field_size=_LINE,
            keepalive_timeout=600.0,
        )
        self.users: dict[RequestHandler, User | None] = {}

    def connection_made(self, handler: RequestHandler, transport: asyncio.Transport) -> None:
        super().connection_made(handler, transport)
        self.users[handler] = user_of(transport)

    def connection_lost(self, handler: RequestHandler, exc: BaseException | None = None) -> None:
        super().connection_lost(handler, exc)
        self.users.pop(handler, None)


class ApiServer:
    """Serves one ``Api``. ``acting``: resources that are not stored, with what they do (``act``)."""

    def __init__(
        self,
        api: Api,
        authenticator: Authenticator,
        authorizer: Authorizer,
        version: Mapping[str, Any],
        aggregator: Aggregator,
        acting: Iterable[ResourceInfo] = (),
    ) -> None:
        self.api = api
        self.aggregator = aggregator
        self.authenticator = authenticator
        self.authorizer = authorizer
        self._acting = {(i.group, i.version, i.plural): i for i in acting}
        self._actions: dict[tuple[str, str, str], tuple[ResourceInfo, str, Action]] = {}
        self._mounts: dict[tuple[str, str, str], Handler] = {}
        self._resources = ResourceHandler(api)
        self._classifier = Classifier(api.store)
        self.paths = PathHandler(
            api.registry,
            self.infos,
            version,
            authenticator.service_accounts,
            lambda: self.address,
            lambda: {name: api.store.count(name) for name in api.store.resources()},
            aggregator,
        )
        self._connections = Connections(self._handle)
        self._listener: asyncio.Server | None = None
        self.address = ""
        """host:port, once it listens."""

    def infos(self) -> list[ResourceInfo]:
        """Everything that discovery tells of."""
        return [*(resource.info for resource in self.api.registry), *self._acting.values()]

    def act(self, group: str, plural: str, action: Action, subresource: str = "") -> None:
        """Answer POSTs to a resource, or to a subresource, with what ``action`` returns."""
        info = next(i for i in BUILT_IN if (i.group, i.plural) == (group, plural))
        if subresource:
            part = info.subresource(subresource)
            assert part is not None
            body = ResourceInfo(part.group or group, part.version or info.version, part.kind, plural)
            self._actions[group, plural, subresource] = (body, part.kind, action)
        else:
            self._actions[group, plural, ""] = (info, info.kind, action)

    def mount(
        self,
        group: str,
        plural: str,
        handler: Handler,
        subresource: str = "",
        info: ResourceInfo | None = None,
    ) -> None:
        """Let ``handler`` serve a resource or subresource in every version, once authorization passed.

        ``info`` adds a resource to discovery that is not in the registry.
        """
        self._mounts[group, plural, subresource] = handler
        if info is not None:
            self._acting[info.group, info.version, info.plural] = info

    def unmount(self, group: str, plural: str, subresource: str = "") -> None:
        """Serve it no more, and take it out of discovery."""
        self._mounts.pop((group, plural, subresource), None)
        for key in [key for key in self._acting if (key[0], key[2]) == (group, plural)]:
            del self._acting[key]

    async def again(self, exchange: Exchange, raw_path: str) -> web.StreamResponse:
        """Answer the same request as if it had come to another path (with its query), from the same user."""
        raw, _, query_text = raw_path.partition("?")
        at, query = target.parse(raw), options.parse_query(query_text)
        request = exchange.request.clone(rel_url=URL(raw_path, encoded=True))
        verb = target.verb(at, request.method, query)
        passed = Exchange(request, at, query, verb, exchange.user)
        passed.accepted, passed.marks = exchange.accepted, exchange.marks
        return await self._allowed(passed, negotiation.accept(request.headers.get("Accept", "")))

    async def start(self, context: ssl.SSLContext, host: str = "127.0.0.1", port: int = 0) -> int:
        """Listen; returns the port. Raises OSError if it is taken."""
        loop = asyncio.get_running_loop()
        self._listener = await loop.create_server(
            self._connections, host, port, ssl=context, backlog=512, reuse_address=True
        )
        taken: int = self._listener.sockets[0].getsockname()[1]
        self.address = f"{host}:{taken}"
        return taken

    async def close(self) -> None:
        """Listen no more, and end what is still under way."""
        if self._listener is not None:
            self._listener.close()
        self._connections.pre_shutdown()
        await self._connections.shutdown(0.1)

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        accepted = negotiation.DEFAULT
        marks = {"Audit-Id": request.headers.get("Audit-Id") or new_uid()}
        response: web.StreamResponse
        try:
            found = negotiation.accept(request.headers.get("Accept", ""))
            if found is not None:
                accepted = found
            response = await self._dispatch(request, found, marks)
        except StatusError as error:
            response = failure(error, accepted, error.warnings)
        except (ConnectionError, asyncio.CancelledError):
            raise
        except Exception:
            log.exception("%s %s failed", request.method, request.raw_path)
            response = failure(internal("the server failed to answer this request"), accepted)
        if not response.prepared:
            response.headers.update(marks)
        return response

    async def _dispatch(
        self, request: web.BaseRequest, accepted: negotiation.Accepted | None, marks: dict[str, str]
    ) -> web.StreamResponse:
        """``marks`` takes the headers that every answer has."""
        headers = request.headers
        raw, _, query_text = request.raw_path.partition("?")
        at = target.parse(raw)
        query = options.parse_query(query_text)
        user = self.authenticator.authenticate(self._connections.users.get(request.protocol), headers)
        verb = target.verb(at, request.method, query)
        if impersonation.asked(headers):
            user = impersonation.impersonate(
                user,
                headers,
                self.authorizer.check,
                lambda who: Exchange(request, at, query, verb, who).attributes(),
            )
        exchange = Exchange(request, at, query, verb, user)
        exchange.marks = marks
        marks.update(self._classifier.headers(exchange))
        if accepted is not None:
            exchange.accepted = accepted
            if not accepted.kind and ("pretty" in query or is_human(request)):
                exchange.accepted = _prettier(accepted, query)
        return await self._allowed(exchange, accepted)

    async def _allowed(self, exchange: Exchange, accepted: negotiation.Accepted | None) -> web.StreamResponse:
        """The answer, if the user may have it."""
        at, headers = exchange.target, exchange.request.headers
        if users.MASTERS not in exchange.user.groups:
            self.authorizer.check(exchange.attributes())
        elsewhere = self.aggregator.services.serving(at)
        if elsewhere is not None:
            return await self.aggregator.handle(exchange, elsewhere)
        if not at.resource:
            return await self.paths.handle(exchange)
        key = (at.group, at.resource, at.subresource)
        resource = self.api.registry.find(at.group, at.version, at.resource)
        mounted = self._mounts.get(key)
        if mounted is not None:
            part = resource.info.subresource(at.subresource) if resource is not None else None
            if resource is not None and part is not None:
                routes.check(resource.info, exchange)
                await self._connect(exchange, resource, part)
            return await mounted(exchange)
        if resource is None:
            return await self._act(exchange)
        routes.check(resource.info, exchange, custom=resource.custom)
        negotiation.check(headers.get("Accept", ""), accepted, exchange.verb, custom=resource.custom)
        if key in self._actions:
            return await actions.perform(exchange, *self._actions[key])
        return await self._resources.handle(exchange, resource)

    async def _connect(self, exchange: Exchange, resource: Resource, part: Subresource) -> None:
        """Ask admission, if this is a connection."""
        at = exchange.target
        wanted = connecting.options(part, at, exchange.request.raw_path.partition("?")[2])
        if wanted is None:
            return
        call = Call(user=exchange.user)
        run = partial(self.api.connect, resource, at.namespace, at.name, wanted, call, part.name)
        await self.api.settle(call, run)

    async def _act(self, exchange: Exchange) -> web.StreamResponse:
        at = exchange.target
        info = self._acting.get((at.group, at.version, at.resource))
        if info is None:
            if at.group in _BUILT_IN_GROUPS:
                raise routes.not_found()
            return page_not_found()
        routes.check(info, exchange)
        action = self._actions.get((at.group, at.resource, at.subresource))
        if action is None:
            raise routes.not_found()
        return await actions.perform(exchange, *action)


def _prettier(accepted: negotiation.Accepted, query: Mapping[str, str]) -> negotiation.Accepted:
    wanted = query.get("pretty", "")
    pretty = wanted in ("1", "t", "T", "true", "TRUE", "True") if wanted else True
    return negotiation.Accepted(accepted.media, accepted.kind, accepted.version, accepted.group, pretty)
