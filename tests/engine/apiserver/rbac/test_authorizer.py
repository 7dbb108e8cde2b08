"""What roles and bindings allow, and what a refusal says."""

from __future__ import annotations

from typing import Any

import pytest

from karmada_nb.engine.apiserver.rbac.authorizer import Authorizer
from karmada_nb.engine.apiserver.rbac.bootstrap import bootstrap_objects
from karmada_nb.engine.apiserver.rbac.rules import RBAC, Request
from karmada_nb.engine.apiserver.verbs.call import User
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.meta import Object
from karmada_nb.engine.store import Store, StoreKey

ANN = User("ann", ("devs", "system:authenticated"))
PLURALS = {
    "Role": "roles",
    "ClusterRole": "clusterroles",
    "RoleBinding": "rolebindings",
    "ClusterRoleBinding": "clusterrolebindings",
}


class World:
    """A store with an authorizer on it, and short ways to write roles."""

    def __init__(self) -> None:
        self.store = Store()
        self.authorizer = Authorizer(self.store)

    def put(self, kind: str, name: str, namespace: str = "", **rest: Any) -> StoreKey:
        key = StoreKey(f"{PLURALS[kind]}.{RBAC}", namespace, name)
        metadata = {"name": name, **({"namespace": namespace} if namespace else {})}
        self.store.put(key, {"kind": kind, "apiVersion": f"{RBAC}/v1", "metadata": metadata, **rest})
        return key

    def bind(self, role: str, subject: Object, namespace: str = "", kind: str = "ClusterRole") -> StoreKey:
        binding = "RoleBinding" if namespace else "ClusterRoleBinding"
        ref = {"apiGroup": RBAC, "kind": kind, "name": role}
        return self.put(binding, "b", namespace, roleRef=ref, subjects=[subject])

    def allows(self, verb: str, resource: str, namespace: str = "", name: str = "", user: User = ANN) -> bool:
        resource, _, subresource = resource.partition("/")
        request = Request(user, verb, "", resource, subresource, namespace, name)
        return self.authorizer.authorize(request).allowed


@pytest.fixture
def world() -> World:
    return World()


def rules(*resources: str, verbs: tuple[str, ...] = ("get",), **more: Any) -> list[Object]:
    return [{"apiGroups": [""], "resources": list(resources), "verbs": list(verbs), **more}]


def test_a_role_counts_in_its_namespace_only(world: World) -> None:
    world.put("Role", "r", "a", rules=rules("pods"))
    world.bind("r", {"kind": "User", "name": "ann"}, "a", "Role")
    assert world.allows("get", "pods", "a")
    assert not world.allows("get", "pods", "b")
    assert not world.allows("get", "pods")
    assert not world.allows("list", "pods", "a")


def test_a_cluster_role_bound_in_a_namespace_counts_there(world: World) -> None:
    world.put("ClusterRole", "r", rules=rules("pods"))
    world.bind("r", {"kind": "Group", "name": "devs"}, "a")
    assert world.allows("get", "pods", "a")
    assert not world.allows("get", "pods", "b")


def test_a_cluster_binding_counts_everywhere(world: World) -> None:
    world.put("ClusterRole", "r", rules=rules("pods"))
    world.bind("r", {"kind": "Group", "name": "devs"})
    assert world.allows("get", "pods", "a")
    assert world.allows("get", "pods")


@pytest.mark.parametrize(
    ("granted", "asked", "allowed"),
    [
        ("pods", "pods/log", False),
        ("pods/log", "pods/log", True),
        ("*/scale", "deployments/scale", True),
        ("*/scale", "deployments", False),
        ("*", "pods/log", True),
    ],
)
def test_subresources(world: World, granted: str, asked: str, allowed: bool) -> None:
    world.put("ClusterRole", "r", rules=rules(granted))
    world.bind("r", {"kind": "User", "name": "ann"})
    assert world.allows("get", asked, "a") is allowed


def test_resource_names(world: World) -> None:
    world.put("ClusterRole", "r", rules=rules("configmaps", resourceNames=["this"]))
    world.bind("r", {"kind": "User", "name": "ann"})
    assert world.allows("get", "configmaps", "a", "this")
    assert not world.allows("get", "configmaps", "a", "that")
    assert not world.allows("get", "configmaps", "a")


@pytest.mark.parametrize(
    ("url", "path", "allowed"),
    [
        ("/metrics", "/metrics", True),
        ("/api/*", "/api/v1", True),
        ("/api/*", "/apis", False),
        ("*", "/x", True),
    ],
)
def test_paths(world: World, url: str, path: str, allowed: bool) -> None:
    world.put("ClusterRole", "r", rules=[{"nonResourceURLs": [url], "verbs": ["get"]}])
    world.bind("r", {"kind": "User", "name": "ann"})
    assert world.authorizer.authorize(Request(ANN, "get", path=path)).allowed is allowed


def test_a_service_account_is_the_user_of_its_name(world: World) -> None:
    world.put("Role", "r", "a", rules=rules("pods"))
    world.bind("r", {"kind": "ServiceAccount", "name": "robot"}, "a", "Role")
    robot = User("system:serviceaccount:a:robot")
    assert world.allows("get", "pods", "a", user=robot)
    assert not world.allows("get", "pods", "a", user=User("system:serviceaccount:b:robot"))
    reason = world.authorizer.authorize(Request(robot, "get", "", "pods", "", "a")).reason
    assert reason == 'RBAC: allowed by RoleBinding "b/a" of Role "r" to ServiceAccount "robot/a"'


def test_every_change_counts_at_once(world: World) -> None:
    assert not world.allows("get", "pods")
    role = world.put("ClusterRole", "r", rules=rules("pods"))
    binding = world.bind("r", {"kind": "User", "name": "ann"})
    assert world.allows("get", "pods")
    world.put("ClusterRole", "r", rules=rules("nodes"))
    assert not world.allows("get", "pods")
    assert world.allows("get", "nodes")
    world.bind("r", {"kind": "User", "name": "bob"})
    assert not world.allows("get", "nodes")
    world.bind("r", {"kind": "User", "name": "ann"})
    assert world.allows("get", "nodes")
    world.store.remove(binding)
    assert not world.allows("get", "nodes")
    world.store.remove(role)


def test_bindings_that_were_there_before(world: World) -> None:
    world.put("ClusterRole", "r", rules=rules("pods"))
    world.bind("r", {"kind": "User", "name": "ann"})
    request = Request(ANN, "get", "", "pods")
    assert Authorizer(world.store).authorize(request).allowed


def test_a_missing_role_is_named_in_the_refusal(world: World) -> None:
    """The texts of upstream's RBAC authorizer and responsewriters."""
    world.bind("none", {"kind": "User", "name": "ann"}, "a", "Role")
    with pytest.raises(StatusError) as error:
        world.authorizer.check(Request(ANN, "list", "", "pods", "", "a"))
    assert error.value.message == (
        'pods is forbidden: User "ann" cannot list resource "pods" in API group "" in the namespace "a": '
        'RBAC: role.rbac.authorization.k8s.io "none" not found'
    )


@pytest.fixture
def populated(world: World) -> World:
    for obj in bootstrap_objects():
        metadata = obj["metadata"]
        rest = {k: v for k, v in obj.items() if k not in ("kind", "apiVersion", "metadata")}
        world.put(obj["kind"], metadata["name"], metadata.get("namespace", ""), **rest)
    return world


@pytest.mark.parametrize(
    ("role", "verb", "resource", "allowed"),
    [
        ("view", "get", "configmaps", True),
        ("view", "get", "secrets", False),
        ("view", "get", "pods/log", True),
        ("view", "create", "pods/exec", False),
        ("edit", "get", "secrets", True),
        ("edit", "create", "pods/exec", True),
        ("edit", "update", "resourcequotas", False),
        ("admin", "delete", "secrets", True),
        ("admin", "delete", "namespaces", False),
        ("cluster-admin", "delete", "namespaces", True),
    ],
)
def test_the_roles_for_people(populated: World, role: str, verb: str, resource: str, allowed: bool) -> None:
    """As Kubernetes documents its user-facing roles."""
    populated.bind(role, {"kind": "User", "name": "ann"}, "a")
    assert populated.allows(verb, resource, "a") is allowed


@pytest.mark.parametrize(
    ("groups", "path", "allowed"),
    [
        (("system:unauthenticated",), "/version", True),
        (("system:unauthenticated",), "/apis", False),
        (("system:authenticated",), "/apis/apps/v1", True),
        (("system:authenticated",), "/metrics", False),
        (("system:monitoring",), "/metrics", True),
        (("system:serviceaccounts",), "/openid/v1/jwks", True),
    ],
)
def test_paths_that_everybody_may_read(
    populated: World, groups: tuple[str, ...], path: str, allowed: bool
) -> None:
    request = Request(User("x", groups), "get", path=path)
    assert populated.authorizer.authorize(request).allowed is allowed
