"""Who a request is believed to come from, asked over TLS with SelfSubjectReview."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from karmada_nb.engine import meta, pki
from karmada_nb.engine.apiserver.auth.jwt import Signer
from karmada_nb.engine.apiserver.auth.service_accounts import ServiceAccountTokens
from karmada_nb.engine.apiserver.verbs.call import Call, User
from karmada_nb.engine.meta import Object
from karmada_nb.engine.store import StoreKey
from tests.engine.apiserver.http.serving import Serving, serving

WHO = "/apis/authentication.k8s.io/v1/selfsubjectreviews"


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Serving]:
    static = {"sesame": User("ali", ("thieves",)), "root": User("root", ("system:masters",))}
    async with serving(tmp_path, static) as found:
        yield found


async def whoami(running: Serving, token: str = "", headers: dict[str, str] | None = None) -> tuple[int, Any]:
    sent = {**(headers or {}), **({"Authorization": f"Bearer {token}"} if token else {})}
    async with running.session("") as session, session.post(WHO, json={}, headers=sent) as answer:
        found = await answer.json()
        return answer.status, found["status"]["userInfo"] if answer.status == 201 else found["message"]


def make(running: Serving, kind: str, name: str, namespace: str = "default", **rest: Any) -> Object:
    resource = running.api.registry.of_kind("v1", kind)
    assert resource is not None
    return running.api.create(resource, namespace, {"metadata": {"name": name}, **rest}, Call())


async def test_a_certificate_names_user_and_groups(running: Serving) -> None:
    async with running.session("ann", ["devs", "ops"]) as session, session.post(WHO, json={}) as answer:
        user = (await answer.json())["status"]["userInfo"]
    assert (user["username"], user["groups"]) == ("ann", ["devs", "ops", "system:authenticated"])
    (identity,) = user["extra"]["authentication.kubernetes.io/credential-id"]
    assert identity.startswith("X509SHA256=")


async def test_a_certificate_of_another_authority_opens_nothing(running: Serving, tmp_path: Path) -> None:
    other = pki.State(tmp_path / "other", running.api.clock.now(), "other")
    other.client("eve", "eve", ["system:masters"])
    context = running.context()
    context.load_cert_chain(other.folder / "eve.crt", other.folder / "eve.key")
    connector = aiohttp.TCPConnector(ssl=context)
    async with aiohttp.ClientSession(running.url, connector=connector) as session:
        with pytest.raises(aiohttp.ClientError):
            async with session.get("/api/v1/secrets") as answer:
                assert answer.status == 200


async def test_static_tokens(running: Serving) -> None:
    assert await whoami(running, "sesame") == (
        201,
        {"username": "ali", "groups": ["thieves", "system:authenticated"]},
    )


@pytest.mark.parametrize("token", ["nonsense", "a.b.c", "abcdef.0123456789abcdef", "sesam"])
async def test_a_bad_token_is_worse_than_none(running: Serving, token: str) -> None:
    assert await whoami(running, token) == (401, "Unauthorized")
    status, message = await whoami(running)
    assert status == 403
    assert message.endswith(
        'User "system:anonymous" cannot create resource "selfsubjectreviews" '
        'in API group "authentication.k8s.io" at the cluster scope'
    )


async def token_of(running: Serving, account: str, **spec: Any) -> str:
    path = f"/api/v1/namespaces/default/serviceaccounts/{account}/token"
    async with running.session() as session, session.post(path, json={"spec": spec}) as answer:
        assert answer.status == 201, await answer.text()
        found: str = (await answer.json())["status"]["token"]
        return found


async def test_a_service_account_token(running: Serving) -> None:
    account = make(running, "ServiceAccount", "robot")
    status, user = await whoami(running, await token_of(running, "robot"))
    assert (status, user["username"], user["uid"]) == (
        201,
        "system:serviceaccount:default:robot",
        meta.uid(account),
    )
    assert user["groups"] == [
        "system:serviceaccounts",
        "system:serviceaccounts:default",
        "system:authenticated",
    ]


async def test_a_token_ends_with_its_account(running: Serving) -> None:
    make(running, "ServiceAccount", "robot")
    token = await token_of(running, "robot")
    running.api.store.remove(StoreKey("serviceaccounts", "default", "robot"))
    assert (await whoami(running, token))[0] == 401
    make(running, "ServiceAccount", "robot")
    assert (await whoami(running, token))[0] == 401, "an account of the same name is another account"


async def test_a_token_ends_with_the_pod_it_is_bound_to(running: Serving) -> None:
    make(running, "ServiceAccount", "robot")
    spec = {"containers": [{"name": "c", "image": "i"}], "serviceAccountName": "robot"}
    make(running, "Pod", "p", spec=spec)
    bound = {"kind": "Pod", "apiVersion": "v1", "name": "p"}
    token = await token_of(running, "robot", boundObjectRef=bound)
    status, user = await whoami(running, token)
    assert (status, user["extra"]["authentication.kubernetes.io/pod-name"]) == (201, ["p"])
    running.api.store.remove(StoreKey("pods", "default", "p"))
    assert (await whoami(running, token))[0] == 401


async def test_a_token_for_others_is_not_for_this_server(running: Serving) -> None:
    make(running, "ServiceAccount", "robot")
    token = await token_of(running, "robot", audiences=["vault"])
    assert (await whoami(running, token))[0] == 401
    review = {"spec": {"token": token, "audiences": ["vault", "other"]}}
    path = "/apis/authentication.k8s.io/v1/tokenreviews"
    async with running.session() as session, session.post(path, json=review) as answer:
        status = (await answer.json())["status"]
    assert (status["authenticated"], status["audiences"]) == (True, ["vault"])


async def test_a_token_of_another_signer_is_refused(running: Serving) -> None:
    account = make(running, "ServiceAccount", "robot")
    tokens = running.server.authenticator.service_accounts
    signer = Signer(pki.SigningKey())
    foreign = ServiceAccountTokens(running.api.store, running.api.clock, signer, tokens.issuer)
    assert (await whoami(running, foreign.mint(account, [tokens.issuer], 600)[0]))[0] == 401
    assert (await whoami(running, tokens.mint(account, [tokens.issuer], 600)[0]))[0] == 201
    assert (await whoami(running, tokens.mint(account, [tokens.issuer], -1)[0]))[0] == 401, "expired"


async def test_a_legacy_token_lives_as_long_as_its_secret(running: Serving) -> None:
    account = make(running, "ServiceAccount", "robot")
    tokens = running.server.authenticator.service_accounts
    token = tokens.mint_legacy(account, {"metadata": {"name": "robot-token"}})
    assert (await whoami(running, token))[0] == 401, "no secret has it"
    data = {"token": base64.b64encode(token.encode()).decode()}
    secret = {
        "metadata": {
            "name": "robot-token",
            "annotations": {"kubernetes.io/service-account.name": "robot"},
        },
        "type": "kubernetes.io/service-account-token",
        "data": data,
    }
    secrets = running.api.registry.resource("", "v1", "secrets")
    running.api.create(secrets, "default", secret, Call())
    status, user = await whoami(running, token)
    assert (status, user["username"]) == (201, "system:serviceaccount:default:robot")
    running.api.store.remove(StoreKey("secrets", "default", "robot-token"))
    assert (await whoami(running, token))[0] == 401


async def test_a_bootstrap_token(running: Serving) -> None:
    data = {
        "token-id": "abcdef",
        "token-secret": "0123456789abcdef",
        "usage-bootstrap-authentication": "true",
        "auth-extra-groups": "system:bootstrappers:karmada",
    }
    encoded = {key: base64.b64encode(value.encode()).decode() for key, value in data.items()}
    rest = {"type": "bootstrap.kubernetes.io/token", "data": encoded}
    make(running, "Secret", "bootstrap-token-abcdef", "kube-system", **rest)
    status, user = await whoami(running, "abcdef.0123456789abcdef")
    assert (status, user["username"]) == (201, "system:bootstrap:abcdef")
    assert user["groups"] == [
        "system:bootstrappers",
        "system:bootstrappers:karmada",
        "system:authenticated",
    ]
    assert (await whoami(running, "abcdef.0123456789abcdee"))[0] == 401


async def test_impersonation(running: Serving) -> None:
    bob = {"Impersonate-User": "bob", "Impersonate-Group": "devs", "Impersonate-Extra-Scopes": "a"}
    assert await whoami(running, "root", bob) == (
        201,
        {"username": "bob", "groups": ["devs", "system:authenticated"], "extra": {"scopes": ["a"]}},
    )
    robot = {"Impersonate-User": "system:serviceaccount:a:robot"}
    _, user = await whoami(running, "root", robot)
    assert user["groups"] == ["system:serviceaccounts", "system:serviceaccounts:a", "system:authenticated"]


@pytest.mark.parametrize(
    ("headers", "message"),
    [
        (
            {"Impersonate-User": "bob"},
            'selfsubjectreviews.authentication.k8s.io is forbidden: User "ali" cannot '
            'impersonate-on:user-info:create resource "selfsubjectreviews" in API group '
            '"authentication.k8s.io" at the cluster scope',
        ),
        (
            {"Impersonate-User": "system:serviceaccount:a:robot"},
            'selfsubjectreviews.authentication.k8s.io is forbidden: User "ali" cannot '
            'impersonate-on:serviceaccount:create resource "selfsubjectreviews" in API group '
            '"authentication.k8s.io" at the cluster scope',
        ),
    ],
)
async def test_impersonation_must_be_allowed(running: Serving, headers: dict[str, str], message: str) -> None:
    assert await whoami(running, "sesame", headers) == (403, message)


async def test_somebody_else_for_one_kind_of_request_only(running: Serving) -> None:
    """Follows k8s.io/apiserver pkg/endpoints/filters/impersonation/mode.go."""
    group = "authentication.k8s.io"
    rules = [
        {
            "apiGroups": [group],
            "resources": ["users"],
            "resourceNames": ["bob"],
            "verbs": ["impersonate:user-info"],
        },
        {
            "apiGroups": [group],
            "resources": ["selfsubjectreviews"],
            "verbs": ["impersonate-on:user-info:create"],
        },
    ]
    role = {"metadata": {"name": "as-bob"}, "rules": rules}
    subjects = [{"kind": "User", "name": "ali", "apiGroup": "rbac.authorization.k8s.io"}]
    ref = {"kind": "ClusterRole", "name": "as-bob", "apiGroup": "rbac.authorization.k8s.io"}
    binding = {"metadata": {"name": "as-bob"}, "roleRef": ref, "subjects": subjects}
    for plural, body in (("clusterroles", role), ("clusterrolebindings", binding)):
        resource = running.api.registry.resource("rbac.authorization.k8s.io", "v1", plural)
        running.api.create(resource, "", body, Call())
    bob = {"Impersonate-User": "bob"}
    assert await whoami(running, "sesame", bob) == (
        201,
        {"username": "bob", "groups": ["system:authenticated"]},
    )
    status, message = await whoami(running, "sesame", {"Impersonate-User": "eve"})
    assert (status, 'cannot impersonate:user-info resource "users"' in message) == (403, True)
    path = "/api/v1/namespaces/default/pods"
    sent = {**bob, "Authorization": "Bearer sesame"}
    async with running.session("") as session, session.get(path, headers=sent) as answer:
        assert (await answer.json())["message"] == (
            'pods is forbidden: User "ali" cannot impersonate-on:user-info:list resource "pods" in API '
            'group "" in the namespace "default"'
        )
    assert (await whoami(running, "sesame", {**bob, "Impersonate-Group": "system:masters"}))[0] == 403


async def test_parts_of_somebody_without_a_name(running: Serving) -> None:
    status, message = await whoami(running, "root", {"Impersonate-Extra-Scopes": "a"})
    assert (status, message.endswith("without impersonating a user name")) == (400, True)
