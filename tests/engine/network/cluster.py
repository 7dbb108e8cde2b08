"""A cluster's network over a store that tests fill."""

from typing import Any

from karmada_nb.engine.network.host import PodHost
from karmada_nb.engine.network.network import Network
from karmada_nb.engine.network.stream import Stream
from karmada_nb.engine.runtime.clock import VirtualClock
from karmada_nb.engine.runtime.local import LocalInformer
from karmada_nb.engine.store import Store, StoreKey


class Place:
    """A network with what it reads."""

    def __init__(self, seed: int = 1) -> None:
        self.clock = VirtualClock()
        self.running: list[object] = []
        self.store = Store()
        services = LocalInformer(self.store, "services", None)
        slices = LocalInformer(self.store, "endpointslices.discovery.k8s.io", None)
        self.network = Network(self.clock, services, slices, seed=seed)

    def service(self, name: str, ip: str, *, namespace: str = "default", **spec: Any) -> None:
        ports = spec.pop("ports", [{"port": 8080, "targetPort": 8080}])
        metadata = {"name": name, "namespace": namespace, "uid": name}
        full = {"clusterIP": ip, "ports": ports, **spec}
        self.store.put(StoreKey("services", namespace, name), {"metadata": metadata, "spec": full})

    def endpoints(
        self, service: str, *ips: str, namespace: str = "default", port: int = 8080, **more: Any
    ) -> None:
        metadata = {
            "name": f"{service}-x",
            "namespace": namespace,
            "labels": {"kubernetes.io/service-name": service},
        }
        endpoints = [{"addresses": [ip], "conditions": {"ready": True}, **more} for ip in ips]
        obj = {"metadata": metadata, "endpoints": endpoints, "ports": [{"name": "", "port": port}]}
        self.store.put(StoreKey("endpointslices.discovery.k8s.io", namespace, f"{service}-x"), obj)

    def host(self, ip: str, namespace: str = "default") -> PodHost:
        self.network.attach(ip)
        return PodHost(self.network, ip, namespace, {})

    def greeter(self, ip: str, port: int = 8080) -> None:
        """A host that says its address to whoever connects."""

        async def greet(stream: Stream) -> None:
            await stream.write(ip.encode())

        self.network.attach(ip)
        self.network.listen(ip, port, greet)
