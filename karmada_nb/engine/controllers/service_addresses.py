"""The addresses that services have, as objects, and the blocks that they are taken from.

Follows pkg/registry/core/service/ipallocator/ipallocator.go, whose allocations are IPAddress objects, and
pkg/controller/servicecidrs/servicecidrs_controller.go.
"""

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.controllers.context import SERVICES, Context
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.runtime.client import Resource
from karmada_nb.engine.runtime.controller import DONE, Result, Watch, itself
from karmada_nb.engine.runtime.informer import Event

GROUP: Final = "networking.k8s.io"
ADDRESSES: Final = Resource(GROUP, "v1", "ipaddresses")
BLOCKS: Final = Resource(GROUP, "v1", "servicecidrs")
FINALIZER: Final = "networking.k8s.io/service-cidr-finalizer"
READY: Final = "Kubernetes Service CIDR is ready"
_FAMILY: Final = "ipaddress.kubernetes.io/ip-family"
_MANAGED: Final = "ipaddress.kubernetes.io/managed-by"
_ALLOCATOR: Final = "ipallocator.k8s.io"
_BY_ADDRESS: Final = "cluster address"


class ServiceAddresses:
    """An IPAddress for each cluster address of each service; its key is the address."""

    name = "kube-apiserver"

    def __init__(self, context: Context) -> None:
        self._client = context.client_as(self.name)
        self._services = context.informers(*SERVICES)
        self._services.add_index(_BY_ADDRESS, _given)
        self._addresses = context.informers(*ADDRESSES)

    def watches(self) -> Iterable[Watch]:
        yield Watch(self._services, _touched)
        yield Watch(self._addresses, itself)

    async def reconcile(self, key: Key) -> Result:
        found = self._addresses.get(key)
        services = self._services.by_index(_BY_ADDRESS, key.name)
        if found is not None and meta.labels(found).get(_MANAGED) != _ALLOCATOR:
            return DONE
        try:
            if services and found is None:
                await self._client.create(ADDRESSES, _address(key.name, services[0]))
            elif found is not None and not services:
                await self._client.delete(ADDRESSES, key.name)
        except StatusError as error:
            if error.reason not in ("AlreadyExists", "NotFound"):
                raise
        return DONE


class ServiceBlocks:
    """A block is ready from the start, and stays while addresses of it, and of no other, are taken."""

    name = "service-cidr-controller"

    def __init__(self, context: Context) -> None:
        self._client = context.client_as(self.name)
        self._clock = context.clock
        self._blocks = context.informers(*BLOCKS)
        self._addresses = context.informers(*ADDRESSES)

    def watches(self) -> Iterable[Watch]:
        yield Watch(self._blocks, itself)
        yield Watch(self._addresses, self._freed)

    def _freed(self, event: Event) -> Iterable[Key]:
        """Blocks that wait for their last address."""
        if event.new is not None:
            return []
        return [meta.key(block) for block in self._blocks.items() if meta.deleting(block)]

    async def reconcile(self, key: Key) -> Result:
        block = self._blocks.get(key)
        if block is None:
            return DONE
        finalizers = meta.finalizers(block)
        if meta.deleting(block):
            if FINALIZER in finalizers and not self._needed(block):
                kept = [item for item in finalizers if item != FINALIZER]
                await self._client.update(BLOCKS, meta.with_metadata(block, finalizers=kept or None))
            return DONE
        if FINALIZER not in finalizers:
            wanted = meta.with_metadata(block, finalizers=[*finalizers, FINALIZER])
            block = await self._client.update(BLOCKS, wanted)
        ready = meta.condition(block, "Ready")
        if ready is None or (ready.get("status"), ready.get("message")) != ("True", READY):
            before = meta.dig(block, "status", "conditions", default=[])
            conditions = meta.set_condition(before, "Ready", "True", "", READY, self._clock.now())
            await self._client.update(BLOCKS, {**block, "status": {"conditions": conditions}}, "status")
        return DONE

    def _needed(self, block: Object) -> bool:
        others = [_networks(other) for other in self._blocks.items() if meta.key(other) != meta.key(block)]
        elsewhere = [network for networks in others for network in networks]
        taken = [
            ip_address(meta.name(obj))
            for obj in self._addresses.items()
            if meta.labels(obj).get(_MANAGED) == _ALLOCATOR
        ]
        own = [address for address in taken if any(address in network for network in _networks(block))]
        return any(not any(address in network for network in elsewhere) for address in own)


def _networks(block: Object) -> list[IPv4Network | IPv6Network]:
    return [ip_network(text) for text in meta.dig(block, "spec", "cidrs", default=[])]


def _given(service: Object) -> list[str]:
    return [text for text in meta.dig(service, "spec", "clusterIPs", default=[]) if text != "None"]


def _touched(event: Event) -> Iterable[Key]:
    """Addresses that a change gave or took."""
    before = set() if event.old is None else set(_given(event.old))
    after = set() if event.new is None else set(_given(event.new))
    return [Key("", text) for text in before ^ after]


def _address(text: str, service: Object) -> Object:
    labels = {_FAMILY: f"IPv{ip_address(text).version}", _MANAGED: _ALLOCATOR}
    parent = {"resource": "services", "namespace": meta.namespace(service), "name": meta.name(service)}
    return {"metadata": {"name": text, "labels": labels}, "spec": {"parentRef": parent}}
