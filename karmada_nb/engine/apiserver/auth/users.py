"""The well-known users and groups, and the names that service accounts go by.

Follows k8s.io/apiserver pkg/authentication/user/user.go and pkg/authentication/serviceaccount/util.go.
"""

from collections.abc import Mapping
from typing import Any, Final

from karmada_nb.engine.apiserver.verbs.call import User

MASTERS: Final = "system:masters"
AUTHENTICATED: Final = "system:authenticated"
UNAUTHENTICATED: Final = "system:unauthenticated"
SERVICE_ACCOUNTS: Final = "system:serviceaccounts"
PREFIX: Final = "system:serviceaccount:"
CREDENTIAL_ID: Final = "authentication.kubernetes.io/credential-id"
POD_NAME: Final = "authentication.kubernetes.io/pod-name"
POD_UID: Final = "authentication.kubernetes.io/pod-uid"
NODE_NAME: Final = "authentication.kubernetes.io/node-name"
NODE_UID: Final = "authentication.kubernetes.io/node-uid"

ANONYMOUS: Final = User("system:anonymous", (UNAUTHENTICATED,))


def service_account_name(namespace: str, name: str) -> str:
    return f"{PREFIX}{namespace}:{name}"


def service_account_groups(namespace: str) -> tuple[str, ...]:
    return (SERVICE_ACCOUNTS, f"{SERVICE_ACCOUNTS}:{namespace}")


def split_service_account(user: str) -> tuple[str, str] | None:
    """Namespace and name of a service account's user name, or None for any other user."""
    if not user.startswith(PREFIX):
        return None
    namespace, colon, name = user[len(PREFIX) :].partition(":")
    return (namespace, name) if colon and namespace and name and ":" not in name else None


def authenticated(user: User) -> User:
    """The user as a member of ``system:authenticated``."""
    if AUTHENTICATED in user.groups or UNAUTHENTICATED in user.groups:
        return user
    return User(user.name, (*user.groups, AUTHENTICATED), user.uid, user.extra)


def user_info(user: User) -> dict[str, Any]:
    """``authentication.k8s.io`` UserInfo as it is sent."""
    info: dict[str, Any] = {"username": user.name}
    if user.uid:
        info["uid"] = user.uid
    if user.groups:
        info["groups"] = list(user.groups)
    if user.extra:
        info["extra"] = {name: list(values) for name, values in user.extra.items()}
    return info


def from_spec(spec: Mapping[str, Any]) -> User:
    """The user that the spec of an access review describes."""
    extra = {name.lower(): tuple(values) for name, values in (spec.get("extra") or {}).items()}
    return User(spec.get("user", ""), tuple(spec.get("groups") or ()), spec.get("uid", ""), extra)
