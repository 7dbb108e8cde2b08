"""What was read of many clusters, as clients want it: plain, as a Table, or as metadata alone."""

from __future__ import annotations

from datetime import datetime

import orjson
from aiohttp import web

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.http import render
from karmada_nb.engine.apiserver.http.exchange import Exchange, encode, respond
from karmada_nb.engine.apiserver.resource import Resource
from karmada_nb.engine.karmada.search.reading import Listed
from karmada_nb.engine.meta import Object
from karmada_nb.engine.runtime.client import WatchEvent
from karmada_nb.engine.store.types import event_line


def one(exchange: Exchange, resource: Resource, obj: Object, now: datetime) -> web.Response:
    """The answer to a get."""
    accepted = exchange.accepted
    shown = render.single(resource, obj, accepted, exchange.query, now) if accepted.kind else obj
    return respond(encode(shown, accepted), accepted)


def many(exchange: Exchange, resource: Resource, listed: Listed, now: datetime) -> web.Response:
    """The answer to a list."""
    accepted = exchange.accepted
    metadata = {"resourceVersion": listed.revision}
    if listed.token:
        metadata["continue"] = listed.token
    shown: Object
    if accepted.kind == "Table":
        include = render.include(exchange.query)
        shown = render.table(resource, listed.items, metadata, accepted, include, now)
    else:
        kind, version = resource.info.listed_as, resource.api_version
        items = listed.items
        if accepted.kind:
            kind, version = accepted.kind, meta.api_version("meta.k8s.io", accepted.version)
            items = [render.partial(obj, accepted) for obj in items]
        shown = {"kind": kind, "apiVersion": version, "metadata": metadata, "items": items}
    return respond(encode(shown, accepted), accepted)


def line(exchange: Exchange, resource: Resource, event: WatchEvent, now: datetime, *, first: bool) -> bytes:
    """An event of a watch. Of a Table only the first has the columns."""
    accepted, obj = exchange.accepted, event.object
    if event.type == "BOOKMARK":
        obj = {"kind": resource.kind, "apiVersion": resource.api_version, **obj}
    if accepted.kind == "Table":
        rows = [obj] if meta.name(obj) else []
        head = {"resourceVersion": meta.resource_version(obj)} if rows else meta.metadata(obj)
        include = render.include(exchange.query)
        obj = render.table(resource, rows, head, accepted, include, now, headers=first)
    elif accepted.kind:
        obj = render.partial(obj, accepted)
    return event_line(event.type, orjson.dumps(obj))
