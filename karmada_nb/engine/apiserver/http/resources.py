"""Requests for resources: each verb from its HTTP form to a call of the verbs layer and back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any, Final

from aiohttp import web

from karmada_nb.engine import golang
from karmada_nb.engine.apiserver.http import body, options, patches, render, routes, watching
from karmada_nb.engine.apiserver.http.actions import typed
from karmada_nb.engine.apiserver.http.exchange import (
    JSON_HEADERS,
    Exchange,
    encode,
    failure,
    respond,
    warning,
)
from karmada_nb.engine.apiserver.http.negotiation import DEFAULT, JSON, YAML, body_media
from karmada_nb.engine.apiserver.resource import Resource
from karmada_nb.engine.apiserver.schema import strict
from karmada_nb.engine.apiserver.verbs.api import Api
from karmada_nb.engine.apiserver.verbs.call import Call
from karmada_nb.engine.apiserver.verbs.patch import KINDS
from karmada_nb.engine.apiserver.verbs.read import parse_revision, too_large
from karmada_nb.engine.errors import StatusError, bad_request, unsupported_media_type
from karmada_nb.engine.meta import Object
from karmada_nb.engine.store import StoreKey

_STREAMS: Final = ("attach", "exec", "log", "portforward", "proxy")
_BOOLEANS: Final = ("1", "t", "T", "TRUE", "true", "True", "0", "f", "F", "FALSE", "false", "False")
_UNSUPPORTED_PATCH: Final = "415: Unsupported Media Type"


class ResourceHandler:
    """Serves what is stored. One a server."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._verbs: dict[str, Callable[[Exchange, Resource], Awaitable[web.StreamResponse]]] = {
            "get": self._get,
            "list": self._list,
            "watch": self._watch,
            "create": self._create,
            "update": self._update,
            "patch": self._patch,
            "delete": self._delete,
            "deletecollection": self._delete_collection,
        }

    async def handle(self, exchange: Exchange, resource: Resource) -> web.StreamResponse:
        """The route is known to exist, and the user may take it. Raises 404 for streams nobody serves."""
        if exchange.target.subresource in _STREAMS:
            raise routes.not_found()
        if not resource.deprecation:
            return await self._verbs[exchange.verb](exchange, resource)
        try:
            response = await self._verbs[exchange.verb](exchange, resource)
        except StatusError as error:
            return failure(error, exchange.accepted, [resource.deprecation, *error.warnings])
        if not response.prepared:
            others = response.headers.popall("Warning", [])
            for said in (warning(resource.deprecation), *others):
                response.headers.add("Warning", said)
        return response

    async def _get(self, exchange: Exchange, resource: Resource) -> web.StreamResponse:
        target = exchange.target
        if exchange.query:
            _check_export(exchange.query.get("export", ""))
            self._check_revision(exchange.query.get("resourceVersion", ""))
        namespace, name, part = _namespace(exchange, resource), target.name, target.subresource
        if resource.asks:
            call = Call(user=exchange.user)
            record = await self._api.settle(call, lambda: self._api.get(resource, namespace, name, part))
        else:
            record = self._api.get(resource, namespace, name, part)
        if exchange.accepted.plain:
            return respond(record.encoded, exchange.accepted)
        return self._answer(exchange, resource, record.object)

    def _check_revision(self, text: str) -> None:
        if not text:
            return
        try:
            asked = parse_revision(text)
        except ValueError as error:
            raise StatusError(500, "", str(error)) from None
        if asked > self._api.store.revision:
            raise too_large(asked, self._api.store.revision)

    async def _list(self, exchange: Exchange, resource: Resource) -> web.StreamResponse:
        wanted = options.list_options(exchange.query)
        namespace = _namespace(exchange, resource)
        if resource.asks:
            call = Call(user=exchange.user)
            page = await self._api.settle(call, lambda: self._api.list(resource, namespace, wanted))
        else:
            page = self._api.list(resource, namespace, wanted)
        accepted = exchange.accepted
        if not accepted.plain:
            now = self._api.clock.now()
            listed = render.many(resource, page, accepted, exchange.query, now)
            return respond(encode(listed, accepted), accepted)
        chunks = render.list_chunks(resource, page)
        first, second = next(chunks), next(chunks, None)
        if second is None:
            return respond(first, accepted)
        response = web.StreamResponse(headers={**JSON_HEADERS, **exchange.marks})
        response.enable_chunked_encoding()
        await response.prepare(exchange.request)
        await response.write(first)
        await response.write(second)
        for chunk in chunks:
            await response.write(chunk)
        return response

    async def _watch(self, exchange: Exchange, resource: Resource) -> web.StreamResponse:
        wanted = options.list_options(exchange.query, exchange.target.name)
        namespace = _namespace(exchange, resource)
        return await watching.serve(
            exchange,
            resource,
            lambda: self._api.watch(resource, namespace, wanted),
            wanted,
            self._api.clock,
        )

    async def _create(self, exchange: Exchange, resource: Resource) -> web.StreamResponse:
        target = exchange.target
        data = await body.read(exchange.request)
        call = options.call(exchange.user, exchange.query, exchange.user_agent, "CreateOptions")
        part = resource.info.subresource(target.subresource) if target.subresource else None
        obj = self._parsed(exchange, resource, data, call, part.kind if part else resource.kind)
        if part:
            obj = typed(obj, part.group or resource.group, part.version or resource.info.version, part.kind)
        namespace = _namespace(exchange, resource)
        name, part_name = target.name, target.subresource
        made = await self._api.settle(
            call, lambda: self._api.create(resource, namespace, obj, call, name, part_name)
        )
        return await self._written(exchange, resource, made, call, 201)

    async def _update(self, exchange: Exchange, resource: Resource) -> web.StreamResponse:
        target = exchange.target
        data = await body.read(exchange.request)
        call = options.call(exchange.user, exchange.query, exchange.user_agent, "UpdateOptions")
        part = resource.info.subresource(target.subresource) if target.subresource else None
        obj = self._parsed(exchange, resource, data, call, part.kind if part else resource.kind)
        namespace = _namespace(exchange, resource)
        name, part_name = target.name, target.subresource
        made, created = await self._api.settle(
            call, lambda: self._api.update(resource, namespace, name, obj, call, part_name)
        )
        return await self._written(exchange, resource, made, call, 201 if created else 200)

    async def _patch(self, exchange: Exchange, resource: Resource) -> web.StreamResponse:
        target, request = exchange.target, exchange.request
        kind = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if kind not in KINDS:
            if resource.custom:
                raise unsupported_media_type([k for k in KINDS if "strategic" not in k])
            raise StatusError(415, "UnsupportedMediaType", _UNSUPPORTED_PATCH, {})
        data = await body.read(request)
        call = options.call(exchange.user, exchange.query, exchange.user_agent, "PatchOptions", kind)
        change = patches.read(data, kind)
        if call.validation != strict.IGNORE:
            patches.look_over(data, kind, call)
        namespace = _namespace(exchange, resource)
        name, part = target.name, target.subresource
        made, created = await self._api.settle(
            call, lambda: self._api.patch(resource, namespace, name, kind, change, call, part)
        )
        return await self._written(exchange, resource, made, call, 201 if created else 200)

    async def _delete(self, exchange: Exchange, resource: Resource) -> web.StreamResponse:
        wanted, dry_run = options.delete_options(exchange.query, await _delete_body(exchange))
        call = Call(user=exchange.user, dry_run=dry_run)
        namespace, name = _namespace(exchange, resource), exchange.target.name
        made = await self._api.settle(call, lambda: self._api.delete(resource, namespace, name, wanted, call))
        return await self._written(exchange, resource, made, call, 200)

    async def _delete_collection(self, exchange: Exchange, resource: Resource) -> web.StreamResponse:
        selection = options.list_options(exchange.query)
        wanted, dry_run = options.delete_options(exchange.query, await _delete_body(exchange))
        call = Call(user=exchange.user, dry_run=dry_run)
        namespace = _namespace(exchange, resource)
        page = await self._api.settle(
            call, lambda: self._api.delete_collection(resource, namespace, selection, wanted, call)
        )
        await self._durable()
        accepted = exchange.accepted
        listed = render.many(resource, page, accepted, exchange.query, self._api.clock.now())
        return respond(encode(listed, accepted), accepted, 200, call.warnings)

    def _parsed(self, exchange: Exchange, resource: Resource, data: bytes, call: Call, kind: str) -> Object:
        media = body_media(exchange.request.headers.get("Content-Type", ""))
        obj = body.parse(data, media, kind, typed=resource.custom)
        if media == JSON:
            call.problems = partial(strict.problems, data)
        elif media == YAML:
            call.problems = partial(strict.yaml_problems, data)
        return obj

    async def _written(
        self, exchange: Exchange, resource: Resource, obj: Object, call: Call, status: int
    ) -> web.StreamResponse:
        await self._durable()
        obj = await self._api.told(resource, obj)
        accepted = exchange.accepted
        if obj.get("kind") == "Status" and obj.get("apiVersion") == "v1":
            return respond(encode(obj, accepted), accepted, status, call.warnings)
        if accepted.plain:
            return respond(self._bytes(resource, obj), accepted, status, call.warnings)
        return self._answer(exchange, resource, obj, status, call.warnings)

    def _bytes(self, resource: Resource, obj: Object) -> bytes:
        """The object's bytes: those of its record, so that watchers need not encode it again."""
        metadata = obj.get("metadata") or {}
        place = StoreKey(resource.storage, metadata.get("namespace", ""), metadata.get("name", ""))
        record = self._api.store.get(place)
        if record is not None and record.object is obj:
            return record.encoded
        return encode(obj, DEFAULT)

    async def _durable(self) -> None:
        store = self._api.store
        await store.durable(store.revision)

    def _answer(
        self,
        exchange: Exchange,
        resource: Resource,
        obj: Object,
        status: int = 200,
        warnings: list[str] | None = None,
    ) -> web.Response:
        accepted = exchange.accepted
        shown: Object = obj
        if accepted.kind:
            shown = render.single(resource, obj, accepted, exchange.query, self._api.clock.now())
        return respond(encode(shown, accepted), accepted, status, warnings or ())


def _namespace(exchange: Exchange, resource: Resource) -> str:
    return exchange.target.namespace if resource.namespaced else ""


def _check_export(text: str) -> None:
    """Raises 400 for who asks for what there was before v1.21."""
    if not text:
        return
    if text not in _BOOLEANS:
        why = f'strconv.ParseBool: parsing "{text}": invalid syntax'
        raise bad_request(f"the export parameter cannot be parsed: {why}")
    if text in _BOOLEANS[:6]:
        raise bad_request("the export parameter, deprecated since v1.14, is no longer supported")


async def _delete_body(exchange: Exchange) -> Mapping[str, Any]:
    data = await body.read(exchange.request)
    if not data:
        return options.NO_QUERY
    media = body_media(exchange.request.headers.get("Content-Type", ""))
    try:
        value = body.parse_any(data, media)
    except ValueError as error:
        prefix = "couldn't get version/kind; json parse error: " if media == JSON else ""
        raise bad_request(f"{prefix}{error}") from None
    if value is not None and not isinstance(value, dict):
        why = golang.cannot_unmarshal(value, body.TYPE_META)
        raise bad_request(f"couldn't get version/kind; json parse error: {why}")
    if value and value.get("kind", "DeleteOptions") != "DeleteOptions":
        raise _no_options(value["kind"], value.get("apiVersion") or "meta.k8s.io/v1")
    return value or options.NO_QUERY


_UNVERSIONED: Final = ("APIGroup", "APIGroupList", "APIResourceList", "APIVersions", "Status")
"""Kinds that are read in every group and version."""
_META_KINDS: Final = ("PartialObjectMetadata", "PartialObjectMetadataList", "Table")


def _no_options(kind: str, api_version: str) -> StatusError:
    """The 400 for a deletion whose body is something else."""
    if kind in _UNVERSIONED or (api_version == "meta.k8s.io/v1" and kind in _META_KINDS):
        return bad_request(f"converting (v1.{kind}) to (v1.DeleteOptions): unknown conversion")
    scheme = "k8s.io/apimachinery/pkg/apis/meta/internalversion/scheme/register.go:27"
    return bad_request(f'no kind "{kind}" is registered for version "{api_version}" in scheme "{scheme}"')
