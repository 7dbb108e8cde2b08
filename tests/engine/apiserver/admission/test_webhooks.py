"""Webhooks and admission policies, as somebody who writes objects meets them."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from karmada_nb.engine.cluster import Cluster
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.runtime.client import Client, Resource
from tests.engine.apiserver.admission.hooks import Hooks, json_patch

MAPS = Resource("", "v1", "configmaps")
NAMESPACES = Resource("", "v1", "namespaces")
GROUP = "admissionregistration.k8s.io"
MUTATING = Resource(GROUP, "v1", "mutatingwebhookconfigurations")
VALIDATING = Resource(GROUP, "v1", "validatingwebhookconfigurations")
POLICIES = Resource(GROUP, "v1", "validatingadmissionpolicies")
BINDINGS = Resource(GROUP, "v1", "validatingadmissionpolicybindings")
ON_MAPS = {"operations": ["*"], "apiGroups": [""], "apiVersions": ["v1"], "resources": ["configmaps"]}


@pytest.fixture
async def client(running: Cluster) -> Client:
    made = running.client_as("test")
    await made.create(NAMESPACES, {"metadata": {"name": "demo", "labels": {"team": "a"}}})
    return made


def webhook(client: dict[str, Any], name: str = "w.example.com", **more: Any) -> dict[str, Any]:
    return {
        "name": name,
        "rules": [ON_MAPS],
        "clientConfig": client,
        "sideEffects": "None",
        "admissionReviewVersions": ["v1"],
        **more,
    }


def config_map(name: str = "a", **data: str) -> dict[str, Any]:
    return {"metadata": {"name": name, "namespace": "demo"}, "data": data}


async def refused(client: Client, obj: dict[str, Any]) -> StatusError:
    with pytest.raises(StatusError) as caught:
        await client.create(MAPS, obj, "demo")
    return caught.value


async def test_a_mutating_webhook_changes_what_is_stored_and_the_next_sees_it(
    client: Client, server: Hooks
) -> None:
    server.decide["/first"] = lambda _: json_patch({"op": "add", "path": "/data/one", "value": "1"})
    server.decide["/second"] = lambda _: json_patch({"op": "add", "path": "/data/two", "value": "2"})
    two = [
        webhook(server.client("/first"), "first.example.com"),
        webhook(server.client("/second"), "second.example.com"),
    ]
    await client.create(MUTATING, {"metadata": {"name": "m"}, "webhooks": two})
    made = await client.create(MAPS, config_map(zero="0"), "demo")
    assert made["data"] == {"zero": "0", "one": "1", "two": "2"}
    assert await client.get(MAPS, "a", "demo") == made
    assert [sorted(request["object"]["data"]) for request in server.asked] == [["zero"], ["one", "zero"]]
    assert server.asked[1]["object"]["metadata"]["uid"] == made["metadata"]["uid"]
    assert server.asked[0]["operation"] == "CREATE"


async def test_a_validating_webhook_refuses_in_its_words(client: Client, server: Hooks) -> None:
    server.decide["/v"] = lambda _: {"allowed": False, "status": {"code": 403, "message": "not today"}}
    hook = webhook(server.client("/v"))
    await client.create(VALIDATING, {"metadata": {"name": "v"}, "webhooks": [hook]})
    error = await refused(client, config_map())
    assert error.message == 'admission webhook "w.example.com" denied the request: not today'
    assert error.code == 403


async def test_updates_show_what_was_and_deletes_have_no_object(client: Client, server: Hooks) -> None:
    made = await client.create(MAPS, config_map(k="old"), "demo")
    server.decide["/v"] = lambda _: {"allowed": True}
    hook = webhook(server.client("/v"))
    await client.create(VALIDATING, {"metadata": {"name": "v"}, "webhooks": [hook]})
    await client.update(MAPS, {**made, "data": {"k": "new"}})
    await client.delete(MAPS, "a", "demo")
    seen = [
        (r["operation"], (r["object"] or {}).get("data"), (r["oldObject"] or {}).get("data"))
        for r in server.asked
    ]
    assert seen == [("UPDATE", {"k": "new"}, {"k": "old"}), ("DELETE", None, {"k": "new"})]


@pytest.mark.parametrize(("policy", "stored"), [("Fail", False), ("Ignore", True)])
async def test_a_webhook_that_is_down(client: Client, policy: str, stored: bool) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    hook = webhook({"url": f"https://127.0.0.1:{port}/v"}, failurePolicy=policy)
    await client.create(VALIDATING, {"metadata": {"name": "v"}, "webhooks": [hook]})
    if stored:
        await client.create(MAPS, config_map(), "demo")
        return
    assert (await refused(client, config_map())).message == (
        'Internal error occurred: failed calling webhook "w.example.com": failed to call webhook: '
        f'Post "https://127.0.0.1:{port}/v?timeout=10s": dial tcp 127.0.0.1:{port}: connect: '
        "connection refused"
    )


async def test_a_service_that_is_not_there(client: Client) -> None:
    hook = webhook({"service": {"name": "gone", "namespace": "demo", "path": "/v"}})
    await client.create(VALIDATING, {"metadata": {"name": "v"}, "webhooks": [hook]})
    assert (await refused(client, config_map())).message == (
        'Internal error occurred: failed calling webhook "w.example.com": failed to call webhook: '
        'Post "https://gone.demo.svc:443/v?timeout=10s": service "gone" not found'
    )


@pytest.mark.parametrize(
    ("narrowed", "asked"),
    [
        ({"namespaceSelector": {"matchLabels": {"team": "a"}}}, True),
        ({"namespaceSelector": {"matchLabels": {"team": "b"}}}, False),
        ({"objectSelector": {"matchLabels": {"x": "y"}}}, False),
        ({"matchConditions": [{"name": "big", "expression": "size(object.data) > 1"}]}, False),
        ({"matchConditions": [{"name": "one", "expression": "object.data.?k.orValue('') == 'v'"}]}, True),
    ],
)
async def test_selectors_and_conditions_say_who_is_asked(
    client: Client, server: Hooks, narrowed: dict[str, Any], asked: bool
) -> None:
    server.decide["/v"] = lambda _: {"allowed": True}
    hook = webhook(server.client("/v"), **narrowed)
    await client.create(VALIDATING, {"metadata": {"name": "v"}, "webhooks": [hook]})
    await client.create(MAPS, config_map(k="v"), "demo")
    assert bool(server.asked) is asked


async def test_a_webhook_with_effects_takes_no_dry_run(
    running: Cluster, client: Client, server: Hooks
) -> None:
    server.decide["/v"] = lambda _: {"allowed": True}
    hook = webhook(server.client("/v"), sideEffects="NoneOnDryRun")
    await client.create(VALIDATING, {"metadata": {"name": "v"}, "webhooks": [hook]})
    made = await client.create(MAPS, config_map(), "demo")
    assert made["metadata"]["name"] == "a"
    assert server.asked[0]["dryRun"] is False


def policy(*validations: dict[str, Any], **spec: Any) -> dict[str, Any]:
    rules = {"resourceRules": [ON_MAPS]}
    return {
        "metadata": {"name": "p.example.com"},
        "spec": {"matchConstraints": rules, "validations": list(validations), **spec},
    }


def binding(**spec: Any) -> dict[str, Any]:
    said = {"policyName": "p.example.com", "validationActions": ["Deny"], **spec}
    return {"metadata": {"name": "b.example.com"}, "spec": said}


async def test_a_policy_refuses_what_its_expression_does_not_allow(client: Client) -> None:
    await client.create(POLICIES, policy({"expression": "size(object.data) <= 1"}))
    await client.create(MAPS, config_map(a="1", b="2"), "demo")
    await client.create(BINDINGS, binding())
    error = await refused(client, config_map("c", a="1", b="2"))
    assert error.message == (
        "configmaps \"c\" is forbidden: ValidatingAdmissionPolicy 'p.example.com' with binding "
        "'b.example.com' denied request: failed expression: size(object.data) <= 1"
    )
    assert (error.code, error.reason) == (422, "Invalid")
    await client.create(MAPS, config_map("d", a="1"), "demo")


async def test_a_policy_takes_parameters_variables_and_words_of_its_own(client: Client) -> None:
    await client.create(
        MAPS, {"metadata": {"name": "limits", "namespace": "demo"}, "data": {"most": "2"}}, "demo"
    )
    judged = policy(
        {
            "expression": "variables.count <= int(params.data.most)",
            "messageExpression": "'at most ' + params.data.most",
            "reason": "Forbidden",
        },
        paramKind={"apiVersion": "v1", "kind": "ConfigMap"},
        variables=[{"name": "count", "expression": "size(object.data)"}],
    )
    await client.create(POLICIES, judged)
    await client.create(
        BINDINGS, binding(paramRef={"name": "limits", "namespace": "demo", "parameterNotFoundAction": "Deny"})
    )
    await client.create(MAPS, config_map("fine", a="1", b="2"), "demo")
    error = await refused(client, config_map("c", a="1", b="2", c="3"))
    assert error.message.endswith("denied request: at most 2")
    assert (error.code, error.reason) == (403, "Forbidden")
