"""Endpoints made by hand, for services without a selector, are carried over into EndpointSlices.

Follows pkg/controller/endpointslicemirroring. One slice holds what one subset has.
"""

from collections.abc import Iterable
from typing import Any, Final

from karmada_nb.engine import meta
from karmada_nb.engine.controllers.claims import Claims
from karmada_nb.engine.controllers.context import SERVICES, Context
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.runtime.client import Resource
from karmada_nb.engine.runtime.controller import DONE, Result, Watch, itself, owned_by

ENDPOINTS: Final = Resource("", "v1", "endpoints")
SLICES: Final = Resource("discovery.k8s.io", "v1", "endpointslices")
MANAGED_BY: Final = "endpointslice.kubernetes.io/managed-by"
SERVICE_NAME: Final = "kubernetes.io/service-name"
SKIP: Final = "endpointslice.kubernetes.io/skip-mirror"
LEADER: Final = "control-plane.alpha.kubernetes.io/leader"


class EndpointSliceMirroringController:
    name = "endpointslicemirroring-controller"

    def __init__(self, context: Context) -> None:
        self._client = context.client_as(self.name)
        self._endpoints = context.informers(*ENDPOINTS)
        self._services = context.informers(*SERVICES)
        self._informer = context.informers(*SLICES)
        self._slices = Claims(self._client, SLICES, self._informer)

    def watches(self) -> Iterable[Watch]:
        yield Watch(self._endpoints, itself)
        yield Watch(self._services, itself)
        yield Watch(self._informer, owned_by("Endpoints"))

    async def reconcile(self, key: Key) -> Result:
        endpoints, service = self._endpoints.get(key), self._services.get(key)
        if endpoints is None or meta.deleting(endpoints):
            return DONE  # What it owns goes with it.
        wanted = mirrored(endpoints) if service is not None and mirrors(endpoints, service) else []
        have = sorted(self._slices.of(endpoints), key=meta.name)
        for made, old in zip(wanted, have, strict=False):
            changed = {**old, **{k: v for k, v in made.items() if k != "metadata"}}
            if changed != old:
                await self._client.update(SLICES, changed)
        for made in wanted[len(have) :]:
            await self._client.create(SLICES, made, key.namespace)
        for old in have[len(wanted) :]:
            await self._client.delete(SLICES, meta.name(old), key.namespace, uid=meta.uid(old))
        return DONE


def mirrors(endpoints: Object, service: Object) -> bool:
    """Whether these endpoints are made by hand, and wanted as slices."""
    if meta.labels(endpoints).get(SKIP) == "true" or LEADER in meta.annotations(endpoints):
        return False
    return not service["spec"].get("selector")


def mirrored(endpoints: Object) -> list[Object]:
    """The slices of all subsets."""
    found = []
    for subset in endpoints.get("subsets") or ():
        items = [_endpoint(address, True) for address in subset.get("addresses") or ()]
        items += [_endpoint(address, False) for address in subset.get("notReadyAddresses") or ()]
        if not items:
            continue
        labels = {
            **{k: v for k, v in meta.labels(endpoints).items() if k != SKIP},
            MANAGED_BY: "endpointslicemirroring-controller.k8s.io",
            SERVICE_NAME: meta.name(endpoints),
        }
        found.append(
            {
                "apiVersion": "discovery.k8s.io/v1",
                "kind": "EndpointSlice",
                "metadata": {
                    "generateName": f"{meta.name(endpoints)}-",
                    "namespace": meta.namespace(endpoints),
                    "labels": labels,
                    "ownerReferences": [meta.owner_reference(endpoints)],
                },
                "addressType": "IPv6" if ":" in items[0]["addresses"][0] else "IPv4",
                "endpoints": items,
                "ports": [_port(port) for port in subset.get("ports") or ()],
            }
        )
    return found


def _endpoint(address: Object, ready: bool) -> Object:
    found: dict[str, Any] = {"addresses": [address["ip"]], "conditions": {"ready": ready}}
    return found | {k: address[k] for k in ("hostname", "nodeName", "targetRef") if address.get(k)}


def _port(port: Object) -> Object:
    return {"name": port.get("name", ""), "protocol": port.get("protocol", "TCP"), "port": port["port"]}
