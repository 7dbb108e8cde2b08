"""What admission gives to new objects, and what it refuses."""

from typing import Any

import pytest

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver import builtin
from karmada_nb.engine.apiserver.admission import default_plugins
from karmada_nb.engine.apiserver.admission.chain import Chain
from karmada_nb.engine.apiserver.resource import Registry
from karmada_nb.engine.apiserver.schema.catalogue import BUILT_IN
from karmada_nb.engine.apiserver.verbs.api import Api
from karmada_nb.engine.apiserver.verbs.call import Call, DeleteOptions
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.meta import Object
from karmada_nb.engine.runtime.clock import VirtualClock
from karmada_nb.engine.store import Store

KINDS = {
    "pods": "",
    "services": "",
    "namespaces": "",
    "serviceaccounts": "",
    "resourcequotas": "",
    "limitranges": "",
    "persistentvolumeclaims": "",
    "configmaps": "",
    "storageclasses": "storage.k8s.io",
    "priorityclasses": "scheduling.k8s.io",
}


class Server:
    def __init__(self) -> None:
        self.registry = Registry()
        self.registry.add(*builtin.resources(BUILT_IN))
        self.api = Api(Store(), self.registry, VirtualClock(), Chain(default_plugins()))
        self.create("namespaces", {"metadata": {"name": "demo"}}, "")

    def create(self, plural: str, body: Any, namespace: str = "demo") -> Object:
        resource = self.registry.resource(KINDS[plural], "v1", plural)
        return self.api.create(resource, namespace, body, Call(track=False))

    def delete(self, plural: str, name: str, namespace: str = "demo") -> None:
        resource = self.registry.resource(KINDS[plural], "v1", plural)
        self.api.delete(resource, namespace, name, DeleteOptions(), Call(track=False))

    def refused(self, plural: str, body: Any, namespace: str = "demo") -> str:
        with pytest.raises(StatusError) as caught:
            self.create(plural, body, namespace)
        return f"{caught.value.code} {caught.value.message}"


@pytest.fixture
def server() -> Server:
    return Server()


def pod(name: str = "p", **spec: Any) -> Object:
    return {"metadata": {"name": name}, "spec": {"containers": [{"name": "c", "image": "i"}], **spec}}


def service(name: str, **spec: Any) -> Object:
    return {"metadata": {"name": name}, "spec": {"ports": [{"port": 80}], **spec}}


def test_a_namespace_must_exist(server: Server) -> None:
    assert (
        server.refused("configmaps", {"metadata": {"name": "c"}}, "none") == '404 namespaces "none" not found'
    )


def test_the_system_namespace_stays(server: Server) -> None:
    server.create("namespaces", {"metadata": {"name": "kube-system"}}, "")
    with pytest.raises(StatusError) as caught:
        server.delete("namespaces", "kube-system", "")
    assert caught.value.message == 'namespaces "kube-system" is forbidden: this namespace may not be deleted'


def test_nothing_new_in_a_namespace_that_goes(server: Server) -> None:
    server.delete("namespaces", "demo", "")
    assert server.refused("configmaps", {"metadata": {"name": "late"}}) == (
        '403 configmaps "late" is forbidden: unable to create new content in namespace demo '
        "because it is being terminated"
    )


def test_every_container_can_read_the_token(server: Server) -> None:
    made = server.create("pods", pod())
    volume = made["spec"]["volumes"][-1]
    assert volume["name"].startswith("kube-api-access-")
    assert made["spec"]["containers"][0]["volumeMounts"] == [
        {
            "name": volume["name"],
            "readOnly": True,
            "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount",
        }
    ]


def test_a_pod_may_do_without_a_token(server: Server) -> None:
    assert "volumes" not in server.create("pods", pod(automountServiceAccountToken=False))["spec"]


def test_an_account_brings_its_pull_secrets(server: Server) -> None:
    account = {"metadata": {"name": "robot"}, "imagePullSecrets": [{"name": "registry"}]}
    server.create("serviceaccounts", account)
    made = server.create("pods", pod(serviceAccountName="robot"))
    assert made["spec"]["imagePullSecrets"] == [{"name": "registry"}]
    assert made["spec"]["serviceAccount"] == "robot"


def test_the_default_priority_class(server: Server) -> None:
    server.create("priorityclasses", {"metadata": {"name": "usual"}, "value": 7, "globalDefault": True}, "")
    spec = server.create("pods", pod())["spec"]
    assert (spec["priority"], spec["priorityClassName"]) == (7, "usual")


def test_two_services_have_two_addresses(server: Server) -> None:
    first, second = (server.create("services", service(name))["spec"]["clusterIP"] for name in ("a", "b"))
    assert first != second
    assert first.startswith("10.43.")


def test_an_address_comes_back_after_deletion(server: Server) -> None:
    address = server.create("services", service("a"))["spec"]["clusterIP"]
    assert "provided IP is already allocated" in server.refused("services", service("b", clusterIP=address))
    server.delete("services", "a")
    assert server.create("services", service("b", clusterIP=address))["spec"]["clusterIPs"] == [address]


def test_a_node_port_belongs_to_one_service(server: Server) -> None:
    ports = [{"port": 80, "nodePort": 30080}]
    server.create("services", service("a", type="NodePort", ports=ports))
    assert server.refused("services", service("b", type="NodePort", ports=ports)) == (
        '422 Service "b" is invalid: spec.ports[0].nodePort: Invalid value: 30080: '
        "provided port is already allocated"
    )


def test_addresses_outside_the_range(server: Server) -> None:
    assert server.refused("services", service("a", clusterIP="192.168.0.1")) == (
        '422 Service "a" is invalid: spec.clusterIPs: Invalid value: ["192.168.0.1"]: failed to allocate IP '
        "192.168.0.1: the provided IP (192.168.0.1) is not in the valid range. "
        "The range of valid IPs is 10.43.0.0/16"
    )


def test_a_claim_gets_the_default_class_and_protection(server: Server) -> None:
    marked = {"storageclass.kubernetes.io/is-default-class": "true"}
    server.create(
        "storageclasses",
        {"metadata": {"name": "local-path", "annotations": marked}, "provisioner": "rancher.io/local-path"},
        "",
    )
    claim = {
        "metadata": {"name": "c"},
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
    }
    made = server.create("persistentvolumeclaims", claim)
    assert made["spec"]["storageClassName"] == "local-path"
    assert meta.finalizers(made) == ["kubernetes.io/pvc-protection"]


def test_limits_fill_in_and_bound(server: Server) -> None:
    limit = {"type": "Container", "default": {"cpu": "500m"}, "defaultRequest": {"cpu": "100m"}}
    body = {"metadata": {"name": "l"}, "spec": {"limits": [{**limit, "max": {"cpu": "1"}}]}}
    server.create("limitranges", body)
    made = server.create("pods", pod())
    assert made["spec"]["containers"][0]["resources"] == {
        "limits": {"cpu": "500m"},
        "requests": {"cpu": "100m"},
    }
    greedy = [{"name": "c", "image": "i", "resources": {"limits": {"cpu": "2"}}}]
    assert server.refused("pods", pod("q", containers=greedy)) == (
        '403 pods "q" is forbidden: maximum cpu usage per Container is 1, but limit is 2'
    )


def test_a_quota_counts_what_is_there(server: Server) -> None:
    server.create("resourcequotas", {"metadata": {"name": "q"}, "spec": {"hard": {"pods": "1"}}})
    server.create("pods", pod("a"))
    assert server.refused("pods", pod("b")) == (
        '403 pods "b" is forbidden: exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1'
    )
    server.delete("pods", "a")
    server.create("pods", pod("b"))


def test_under_a_quota_of_cpu_every_container_says_what_it_wants(server: Server) -> None:
    server.create("resourcequotas", {"metadata": {"name": "q"}, "spec": {"hard": {"requests.cpu": "1"}}})
    assert server.refused("pods", pod("a")) == (
        '403 pods "a" is forbidden: failed quota: q: must specify requests.cpu for: c'
    )


def quota(server: Server, hard: Object, *chosen: Object, scopes: tuple[str, ...] = ()) -> None:
    spec: Object = {"hard": hard, "scopes": list(scopes)}
    if chosen:
        spec["scopeSelector"] = {"matchExpressions": list(chosen)}
    server.create("resourcequotas", {"metadata": {"name": "q"}, "spec": spec})


@pytest.mark.parametrize(
    ("operator", "values", "refused"),
    [
        ("In", ["high"], True),
        ("NotIn", ["high"], False),
        ("NotIn", ["low"], True),
        ("Exists", [], True),
        ("DoesNotExist", [], False),
    ],
)
def test_a_quota_is_about_pods_of_some_priority_classes(
    server: Server, operator: str, values: list[str], refused: bool
) -> None:
    """Follows podMatchesScopeFunc: a scope is held against the pod's priority class."""
    server.create("priorityclasses", {"metadata": {"name": "high"}, "value": 1000}, "")
    quota(server, {"pods": "0"}, {"scopeName": "PriorityClass", "operator": operator, "values": values})
    body = pod("a", priorityClassName="high")
    if refused:
        assert "exceeded quota: q, requested: pods=1, used: pods=0, limited: pods=0" in server.refused(
            "pods", body
        )
    else:
        server.create("pods", body)


def test_scopes_tell_pods_apart(server: Server) -> None:
    quota(server, {"pods": "0"}, scopes=("Terminating", "NotBestEffort"))
    server.create("pods", pod("runs"))
    server.create("pods", pod("ends", activeDeadlineSeconds=60))
    asks = [{"name": "c", "image": "i", "resources": {"requests": {"cpu": "1"}}}]
    server.create("pods", pod("asks", containers=asks))
    assert "exceeded quota" in server.refused("pods", pod("both", containers=asks, activeDeadlineSeconds=60))


def test_claims_are_counted_by_their_storage_class(server: Server) -> None:
    gold = "gold.storageclass.storage.k8s.io/requests.storage"
    quota(server, {gold: "1Gi", "requests.storage": "10Gi"})

    def claim(name: str, storage_class: str) -> Object:
        spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "2Gi"}}}
        return {"metadata": {"name": name}, "spec": {**spec, "storageClassName": storage_class}}

    server.create("persistentvolumeclaims", claim("a", "silver"))
    assert server.refused("persistentvolumeclaims", claim("b", "gold")).endswith(
        f"exceeded quota: q, requested: {gold}=2Gi, used: {gold}=0, limited: {gold}=1Gi"
    )


def test_what_grows_is_held_against_the_quota_again(server: Server) -> None:
    """Services and claims are charged for what an update adds (Handles of their evaluators)."""
    quota(server, {"services.nodeports": "1", "services": "1"})
    made = server.create("services", service("s", ports=[{"name": "a", "port": 80}]))
    ports = [{"name": "a", "port": 80}, {"name": "b", "port": 81}]
    resource = server.registry.resource("", "v1", "services")
    grown = {**made, "spec": {**made["spec"], "type": "NodePort", "ports": ports}}
    with pytest.raises(StatusError, match=r"requested: services\.nodeports=2, used: services\.nodeports=0"):
        server.api.update(resource, "demo", "s", grown, Call(track=False))
    server.api.update(resource, "demo", "s", {**made, "metadata": {**made["metadata"], "labels": {}}}, Call())


def test_initialisation_and_overhead_are_part_of_what_a_pod_takes(server: Server) -> None:
    def asking(amount: str, **more: str) -> Object:
        return {"name": f"c{amount}", "image": "i", "resources": {"requests": {"cpu": amount}}, **more}

    quota(server, {"requests.cpu": "1"})
    init = [asking("3", restartPolicy="Always"), asking("2")]
    assert "requested: requests.cpu=5," in server.refused(
        "pods", pod("a", initContainers=init, containers=[asking("1")])
    )
