"""The accounts that Karmada has in a member, and their tokens.

Follows pkg/util/credential.go and pkg/util/serviceaccount.go; pkg/karmadactl/join.go at v1.2.
"""

from __future__ import annotations

from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.karmada.constants import ARTICLE, Edition
from karmada_nb.engine.karmada.lifecycle.common import (
    CLUSTER_ROLE_BINDINGS,
    CLUSTER_ROLES,
    SERVICE_ACCOUNTS,
    CommandError,
    ensure,
    metadata,
    namespace,
    system_labels,
)
from karmada_nb.engine.karmada.names import generate_role_name, generate_service_account_name
from karmada_nb.engine.karmada.plane import NAMESPACES, SECRETS
from karmada_nb.engine.meta import Object
from karmada_nb.engine.runtime.client import Client, Resource
from karmada_nb.engine.runtime.clock import Clock

ACCOUNT_TOKEN: Final = "kubernetes.io/service-account-token"
ACCOUNT_NAME: Final = "kubernetes.io/service-account.name"
_POLL: Final = 0.02
_PATIENCE: Final = 30.0
_RULES: Final[list[Object]] = [
    {"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]},
    {"nonResourceURLs": ["*"], "verbs": ["get"]},
]


def service_account(name: str, place: str, labels: dict[str, str]) -> Object:
    return {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata(name, place, labels)}


def cluster_role(account: str, labels: dict[str, str]) -> Object:
    """Everything in the member: Karmada brings there whatever it is told to."""
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRole",
        "metadata": metadata(generate_role_name(account), "", labels),
        "rules": _RULES,
    }


def cluster_role_binding(account: str, place: str, labels: dict[str, str]) -> Object:
    name = generate_role_name(account)
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRoleBinding",
        "metadata": metadata(name, "", labels),
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": name},
        "subjects": [{"kind": "ServiceAccount", "name": account, "namespace": place}],
    }


def token_secret(account: str, place: str, edition: Edition) -> Object:
    """A secret that the member's token controller will fill."""
    own: Object = {"generateName": f"{account}-token-"} if edition == ARTICLE else {"name": account}
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {**own, "namespace": place, "annotations": {ACCOUNT_NAME: account}},
        "type": ACCOUNT_TOKEN,
    }


async def obtain_credentials(
    member: Client, name: str, place: str, edition: Edition, clock: Clock
) -> tuple[Object, Object]:
    """Karmada's own token secret in the member, and the one of the impersonator. Raises CommandError."""
    labels = system_labels(edition)
    await _ensured(member, "namespace", NAMESPACES, namespace(place, labels))
    own, impersonator = (generate_service_account_name(n) for n in (name, "impersonator"))
    for account in (own, impersonator):
        await _ensured(member, "service account", SERVICE_ACCOUNTS, service_account(account, place, labels))
    await _ensured(member, "ClusterRole", CLUSTER_ROLES, cluster_role(own, labels))
    binding = cluster_role_binding(own, place, labels)
    await _ensured(member, "ClusterRoleBinding", CLUSTER_ROLE_BINDINGS, binding)
    whose = "from cluster", "for impersonation from cluster"
    found = [
        await _token(member, account, place, edition, clock, f"{of}({name})")
        for account, of in zip((own, impersonator), whose, strict=True)
    ]
    return found[0], found[1]


async def _ensured(member: Client, what: str, resource: Resource, obj: Object) -> None:
    try:
        await ensure(member, resource, obj)
    except StatusError as error:
        named = str(meta.key(obj))
        why = f"ensure {what} failed due to create failed. {what}: {named}, error: {error.message}"
        raise CommandError(why) from error


async def _token(member: Client, account: str, place: str, edition: Edition, clock: Clock, of: str) -> Object:
    """The account's token secret, once it is filled."""
    deadline = clock.monotonic() + _PATIENCE
    while True:
        secret = await _secret_of(member, account, place)
        if secret is None:
            await member.create(SECRETS, token_secret(account, place, edition), place)
        elif (secret.get("data") or {}).get("token"):
            return secret
        if clock.monotonic() >= deadline:
            raise CommandError(
                f"failed to get serviceAccount secret {of}, error: "
                "failed to get serviceAccount secret, error: timed out waiting for the condition"
            )
        await clock.sleep(_POLL)


async def _secret_of(member: Client, account: str, place: str) -> Object | None:
    secrets = await member.list(SECRETS, place)
    for secret in secrets.items:
        if secret.get("type") == ACCOUNT_TOKEN and meta.annotations(secret).get(ACCOUNT_NAME) == account:
            return secret
    return None
