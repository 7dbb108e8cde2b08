"""What a cluster has from its first moment on: namespaces, the kubernetes service, priority classes.

Follows pkg/controlplane (systemnamespaces, kubernetesservice) and pkg/registry/scheduling of Kubernetes.
"""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.admission.addresses import SERVICE_RANGE
from karmada_nb.engine.apiserver.verbs.api import Api
from karmada_nb.engine.apiserver.verbs.call import Call
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.meta import Object
from karmada_nb.engine.store import StoreKey

NAMESPACES: Final = ("default", "kube-system", "kube-public", "kube-node-lease")
SERVICE_IP: Final = "10.43.0.1"
DNS_IP: Final = "10.43.0.10"
FIRST_TRACKING: Final = 27
"""The minor version since which servers say where they note the use of legacy tokens."""
ADVERTISED: Final = "172.18.0.2"
"""Where the API is for pods, as a k3d server container would advertise it; never a loopback address."""


def objects(address: str, port: int, *, dns: bool) -> Iterable[Object]:
    """The objects every cluster starts with; ``address`` and ``port`` are where its API is served."""
    for name in NAMESPACES:
        yield {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
    yield {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "ServiceCIDR",
        "metadata": {"name": "kubernetes"},
        "spec": {"cidrs": [SERVICE_RANGE]},
    }
    yield _service("kubernetes", "default", SERVICE_IP, [("https", 443, "TCP", port)], None)
    yield _endpoints(address, port)
    yield _endpoint_slice(address, port)
    if dns:
        ports = [("dns", 53, "UDP", 53), ("dns-tcp", 53, "TCP", 53), ("metrics", 9153, "TCP", 9153)]
        yield _service("kube-dns", "kube-system", DNS_IP, ports, {"k8s-app": "kube-dns"})
    yield _priority("system-cluster-critical", 2_000_000_000, "cluster")
    yield _priority("system-node-critical", 2_000_001_000, "node")


def token_tracking(since: datetime) -> Object:
    """Says since when the use of legacy tokens is noted: pkg/controlplane/controller/legacytokentracking."""
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {
            "name": "kube-apiserver-legacy-service-account-token-tracking",
            "namespace": "kube-system",
        },
        "data": {"since": since.strftime("%Y-%m-%d")},
    }


def _service(
    name: str,
    namespace: str,
    address: str,
    ports: list[tuple[str, int, str, int]],
    selector: dict[str, str] | None,
) -> Object:
    labels = {"component": "apiserver", "provider": "kubernetes"} if selector is None else selector
    said = [
        {"name": title, "port": port, "protocol": protocol, "targetPort": target}
        for title, port, protocol, target in ports
    ]
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name, "namespace": namespace, "labels": labels},
        "spec": {
            "clusterIP": address,
            "clusterIPs": [address],
            "ports": said,
            **({"selector": selector} if selector else {}),
        },
    }


def _endpoints(address: str, port: int) -> Object:
    return {
        "apiVersion": "v1",
        "kind": "Endpoints",
        "metadata": {
            "name": "kubernetes",
            "namespace": "default",
            "labels": {"endpointslice.kubernetes.io/skip-mirror": "true"},
        },
        "subsets": [
            {
                "addresses": [{"ip": address}],
                "ports": [{"name": "https", "port": port, "protocol": "TCP"}],
            }
        ],
    }


def _endpoint_slice(address: str, port: int) -> Object:
    return {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": {
            "name": "kubernetes",
            "namespace": "default",
            "labels": {"kubernetes.io/service-name": "kubernetes"},
        },
        "addressType": "IPv4",
        "endpoints": [{"addresses": [address], "conditions": {"ready": True}}],
        "ports": [{"name": "https", "port": port, "protocol": "TCP"}],
    }


def _priority(name: str, value: int, scope: str) -> Object:
    return {
        "apiVersion": "scheduling.k8s.io/v1",
        "kind": "PriorityClass",
        "metadata": {"name": name},
        "value": value,
        "description": f"For pods that the {scope} cannot do without.",
    }


def ensure(api: Api, wanted: Iterable[Object], call: Call) -> None:
    """Create what is not there yet. A restart finds everything in place."""
    for obj in wanted:
        resource = api.registry.of_kind(obj["apiVersion"], obj["kind"])
        assert resource is not None, obj["kind"]
        try:
            api.create(resource, obj["metadata"].get("namespace", ""), obj, call)
        except StatusError as error:
            if error.reason != "AlreadyExists":
                raise


def register(api: Api, wanted: Iterable[Object], available: tuple[str, str, str]) -> None:
    """Put the APIServices of what is built in, with the condition that they have from the start.

    They go to the store as they are: there are dozens, and nothing about them is for admission to decide.
    """
    now = api.clock.now()
    for obj in wanted:
        key = StoreKey("apiservices.apiregistration.k8s.io", "", obj["metadata"]["name"])
        if api.store.get(key) is None:
            metadata = {**obj["metadata"], "uid": str(uuid.uuid4()), "creationTimestamp": meta.rfc3339(now)}
            conditions = meta.set_condition([], "Available", *available, now)
            api.store.put(key, {**obj, "metadata": metadata, "status": {"conditions": conditions}})
