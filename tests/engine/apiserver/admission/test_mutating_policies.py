"""MutatingAdmissionPolicy: parameters, and asking again. All else is recorded from a real server."""

from __future__ import annotations

from typing import Any

import pytest

from karmada_nb.engine.cluster import Cluster
from karmada_nb.engine.runtime.client import Client, Resource

GROUP = "admissionregistration.k8s.io"
MAPS = Resource("", "v1", "configmaps")
POLICIES = Resource(GROUP, "v1", "mutatingadmissionpolicies")
BINDINGS = Resource(GROUP, "v1", "mutatingadmissionpolicybindings")
ON_MAPS = {"operations": ["CREATE"], "apiGroups": [""], "apiVersions": ["v1"], "resources": ["configmaps"]}
COUNT = '[JSONPatch{op: "add", path: "/data/%s", value: string(size(object.data))}]'


@pytest.fixture
async def client(running: Cluster) -> Client:
    made = running.client_as("test")
    await made.create(Resource("", "v1", "namespaces"), {"metadata": {"name": "demo"}})
    return made


async def bind(client: Client, name: str, expression: str, ref: Any = None, **spec: Any) -> None:
    said = {
        "matchConstraints": {"resourceRules": [ON_MAPS]},
        "mutations": [{"patchType": "JSONPatch", "jsonPatch": {"expression": expression}}],
        "reinvocationPolicy": "Never",
        **spec,
    }
    await client.create(POLICIES, {"metadata": {"name": name}, "spec": said})
    bound = {"policyName": name} if ref is None else {"policyName": name, "paramRef": ref}
    await client.create(BINDINGS, {"metadata": {"name": name}, "spec": bound})


async def created(client: Client, name: str) -> Any:
    made = await client.create(MAPS, {"metadata": {"name": name}, "data": {"k": "v"}}, "demo")
    return made["data"]


@pytest.mark.parametrize(("again", "first"), [("Never", "1"), ("IfNeeded", "3")])
async def test_a_policy_is_asked_again_after_what_another_changed(
    client: Client, again: str, first: str
) -> None:
    await bind(client, "a", COUNT % "first", reinvocationPolicy=again)
    await bind(client, "b", COUNT % "second", reinvocationPolicy="IfNeeded")
    assert await created(client, "m") == {"k": "v", "first": first, "second": "2"}


async def test_a_policy_runs_once_for_each_parameter(client: Client) -> None:
    for name, word in (("one", "x"), ("two", "y")):
        labelled = {"name": name, "labels": {"of": "policy"}}
        await client.create(MAPS, {"metadata": labelled, "data": {"word": word}}, "demo")
    await bind(
        client,
        "p",
        '[JSONPatch{op: "add", path: "/data/" + params.data.word, value: params.metadata.name}]',
        {"selector": {"matchLabels": {"of": "policy"}}, "parameterNotFoundAction": "Deny"},
        paramKind={"apiVersion": "v1", "kind": "ConfigMap"},
    )
    assert await created(client, "m") == {"k": "v", "x": "one", "y": "two"}
