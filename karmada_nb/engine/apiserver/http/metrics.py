"""``metrics.k8s.io``: what nodes and pods use, as of now.

Follows kubernetes-sigs/metrics-server pkg/api. Nothing is sampled: each answer is worked out when it is asked
for, from the objects in the store.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from aiohttp import web

from karmada_nb.engine import errors, meta, quantity, usage
from karmada_nb.engine.apiserver.http import options, render, routes
from karmada_nb.engine.apiserver.http.exchange import Exchange, encode, respond
from karmada_nb.engine.apiserver.http.server import ApiServer
from karmada_nb.engine.apiserver.resource import Column, Resource, Table
from karmada_nb.engine.apiserver.schema.catalogue import METRICS, ResourceInfo
from karmada_nb.engine.apiserver.strategy import Strategy
from karmada_nb.engine.apiserver.tables.cells import NAME_COLUMN
from karmada_nb.engine.apiserver.verbs.api import Api
from karmada_nb.engine.apiserver.verbs.read import Page
from karmada_nb.engine.apiserver.verbs.select import predicate
from karmada_nb.engine.meta import Object
from karmada_nb.engine.store import Record, StoreKey

WINDOW: Final = "15s"
_COLUMNS: Final = (NAME_COLUMN, Column("cpu"), Column("memory"), Column("Window"))


def install(server: ApiServer) -> None:
    """From now on ``server`` tells the usage of its nodes and pods."""
    for info in METRICS:
        server.mount(info.group, info.plural, Metrics(server.api, info).handle, info=info)


def measured(api: Api, plural: str, namespace: str = "") -> list[Object]:
    """The usage of all ``nodes``, or of the ``pods`` of a namespace, as their lists hold it."""
    info = next(info for info in METRICS if info.plural == plural)
    return Metrics(api, info).measured(namespace, api.clock.now())


class Answers:
    """How the usage of one of the two resources is told. ``resource`` has its columns."""

    def __init__(self, info: ResourceInfo) -> None:
        self.info = info
        self._resource = Resource(info, None, Strategy(), Table(_COLUMNS, _cells), storage="")

    def check(self, exchange: Exchange) -> None:
        """Raises 404 and 405 for what is not served."""
        if exchange.target.version != self.info.version:
            raise routes.not_found()
        routes.check(self.info, exchange)

    def many(
        self, exchange: Exchange, measured: Iterable[Object], revision: int, now: datetime
    ) -> web.Response:
        """Those of ``measured`` that the request selects."""
        wanted = options.list_options(exchange.query)
        holds = predicate(self._resource, wanted.label_selector, wanted.field_selector)
        found = [obj for obj in measured if holds is None or holds(obj)]
        records = [Record(StoreKey("", meta.namespace(obj), meta.name(obj)), 0, obj) for obj in found]
        listed = render.many(self._resource, Page(records, revision), exchange.accepted, exchange.query, now)
        listed = {**listed, "metadata": {}} if listed["kind"] == self.info.listed_as else listed
        return respond(encode(listed, exchange.accepted), exchange.accepted)

    def one(self, exchange: Exchange, measured: Object | None, now: datetime) -> web.Response:
        """The usage of what the request names. Raises 404 where there is none."""
        if measured is None:
            at = exchange.target
            name = f"{at.namespace}/{at.name}" if at.namespace else at.name
            raise errors.not_found(self.info.group, self.info.kind.lower(), name)
        shown = measured
        if exchange.accepted.kind:
            shown = render.single(self._resource, measured, exchange.accepted, exchange.query, now)
        return respond(encode(shown, exchange.accepted), exchange.accepted)


class Metrics:
    """Serves one of the two resources."""

    def __init__(self, api: Api, info: ResourceInfo) -> None:
        self._api = api
        self._info = info
        self._answers = Answers(info)

    async def handle(self, exchange: Exchange) -> web.StreamResponse:
        self._answers.check(exchange)
        at, now = exchange.target, self._api.clock.now()
        if not at.name:
            measured = self.measured(at.namespace, now)
            return self._answers.many(exchange, measured, self._api.store.revision, now)
        record = self._api.store.get(StoreKey(self._info.plural, at.namespace, at.name))
        if record is None:
            raise errors.not_found("", self._info.plural, at.name)
        found = self._measure([record.object], now)
        return self._answers.one(exchange, found[0] if found else None, now)

    def measured(self, namespace: str, now: datetime) -> list[Object]:
        """Everything there is."""
        records = self._api.store.items(self._info.plural, namespace)
        return self._measure((record.object for record in records), now)

    def _measure(self, objects: Iterable[Object], now: datetime) -> list[Object]:
        if self._info.plural == "pods":
            return [m for pod in objects if (m := self._pod(pod, now)) is not None]
        loads = self._node_loads()
        return [self._node(node, loads.get(meta.name(node), {}), now) for node in objects]

    def _pod(self, pod: Object, now: datetime) -> Object | None:
        found = usage.containers(pod)
        if not found:
            return None
        containers = [{"name": name, "usage": _shown(amounts)} for name, amounts in found.items()]
        return {**self._head(pod, now), "containers": containers}

    def _node(self, node: Object, pods: Mapping[str, Decimal], now: datetime) -> Object:
        total = {name: base + pods.get(name, Decimal(0)) for name, base in usage.NODE_BASE.items()}
        return {**self._head(node, now), "usage": _shown(total)}

    def _node_loads(self) -> dict[str, dict[str, Decimal]]:
        """What the pods of each node use together."""
        loads: dict[str, dict[str, Decimal]] = {}
        for record in self._api.store.items("pods"):
            load = loads.setdefault(meta.dig(record.object, "spec", "nodeName", default=""), {})
            for amounts in usage.containers(record.object).values():
                for name, amount in amounts.items():
                    load[name] = load.get(name, Decimal(0)) + amount
        return loads

    def _head(self, obj: Object, now: datetime) -> Object:
        metadata: Object = {"name": meta.name(obj)}
        if meta.namespace(obj):
            metadata["namespace"] = meta.namespace(obj)
        metadata["creationTimestamp"] = meta.rfc3339(now)
        if meta.labels(obj):
            metadata["labels"] = meta.labels(obj)
        return {
            "kind": self._info.kind,
            "apiVersion": meta.api_version(self._info.group, self._info.version),
            "metadata": metadata,
            "timestamp": meta.rfc3339(now),
            "window": WINDOW,
        }


def _shown(amounts: Mapping[str, Decimal]) -> dict[str, str]:
    """Nanocores and kibibytes, as a metrics server says them."""
    nanos, kibis = int(amounts["cpu"].scaleb(9)), int(amounts["memory"] / 1024)
    return {"cpu": f"{nanos}n", "memory": f"{kibis}Ki"}


def _cells(obj: Object, now: datetime) -> list[Any]:
    parts = [obj["usage"]] if "usage" in obj else [c["usage"] for c in obj["containers"]]
    cpu = sum((quantity.parse(part["cpu"]) for part in parts), Decimal(0))
    memory = sum((quantity.parse(part["memory"]) for part in parts), Decimal(0))
    shown = _shown({"cpu": cpu, "memory": memory})
    return [meta.name(obj), shown["cpu"], shown["memory"], obj["window"]]
