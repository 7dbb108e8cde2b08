"""Policies about who may connect to what, and with which command."""

from __future__ import annotations

from pathlib import Path

import pytest

from karmada_nb.engine import pki
from karmada_nb.engine.apiserver.http import streams
from karmada_nb.engine.cluster import Cluster
from karmada_nb.engine.runtime.client import Resource
from tests.engine.apiserver.http.serving import Serving
from tests.engine.apiserver.http.streams.test_streams import Echo

GROUP = "admissionregistration.k8s.io"
POLICIES = Resource(GROUP, "v1", "validatingadmissionpolicies")
BINDINGS = Resource(GROUP, "v1", "validatingadmissionpolicybindings")
PODS = "/api/v1/namespaces/default/pods/p"
SAID = "request.operation + ' ' + request.name + ' ' + request.subResource + ' ' + request.kind.kind"


@pytest.mark.parametrize(
    ("path", "told"),
    [
        (f"{PODS}/exec?command=sh&stdout=true", 'pods "p"|CONNECT p exec PodExecOptions'),
        (f"{PODS}/attach?stdout=true", 'pods "p"|CONNECT p attach PodAttachOptions'),
        (f"{PODS}/portforward?ports=80", 'pods "p"|CONNECT p portforward PodPortForwardOptions'),
        (f"{PODS}/proxy/a", 'pods "p"|CONNECT p proxy PodProxyOptions'),
        (
            "/api/v1/namespaces/default/services/s:80/proxy/",
            'services "s:80"|CONNECT s:80 proxy ServiceProxyOptions',
        ),
        (f"{PODS}/exec?command=ls&stdout=true", ""),
    ],
)
async def test_a_policy_is_asked_before_anybody_connects(
    running: Cluster, tmp_path: Path, path: str, told: str
) -> None:
    """Texts as a kube-apiserver of v1.36 has them; the pod is looked for later."""
    client = running.client_as("test")
    rule = {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CONNECT"], "resources": ["*/*"]}
    expression = "has(object.command) && object.command[0] != 'sh'"
    spec = {
        "matchConstraints": {"resourceRules": [rule]},
        "validations": [{"expression": expression, "messageExpression": SAID}],
    }
    await client.create(POLICIES, {"metadata": {"name": "x"}, "spec": spec})
    bound = {"policyName": "x", "validationActions": ["Deny"]}
    await client.create(BINDINGS, {"metadata": {"name": "x"}, "spec": bound})
    state = pki.State(tmp_path / "pki", running.clock.now())
    streams.install(running.server, Echo())
    port = await running.listen(state.server_context("test"))
    async with (
        Serving(running.server, running.api, state, port).session() as session,
        session.post(path) as got,
    ):
        message = (await got.json())["message"]
        if told:
            what, said = told.split("|")
            denied = f"ValidatingAdmissionPolicy 'x' with binding 'x' denied request: {said}"
            assert (got.status, message) == (422, f"{what} is forbidden: {denied}")
        else:
            assert (got.status, message) == (404, 'pods "p" not found')
