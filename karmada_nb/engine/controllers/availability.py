"""Whether the servers behind APIServices are there.

Follows kube-aggregator pkg/controllers/status/local/local_available_controller.go and
pkg/controllers/status/remote/remote_available_controller.go.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.controllers.apiservices import APISERVICES
from karmada_nb.engine.controllers.context import SERVICES, Context
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.runtime.client import Resource
from karmada_nb.engine.runtime.controller import DONE, Result, Watch, itself
from karmada_nb.engine.runtime.informer import Event

SLICES: Final = Resource("discovery.k8s.io", "v1", "endpointslices")
RESYNC: Final = 30.0
"""Seconds until a server is asked again."""
RETRY: Final = 1.0
"""Seconds until one that did not answer is asked again, at first; doubled up to ``RESYNC``."""
Probe = Callable[[Object], Awaitable[str]]
"""Asks the server of an APIService; returns why it is not available, or ""."""
Verdict = tuple[str, str, str]
"""Status, reason, message."""
PASSED: Final = ("True", "Passed", "all checks passed")
LOCAL: Final = ("True", "Local", "Local APIServices are always available")


class Availability:
    """Keeps the condition ``Available``. ``in_process``: names whose servers are in this process."""

    name = "apiservice-availability"

    def __init__(self, context: Context, probe: Probe, in_process: Collection[str] = ()) -> None:
        self._client = context.client_as("kube-aggregator")
        self._clock = context.clock
        self._apiservices = context.informers(*APISERVICES)
        self._services = context.informers(*SERVICES)
        self._slices = context.informers(*SLICES)
        self._probe = probe
        self._in_process = frozenset(in_process)
        self._failures: dict[Key, int] = {}

    def watches(self) -> Iterable[Watch]:
        yield Watch(self._apiservices, itself)
        yield Watch(self._services, self._behind)
        yield Watch(self._slices, self._behind)

    async def reconcile(self, key: Key) -> Result:
        service = self._apiservices.get(key)
        if service is None:
            self._failures.pop(key, None)
            return DONE
        if meta.dig(service, "spec", "service") is None:
            await self._tell(service, LOCAL)
            return DONE
        if meta.name(service) in self._in_process:
            await self._tell(service, PASSED)
            return DONE
        verdict = unreachable(service, self._backend(service), self._slices_of(service))
        if verdict is None:
            why = await self._probe(service)
            verdict = ("False", "FailedDiscoveryCheck", why) if why else PASSED
        await self._tell(service, verdict)
        if verdict is PASSED:
            self._failures.pop(key, None)
            return Result(after=RESYNC)
        count = self._failures[key] = self._failures.get(key, 0) + 1
        return Result(after=min(RETRY * 2 ** min(count - 1, 8), RESYNC))

    def _backend(self, service: Object) -> Object | None:
        named = service["spec"]["service"]
        return self._services.get(Key(named["namespace"], named["name"]))

    def _slices_of(self, service: Object) -> list[Object]:
        named = service["spec"]["service"]
        return [
            item
            for item in self._slices.items(named["namespace"])
            if meta.labels(item).get("kubernetes.io/service-name") == named["name"]
        ]

    def _behind(self, event: Event) -> Iterable[Key]:
        """The APIServices that a service, or an endpoint slice, is behind."""
        obj = event.object
        name = meta.labels(obj).get("kubernetes.io/service-name") or meta.name(obj)
        for service in self._apiservices.items():
            named = meta.dig(service, "spec", "service", default={})
            if (named.get("namespace"), named.get("name")) == (meta.namespace(obj), name):
                yield meta.key(service)

    async def _tell(self, service: Object, verdict: Verdict) -> None:
        before = meta.dig(service, "status", "conditions", default=[])
        conditions = meta.set_condition(before, "Available", *verdict, self._clock.now())
        if conditions != before:
            changed = {**service, "status": {"conditions": conditions}}
            await self._client.update(APISERVICES, changed, "status")


def unreachable(service: Object, backend: Object | None, slices: Sequence[Object]) -> Verdict | None:
    """Why the server need not even be asked; None if it is to be."""
    named = service["spec"]["service"]
    name, port = named["name"], named.get("port") or 443
    place = f'service/{name} in "{named["namespace"]}"'
    if backend is None:
        return "False", "ServiceNotFound", f"{place} is not present"
    spec = backend.get("spec") or {}
    if spec.get("type", "ClusterIP") != "ClusterIP":
        return None
    listening = [p for p in spec.get("ports") or () if p.get("port") == port]
    if not listening:
        return "False", "ServicePortError", f"{place} is not listening on port {port}"
    if not slices:
        return "False", "EndpointsNotFound", f"cannot find endpointslices for {place}"
    title = listening[0].get("name") or ""
    if not any(_has_endpoint(item, title) for item in slices):
        why = f'endpointslices for {place} have no addresses with port name "{title}"'
        return "False", "MissingEndpoints", why
    return None


def _has_endpoint(item: Object, title: str) -> bool:
    ready = any(
        (endpoint.get("conditions") or {}).get("ready") is not False
        for endpoint in item.get("endpoints") or ()
    )
    return ready and any(
        (port.get("name") or "") == title and port.get("port") is not None for port in item.get("ports") or ()
    )
