"""Nobody hands out what they do not have, over the API."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from karmada_nb.engine.apiserver.rbac.rules import RBAC, compact, covers
from karmada_nb.engine.apiserver.verbs.call import User
from tests.engine.apiserver.http.serving import Serving, serving

GROUP = f"/apis/{RBAC}/v1"


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Serving]:
    static = {"root": User("root", ("system:masters",)), "ann": User("ann", ("devs",))}
    async with serving(tmp_path, static) as found:
        await post(found, "root", f"{GROUP}/namespaces/a/rolebindings", binding("admin", "ann"))
        yield found


async def post(running: Serving, token: str, path: str, body: dict[str, Any]) -> tuple[int, str]:
    headers = {"Authorization": f"Bearer {token}"}
    async with running.session("") as session, session.post(path, json=body, headers=headers) as answer:
        return answer.status, (await answer.json()).get("message", "")


def binding(role: str, user: str, name: str = "b") -> dict[str, Any]:
    return {
        "metadata": {"name": name},
        "roleRef": {"apiGroup": RBAC, "kind": "ClusterRole", "name": role},
        "subjects": [{"apiGroup": RBAC, "kind": "User", "name": user}],
    }


def role(*resources: str, group: str = "", verbs: tuple[str, ...] = ("get",)) -> dict[str, Any]:
    rules = [{"apiGroups": [group], "resources": list(resources), "verbs": list(verbs)}]
    return {"metadata": {"name": "r"}, "rules": rules}


async def test_an_admin_of_a_namespace_gives_what_it_has(running: Serving) -> None:
    assert (await post(running, "ann", f"{GROUP}/namespaces/a/roles", role("secrets")))[0] == 201
    path = f"{GROUP}/namespaces/a/rolebindings"
    assert (await post(running, "ann", path, binding("view", "bob", "c")))[0] == 201


async def test_and_no_more(running: Serving) -> None:
    status, message = await post(
        running, "ann", f"{GROUP}/namespaces/a/roles", role("nodes", verbs=("get", "list"))
    )
    assert status == 403
    assert message == (
        'roles.rbac.authorization.k8s.io "r" is forbidden: '
        'user "ann" (groups=["devs" "system:authenticated"]) '
        "is attempting to grant RBAC permissions not currently held:\n"
        '{APIGroups:[""], Resources:["nodes"], Verbs:["get" "list"]}'
    )
    path = f"{GROUP}/namespaces/a/rolebindings"
    status, message = await post(running, "ann", path, binding("cluster-admin", "bob", "c"))
    assert (status, "not currently held" in message) == (403, True)
    status, message = await post(running, "ann", path, binding("none", "bob", "c"))
    assert (status, message) == (404, 'rolebindings.rbac.authorization.k8s.io "none" not found')


async def test_masters_may_everything(running: Serving) -> None:
    body = binding("cluster-admin", "bob")
    assert (await post(running, "root", f"{GROUP}/clusterrolebindings", body))[0] == 201


def test_covering() -> None:
    """Cases of k8s.io/component-helpers auth/rbac/validation/policy_comparator_test.go."""
    owner = [{"apiGroups": ["v1"], "resources": ["*/scale", "builds"], "verbs": ["*"]}]
    assert covers(owner, [{"apiGroups": ["v1"], "resources": ["foo/scale"], "verbs": ["get"]}]) == []
    named = {"apiGroups": ["v1"], "resources": ["builds"], "verbs": ["get"], "resourceNames": ["a"]}
    assert covers(owner, [named]) == []
    assert covers([named], [{k: v for k, v in named.items() if k != "resourceNames"}]) != []
    urls = [{"nonResourceURLs": ["/apis/*"], "verbs": ["*"]}]
    assert covers(urls, [{"nonResourceURLs": ["/apis/x"], "verbs": ["get"]}]) == []
    assert covers(urls, [{"nonResourceURLs": ["/api"], "verbs": ["get"]}]) != []


def test_what_is_missing_is_told_by_resource() -> None:
    missing = covers([], [{"apiGroups": [""], "resources": ["b", "a"], "verbs": ["get", "list"]}])
    assert compact(missing) == [
        '{APIGroups:[""], Resources:["a"], Verbs:["get" "list"]}',
        '{APIGroups:[""], Resources:["b"], Verbs:["get" "list"]}',
    ]
