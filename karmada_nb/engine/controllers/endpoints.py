"""Which pods stand behind a service: EndpointSlices, and the older Endpoints.

Follows pkg/controller/endpointslice/reconciler.go (staging/src/k8s.io/endpointslice) and
pkg/controller/endpoint/endpoints_controller.go. Decisions are pure; two thin controllers write them.
"""

import ipaddress
from collections.abc import Iterable
from typing import Any, Final

from karmada_nb.engine import meta
from karmada_nb.engine.controllers import pods as podlib
from karmada_nb.engine.controllers.context import PODS, SERVICES, Context
from karmada_nb.engine.controllers.selecting import Selecting
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.runtime.client import Resource
from karmada_nb.engine.runtime.controller import DONE, SETTLE, Result, Watch, itself
from karmada_nb.engine.runtime.informer import Event, Informer

ENDPOINTS: Final = Resource("", "v1", "endpoints")
SLICES: Final = Resource("discovery.k8s.io", "v1", "endpointslices")
SERVICE_NAME: Final = "kubernetes.io/service-name"
MANAGED_BY: Final = "endpointslice.kubernetes.io/managed-by"
HEADLESS: Final = "service.kubernetes.io/headless"
CONTROLLER: Final = "endpointslice-controller.k8s.io"
SLICE_SIZE: Final = 100


def candidates(pods: Iterable[Object]) -> list[Object]:
    """The pods that may be endpoints: with an address, not finished."""
    return [
        pod
        for pod in pods
        if meta.dig(pod, "status", "podIP")
        and meta.dig(pod, "status", "phase") not in ("Succeeded", "Failed")
    ]


def port_number(pod: Object, port: Object) -> int | None:
    """The port in the pod that a service port leads to; None where a name is not found."""
    target = port.get("targetPort", port["port"])
    if isinstance(target, int):
        return target or int(port["port"])
    for container in pod["spec"]["containers"]:
        for said in container.get("ports") or ():
            if said.get("name") == target and said.get("protocol", "TCP") == port.get("protocol", "TCP"):
                return int(said["containerPort"])
    return None


def _resolved(service: Object, pod: Object) -> tuple[tuple[str, int, str, str], ...]:
    """``(name, number, protocol, appProtocol)`` of every service port, as this pod has them."""
    found = []
    for port in service["spec"].get("ports") or ():
        number = port_number(pod, port)
        if number is not None:
            found.append(
                (port.get("name", ""), number, port.get("protocol", "TCP"), port.get("appProtocol", ""))
            )
    return tuple(found)


def _reference(pod: Object) -> Object:
    return {"kind": "Pod", "namespace": meta.namespace(pod), "name": meta.name(pod), "uid": meta.uid(pod)}


def slice_endpoint(service: Object, pod: Object) -> Object:
    """One entry of an EndpointSlice."""
    serving, terminating = podlib.ready(pod), meta.deleting(pod)
    publish = service["spec"].get("publishNotReadyAddresses", False)
    out: Object = {
        "addresses": [pod["status"]["podIP"]],
        "conditions": {
            "ready": publish or (serving and not terminating),
            "serving": serving or publish,
            "terminating": terminating,
        },
        "targetRef": _reference(pod),
    }
    if meta.dig(pod, "spec", "nodeName"):
        out["nodeName"] = pod["spec"]["nodeName"]
    hostname = pod["spec"].get("hostname")
    if hostname and pod["spec"].get("subdomain") == meta.name(service):
        out["hostname"] = hostname
    return out


def slices(service: Object, pods: Iterable[Object]) -> list[Object]:
    """The EndpointSlices of a service that selects ``pods``, without names; equal port numbers share one."""
    groups: dict[tuple[Any, ...], list[Object]] = {}
    for pod in candidates(pods):
        groups.setdefault(_resolved(service, pod), []).append(slice_endpoint(service, pod))
    if not groups:
        groups[()] = []
    headless = service["spec"].get("clusterIP") == "None"
    inherited = {k: v for k, v in meta.labels(service).items() if "kubernetes.io/" not in k}
    labels = {
        **inherited,
        MANAGED_BY: CONTROLLER,
        SERVICE_NAME: meta.name(service),
        **({HEADLESS: ""} if headless else {}),
    }
    made = []
    for ports, endpoints in groups.items():
        chunks = [endpoints[i : i + SLICE_SIZE] for i in range(0, len(endpoints), SLICE_SIZE)] or [[]]
        for chunk in chunks:
            made.append(
                {
                    "kind": "EndpointSlice",
                    "apiVersion": "discovery.k8s.io/v1",
                    "metadata": {
                        "generateName": f"{meta.name(service)}-",
                        "namespace": meta.namespace(service),
                        "labels": labels,
                        "ownerReferences": [meta.owner_reference(service)],
                    },
                    "addressType": _family(chunk),
                    "endpoints": chunk,
                    "ports": [_slice_port(*port) for port in ports] if ports or chunk else None,
                }
            )
    return made


def _family(endpoints: list[Object]) -> str:
    if not endpoints:
        return "IPv4"
    return f"IPv{ipaddress.ip_address(endpoints[0]['addresses'][0]).version}"


def _slice_port(name: str, number: int, protocol: str, app: str) -> Object:
    out: Object = {"name": name, "protocol": protocol, "port": number}
    return {**out, "appProtocol": app} if app else out


def subsets(service: Object, pods: Iterable[Object]) -> list[Object]:
    """The subsets of the Endpoints of a service that selects ``pods``."""
    groups: dict[tuple[Any, ...], tuple[list[Object], list[Object]]] = {}
    publish = service["spec"].get("publishNotReadyAddresses", False)
    for pod in candidates(pods):
        if meta.deleting(pod) and not publish:
            continue
        address: Object = {"ip": pod["status"]["podIP"]}
        hostname = pod["spec"].get("hostname")
        if hostname and pod["spec"].get("subdomain") == meta.name(service):
            address["hostname"] = hostname
        if meta.dig(pod, "spec", "nodeName"):
            address["nodeName"] = pod["spec"]["nodeName"]
        address["targetRef"] = _reference(pod)
        good, bad = groups.setdefault(_resolved(service, pod), ([], []))
        (good if podlib.ready(pod) or publish else bad).append(address)
    made = []
    for ports, (good, bad) in groups.items():
        subset: Object = {}
        if good:
            subset["addresses"] = sorted(good, key=lambda a: str(a["ip"]))
        if bad:
            subset["notReadyAddresses"] = sorted(bad, key=lambda a: str(a["ip"]))
        if ports:
            subset["ports"] = [_endpoint_port(*port) for port in ports]
        made.append(subset)
    return made


def _endpoint_port(name: str, number: int, protocol: str, app: str) -> Object:
    out: Object = {"port": number, "protocol": protocol}
    if name:
        out = {"name": name, **out}
    return {**out, "appProtocol": app} if app else out


class _ServiceController:
    """What both controllers share: a service's pods, and which services a pod touches."""

    name = ""

    def __init__(self, context: Context) -> None:
        self._client = context.client_as(self.name)
        self._services: Informer = context.informers(*SERVICES)
        self._pods: Informer = context.informers(*PODS)
        self._selecting = Selecting(self._services, self._pods)

    def watches(self) -> Iterable[Watch]:
        yield Watch(self._services, itself)
        yield Watch(self._pods, self._services_of, SETTLE)

    def _services_of(self, event: Event) -> Iterable[Key]:
        """Services that select the pod as it was or as it is, where the change matters to them."""
        if event.old is not None and event.new is not None and _same_endpoint(event.old, event.new):
            return ()
        pods = [pod for pod in event if pod is not None]
        touched = (service for pod in pods for service in self._selecting.selecting(pod))
        return dict.fromkeys(map(meta.key, touched))


def _same_endpoint(old: Object, new: Object) -> bool:
    return (
        meta.labels(old) == meta.labels(new)
        and meta.deleting(old) == meta.deleting(new)
        and podlib.ready(old) == podlib.ready(new)
        and all(
            meta.dig(old, "status", f) == meta.dig(new, "status", f) for f in ("podIP", "podIPs", "phase")
        )
        and meta.dig(old, "spec", "nodeName") == meta.dig(new, "spec", "nodeName")
    )


class EndpointSliceController(_ServiceController):
    name = "endpointslice-controller"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._slices = context.informers(*SLICES)
        self._slices.add_index("service", _service_of)

    def watches(self) -> Iterable[Watch]:
        yield from super().watches()
        yield Watch(self._slices, lambda event: [_service_key(event.object)])

    async def reconcile(self, key: Key) -> Result:
        service = self._services.get(key)
        existing = [
            s
            for s in self._slices.by_index("service", str(key))
            if meta.labels(s).get(MANAGED_BY) == CONTROLLER and not meta.deleting(s)
        ]
        if service is None or meta.deleting(service) or not meta.dig(service, "spec", "selector"):
            wanted: list[Object] = []
            if service is not None and not meta.deleting(service):
                return DONE
        else:
            wanted = slices(service, self._selecting.selected(service))
        for old, new in _paired(existing, wanted):
            await self._write(old, new)
        return DONE

    async def _write(self, old: Object | None, new: Object | None) -> None:
        if new is None:
            assert old is not None
            await self._client.delete(SLICES, meta.name(old), meta.namespace(old))
        elif old is None:
            await _create(self._client.create(SLICES, new, meta.namespace(new)))
        else:
            changed = meta.with_metadata(
                {**old, "endpoints": new["endpoints"], "ports": new["ports"]},
                labels=meta.labels(new),
                ownerReferences=meta.owners(new),
            )
            if not new["ports"]:
                changed["ports"] = old.get("ports")
            if changed != old:
                await self._client.update(SLICES, changed)


def _paired(existing: list[Object], wanted: list[Object]) -> list[tuple[Object | None, Object | None]]:
    """Each wanted slice with the one it replaces: the same ports first, then whatever is left."""
    left = list(existing)
    pairs: list[tuple[Object | None, Object | None]] = []
    for new in wanted:
        old = next((s for s in left if s.get("ports") == new["ports"]), None)
        if old is None and len(wanted) == 1 and left:
            old = left[0]
        if old is not None:
            left.remove(old)
        pairs.append((old, new))
    return pairs + [(old, None) for old in left]


def _service_of(obj: Object) -> Iterable[str]:
    return (str(_service_key(obj)),)


def _service_key(obj: Object) -> Key:
    return Key(meta.namespace(obj), meta.labels(obj).get(SERVICE_NAME, ""))


class EndpointsController(_ServiceController):
    name = "endpoint-controller"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._endpoints = context.informers(*ENDPOINTS)

    async def reconcile(self, key: Key) -> Result:
        service, existing = self._services.get(key), self._endpoints.get(key)
        if service is None or meta.deleting(service):
            if existing is not None and service is None:
                await self._client.delete(ENDPOINTS, key.name, key.namespace)
            return DONE
        if not meta.dig(service, "spec", "selector"):
            return DONE
        found = subsets(service, self._selecting.selected(service))
        labels = {**meta.labels(service), "endpoints.kubernetes.io/managed-by": "endpoint-controller"}
        if service["spec"].get("clusterIP") == "None":
            labels[HEADLESS] = ""
        if existing is None:
            fresh: Object = {"metadata": {"name": key.name, "namespace": key.namespace, "labels": labels}}
            await _create(
                self._client.create(ENDPOINTS, {**fresh, "subsets": found} if found else fresh, key.namespace)
            )
        elif (existing.get("subsets") or []) != found or meta.labels(existing) != labels:
            changed = meta.with_metadata({**existing, "subsets": found}, labels=labels)
            await self._client.update(ENDPOINTS, changed if found else meta.without(changed, ["subsets"]))
        return DONE


async def _create(creation: Any) -> None:
    """A namespace that is going away takes nothing new; that is no failure."""
    try:
        await creation
    except StatusError as error:
        if error.reason not in ("Forbidden", "NotFound"):
            raise
