"""What the pods of one node share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from karmada_nb.engine import meta
from karmada_nb.engine.images.trees import Tree
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.network.addresses import Addresses
from karmada_nb.engine.network.network import Network
from karmada_nb.engine.network.routes import NodeTable
from karmada_nb.engine.nodes.faults import Faults
from karmada_nb.engine.runtime.client import Client, Resource
from karmada_nb.engine.runtime.clock import Clock
from karmada_nb.engine.runtime.events import Recorder
from karmada_nb.engine.runtime.informer import Event, Informer, Informers

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
        self._claims: Informer = informers("", "v1", "persistentvolumeclaims")
        self._volumes: Informer = informers("", "v1", "persistentvolumes")
        self._classes: Informer = informers("node.k8s.io", "v1", "runtimeclasses")
        self._storage: dict[str, Tree] = {}
        self._volumes.add_handler(self._volume_changed)

    def config_map(self, namespace: str, name: str) -> Object | None:
        return self._config_maps.get(Key(namespace, name))

    def secret(self, namespace: str, name: str) -> Object | None:
        return self._secrets.get(Key(namespace, name))

    def token(self, pod: Object, audience: str, seconds: int) -> str:
        """Raises LookupError."""
        return self._tokens(pod, audience, seconds)

    def handler(self, runtime_class: str) -> str:
        """The handler that a RuntimeClass names, ``""`` where there is no such class."""
        return str((self._classes.get(Key("", runtime_class)) or {}).get("handler", ""))

    def volume(self, namespace: str, claim: str) -> Object | None:
        """The volume that a claim is bound to."""
        name = meta.dig(self._claims.get(Key(namespace, claim)), "spec", "volumeName", default="")
        return self._volumes.get(Key("", name)) if name else None

    def storage(self, volume: str) -> Tree:
        """What is on a volume that is on no node's disk."""
        return self._storage.setdefault(volume, Tree(mode=0o777, kind="ext4"))

    def _volume_changed(self, event: Event) -> None:
        if event.new is None:
            self._storage.pop(meta.name(event.object), None)

    def services(self, namespace: str) -> Iterable[Object]:
        return self._services.items(namespace)


def _disk() -> Tree:
    hosts = b"127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n"
    out = Tree({"etc/hosts": hosts}, kind="ext4")
    for directory in ("tmp", "var/lib", "var/log", "home", "mnt", "opt"):
        out.make(directory)
    return out


@dataclass(slots=True)
class Node:
    """``images`` are those that were pulled; ``poke`` asks for another look at a pod; ``disk`` is what
    ``hostPath`` shows.
    """

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
    disk: Tree = field(default_factory=_disk)
    images: dict[str, None] = field(default_factory=dict)

    @property
    def dead(self) -> bool:
        return self.faults.dead(self.name)
