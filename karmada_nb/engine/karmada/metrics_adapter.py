"""karmada-metrics-adapter: what the pods and nodes of all members use, in one API of Karmada.

Follows pkg/metricsadapter/provider/resourcemetrics.go. Each object says which cluster it is from. The members
are asked there and then; one that does not answer is left out.
"""

from __future__ import annotations

from typing import Final

from aiohttp import web

from karmada_nb.engine import errors, meta
from karmada_nb.engine.apiserver.http.exchange import Exchange
from karmada_nb.engine.apiserver.http.metrics import Answers
from karmada_nb.engine.apiserver.http.server import ApiServer
from karmada_nb.engine.apiserver.schema.catalogue import METRICS, ResourceInfo
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.karmada.addons import METRICS_ADAPTER
from karmada_nb.engine.karmada.controllers.cluster_state import is_ready
from karmada_nb.engine.karmada.plane import CLUSTERS, Plane
from karmada_nb.engine.meta import Object
from karmada_nb.engine.runtime.client import Unreachable

GROUP: Final = "metrics.k8s.io"
API_SERVICE: Final = f"v1beta1.{GROUP}"
SOURCE: Final = "resource.karmada.io/query-from-cluster"


class MetricsAdapter:
    """``server`` is Karmada's own API server."""

    name = METRICS_ADAPTER
    api_service = API_SERVICE

    def __init__(self, plane: Plane, server: ApiServer) -> None:
        self._plane = plane
        self._server = server
        self._answers = [Answers(info) for info in METRICS]

    def start(self) -> None:
        """Serve from now on."""
        for answers in self._answers:
            handler = MemberMetrics(self._plane, answers, self._server).handle
            self._server.mount(GROUP, answers.info.plural, handler, info=answers.info)

    def stop(self) -> None:
        """Serve no more."""
        for answers in self._answers:
            self._server.unmount(GROUP, answers.info.plural)


class MemberMetrics:
    """Serves pods or nodes."""

    def __init__(self, plane: Plane, answers: Answers, server: ApiServer) -> None:
        self._plane = plane
        self._answers = answers
        self._server = server
        self._clusters = plane.informers(*CLUSTERS)

    async def handle(self, exchange: Exchange) -> web.StreamResponse:
        """The answer of all members. Raises StatusError."""
        self._answers.check(exchange)
        at, now = exchange.target, self._plane.clock.now()
        measured = await self._measured(at.namespace)
        if not at.name:
            return self._answers.many(exchange, measured, self._server.api.store.revision, now)
        found = next((m for m in measured if meta.name(m) == at.name), None)
        if found is None:
            raise errors.not_found("", self._answers.info.plural, at.name)
        return self._answers.one(exchange, found, now)

    async def _measured(self, namespace: str) -> list[Object]:
        info = self._answers.info
        found = []
        for cluster in sorted(filter(is_ready, self._clusters.items()), key=meta.name):
            for item in await self._of(meta.name(cluster), info, namespace):
                annotations = {**meta.annotations(item), SOURCE: meta.name(cluster)}
                found.append(meta.with_metadata(item, annotations=annotations))
        return sorted(found, key=lambda item: (meta.namespace(item), meta.name(item)))

    async def _of(self, cluster: str, info: ResourceInfo, namespace: str) -> list[Object]:
        place = f"/namespaces/{namespace}" if namespace else ""
        try:
            member = self._plane.members.get(cluster)
            if member is None:
                return []
            path = f"/apis/{info.group}/{info.version}{place}/{info.plural}"
            items: list[Object] = (await member.request("GET", path)).get("items") or []
        except (StatusError, Unreachable):
            return []
        kind = {"kind": info.kind, "apiVersion": meta.api_version(info.group, info.version)}
        return [{**kind, **item} for item in items]
