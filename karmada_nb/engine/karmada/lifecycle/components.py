"""The parts of a Karmada control plane, as ``karmadactl init`` lays them out in the host cluster. Facts.

Follows pkg/karmadactl/cmdinit/kubernetes/{deployments,statefulset,services}.go, and the same at v1.2. The
containers have no probes: what the parts do is done by this process, whether their pods run or not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from karmada_nb.engine.karmada.constants import ARTICLE, Edition
from karmada_nb.engine.meta import Object

SYSTEM_NAMESPACE: Final = "karmada-system"
API_SERVER_DEPLOYMENT: Final = "karmada-apiserver"
API_SERVER_PORT: Final = 5443
NODE_PORT: Final = 32443
LABELS: Final = {"karmada.io/bootstrapping": "app-defaults"}
KARMADA_RELEASES: Final = {ARTICLE: "v1.2.0", "current": "v1.19.0"}
_KUBERNETES: Final = {ARTICLE: "v1.21.7", "current": "v1.36.2"}
_ETCD: Final = {ARTICLE: "3.5.1-0", "current": "3.6.8-0"}
CERTIFICATES: Final = {
    ARTICLE: ("ca", "etcd-server", "etcd-client", "karmada", "front-proxy-ca", "front-proxy-client"),
    "current": (
        "ca", "etcd-ca", "etcd-server", "etcd-client", "karmada", "apiserver", "front-proxy-ca",
        "front-proxy-client",
    ),
}  # fmt: skip
CONFIGURED: Final = (
    "karmada-aggregated-apiserver", "karmada-controller-manager", "kube-controller-manager",
    "karmada-scheduler", "karmada-descheduler", "karmada-metrics-adapter", "karmada-search",
    "karmada-webhook",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Component:
    """``port`` is the container's, ``service_port`` the service's; 0: there is none."""

    name: str
    image: str
    arguments: tuple[str, ...] = ()
    port: int = 0
    port_name: str = "server"
    service_port: int = 0
    node_port: int = 0
    secrets: tuple[tuple[str, str], ...] = ()
    """Secret and where it is mounted."""

    @property
    def labels(self) -> dict[str, str]:
        """The labels of its pods."""
        extra = {"apiserver": "true"} if self.name == "karmada-aggregated-apiserver" else {}
        return {"app": self.name, **extra}


def components(edition: Edition) -> list[Component]:
    """The deployments, in the order in which they are made."""
    article = edition == ARTICLE
    pki = "/etc/kubernetes/pki" if article else "/etc/karmada/pki"
    certificates = ("karmada-cert", pki)

    def config(name: str) -> tuple[str, str]:
        return ("kubeconfig", "/etc/kubeconfig") if article else (f"{name}-config", "/etc/karmada/config")

    kubeconfig = "--kubeconfig=" + ("/etc/kubeconfig" if article else "/etc/karmada/config/karmada.config")
    failover = ("--feature-gates=Failover=true",) if article else ()
    kubernetes, release = _KUBERNETES[edition], KARMADA_RELEASES[edition]

    def own(name: str, *arguments: str) -> tuple[str, str, tuple[str, ...]]:
        program = f"/bin/{name}", kubeconfig, "--bind-address=0.0.0.0", *arguments
        return name, f"karmada/{name}:{release}", program

    return [
        Component(
            API_SERVER_DEPLOYMENT,
            f"kube-apiserver:{kubernetes}",
            (
                "kube-apiserver",
                "--allow-privileged=true",
                "--authorization-mode=Node,RBAC",
                f"--client-ca-file={pki}/ca.crt",
                "--enable-bootstrap-token-auth=true",
                f"--etcd-servers=https://etcd-0.etcd.{SYSTEM_NAMESPACE}.svc.cluster.local:2379",
                f"--secure-port={API_SERVER_PORT}",
                "--service-cluster-ip-range=10.96.0.0/12",
            ),
            API_SERVER_PORT,
            service_port=API_SERVER_PORT,
            node_port=NODE_PORT,
            secrets=(certificates,),
        ),
        Component(
            *own("karmada-aggregated-apiserver"),
            service_port=443,
            port=443,
            secrets=(config("karmada-aggregated-apiserver"), certificates),
        ),
        Component(
            "kube-controller-manager",
            f"kube-controller-manager:{kubernetes}",
            (
                "kube-controller-manager",
                kubeconfig,
                "--controllers=namespace,garbagecollector,serviceaccount-token",
                f"--root-ca-file={pki}/ca.crt",
            ),
            10257,
            service_port=10257,
            secrets=(config("kube-controller-manager"), certificates),
        ),
        Component(
            *own("karmada-scheduler", *failover, "--enable-scheduler-estimator=true"),
            secrets=(config("karmada-scheduler"),),
        ),
        Component(
            *own("karmada-controller-manager", "--cluster-status-update-frequency=10s"),
            port=10357,
            secrets=(config("karmada-controller-manager"),),
        ),
        Component(
            *own("karmada-webhook", "--secure-port=8443", "--cert-dir=/var/serving-cert"),
            port=8443,
            port_name="webhook",
            service_port=443,
            secrets=(config("karmada-webhook"), ("karmada-webhook-cert", "/var/serving-cert")),
        ),
    ]


def etcd(edition: Edition) -> Component:
    """The StatefulSet that stands for Karmada's store."""
    return Component(
        "etcd",
        f"etcd:{_ETCD[edition]}",
        ("/usr/local/bin/etcd", "--config-file=/etc/etcd/etcd.conf"),
        2379,
        "client",
        service_port=2379,
        secrets=(("etcd-cert", "/etc/karmada/pki/etcd"),),
    )


def pod_template(component: Component) -> Object:
    container: Object = {
        "name": component.name,
        "image": component.image,
        "command": list(component.arguments),
        "volumeMounts": [
            {"name": name, "mountPath": path, "readOnly": True} for name, path in component.secrets
        ],
    }
    if component.port:
        port = {"name": component.port_name, "containerPort": component.port, "protocol": "TCP"}
        container["ports"] = [port]
    return {
        "metadata": {"labels": component.labels},
        "spec": {
            "containers": [container],
            "volumes": [{"name": name, "secret": {"secretName": name}} for name, _ in component.secrets],
            "tolerations": [{"effect": "NoExecute", "operator": "Exists"}],
        },
    }


def workload(component: Component, namespace: str, kind: str = "Deployment", replicas: int = 1) -> Object:
    """The component's Deployment, or its StatefulSet."""
    spec: Object = {
        "replicas": replicas,
        "selector": {"matchLabels": component.labels},
        "template": pod_template(component),
    }
    if kind == "StatefulSet":
        spec["serviceName"] = component.name
    return {
        "apiVersion": "apps/v1",
        "kind": kind,
        "metadata": {"name": component.name, "namespace": namespace, "labels": LABELS},
        "spec": spec,
    }


def service(component: Component, namespace: str) -> Object:
    port: Object = {
        "name": component.port_name,
        "protocol": "TCP",
        "port": component.service_port,
        "targetPort": component.port,
    }
    if component.node_port:
        port["nodePort"] = component.node_port
    spec: Object = {
        "type": "NodePort" if component.node_port else "ClusterIP",
        "selector": component.labels,
        "ports": [port],
    }
    if component.name == "etcd":
        spec["clusterIP"] = "None"
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": component.name, "namespace": namespace, "labels": LABELS},
        "spec": spec,
    }
