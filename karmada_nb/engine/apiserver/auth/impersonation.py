"""Acting as somebody else: the ``Impersonate-*`` headers, each of which the requestor must be allowed.

Follows k8s.io/apiserver pkg/endpoints/filters/impersonation/impersonation.go.
"""

from collections.abc import Callable
from typing import Final
from urllib.parse import unquote

from multidict import CIMultiDictProxy

from karmada_nb.engine.apiserver.auth import users
from karmada_nb.engine.apiserver.rbac.rules import Request
from karmada_nb.engine.apiserver.verbs.call import User
from karmada_nb.engine.errors import StatusError

USER: Final = "Impersonate-User"
GROUP: Final = "Impersonate-Group"
UID: Final = "Impersonate-Uid"
_EXTRA: Final = "impersonate-extra-"
_AUTHENTICATION: Final = "authentication.k8s.io"

Check = Callable[[Request], None]
"""Raises 403."""


def asked(headers: CIMultiDictProxy[str]) -> bool:
    """Whether a request wants to be somebody else's."""
    return USER in headers or GROUP in headers or UID in headers


def impersonate(requestor: User, headers: CIMultiDictProxy[str], check: Check) -> User:
    """The user to go on as. Raises 400 for headers that name no user, 403 for what is not allowed."""
    name, uid = headers.get(USER, ""), headers.get(UID, "")
    groups = list(headers.getall(GROUP, []))
    extra = _extra(headers)
    if not name:
        raise _nobody(uid, groups, extra)
    account = users.split_service_account(name)
    if account is not None:
        check(Request(requestor, "impersonate", "", "serviceaccounts", "", account[0], account[1]))
    else:
        check(Request(requestor, "impersonate", "", "users", name=name))
    for group in groups:
        check(Request(requestor, "impersonate", "", "groups", name=group))
    for key, values in extra.items():
        for value in values:
            check(Request(requestor, "impersonate", _AUTHENTICATION, "userextras", key, name=value))
    if uid:
        check(Request(requestor, "impersonate", _AUTHENTICATION, "uids", name=uid))
    if account is not None and not groups:
        groups = list(users.service_account_groups(account[0]))
    if name == users.ANONYMOUS.name:
        if users.UNAUTHENTICATED not in groups and users.AUTHENTICATED not in groups:
            groups.append(users.UNAUTHENTICATED)
    elif users.AUTHENTICATED not in groups and users.UNAUTHENTICATED not in groups:
        groups.append(users.AUTHENTICATED)
    return User(name, tuple(groups), uid, {key: tuple(values) for key, values in extra.items()})


def _extra(headers: CIMultiDictProxy[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for header, value in headers.items():
        lower = header.lower()
        if lower.startswith(_EXTRA):
            found.setdefault(unquote(lower[len(_EXTRA) :]), []).append(value)
    return found


def _nobody(uid: str, groups: list[str], extra: dict[str, list[str]]) -> StatusError:
    """The requested user without a name, as Go prints it."""
    quoted = ", ".join(f'"{group}"' for group in groups)
    shown_groups = f"[]string{{{quoted}}}" if groups else "[]string(nil)"
    parts = ", ".join(
        f'"{key}":[]string{{{", ".join(f"{chr(34)}{value}{chr(34)}" for value in values)}}}'
        for key, values in sorted(extra.items())
    )
    shown_extra = f"map[string][]string{{{parts}}}" if extra else "map[string][]string(nil)"
    message = (
        f'requested &user.DefaultInfo{{Name:"", UID:"{uid}", Groups:{shown_groups}, Extra:{shown_extra}}} '
        "without impersonating a user name"
    )
    return StatusError(400, "BadRequest", message)
