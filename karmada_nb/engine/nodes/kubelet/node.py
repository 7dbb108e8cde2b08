"""What the pods of one node share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.network.addresses import Addresses
from karmada_nb.engine.network.network import Network
from karmada_nb.engine.network.routes import NodeTable
from karmada_nb.engine.nodes.faults import Faults
from karmada_nb.engine.runtime.client import Client, Resource
from karmada_nb.engine.runtime.clock import Clock
from karmada_nb.engine.runtime.events import Recorder
from karmada_nb.engine.runtime.informer import Informer, Informers

PODS = Resource("", "v1", "pods")


Tokens = Callable[[Object, str, int], str]
"""A service account's token, for a pod, an audience (``""`` is the API server) and a number of seconds."""


class Objects:
    """``Sources`` on the informers of a cluster."""

    def __init__(self, informers: Informers, tokens: Tokens) -> None:
        self._tokens = tokens
        self._config_maps: Informer = informers("", "v1", "configmaps")
        self._secrets: Informer = informers("", "v1", "secrets")
        self._services: Informer = informers("", "v1", "services")

    def config_map(self, namespace: str, name: str) -> Object | None:
        return self._config_maps.get(Key(namespace, name))

    def secret(self, namespace: str, name: str) -> Object | None:
        return self._secrets.get(Key(namespace, name))

    def token(self, pod: Object, audience: str, seconds: int) -> str:
        """Raises LookupError."""
        return self._tokens(pod, audience, seconds)

    def services(self, namespace: str) -> Iterable[Object]:
        return self._services.items(namespace)


@dataclass(slots=True)
class Node:
    """``images`` are those that were pulled; ``poke`` asks for another look at a pod."""

    name: str
    ip: str
    addresses: Addresses
    client: Client
    recorder: Recorder
    clock: Clock
    network: Network
    table: NodeTable
    faults: Faults
    objects: Objects
    poke: Callable[[Key], None]
    minor: int = 36
    allocatable: Mapping[str, str] = field(default_factory=dict)
    images: dict[str, None] = field(default_factory=dict)

    @property
    def dead(self) -> bool:
        return self.faults.dead(self.name)
