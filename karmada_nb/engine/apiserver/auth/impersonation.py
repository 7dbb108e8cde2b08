"""Acting as somebody else: the ``Impersonate-*`` headers, each of which the requestor must be allowed.

There are two ways: to be somebody for whatever comes, and, constrained, to be somebody for what the requestor
may do in their name. Follows k8s.io/apiserver pkg/endpoints/filters/impersonation (mode.go).
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
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
_NODE: Final = "system:node:"
_NODES: Final = "system:nodes"
_NEVER: Final = {
    "": "impersonating the empty string group is not allowed",
    users.MASTERS: "impersonating the system:masters group is not allowed",
}
"""Groups that only the unconstrained way gives."""

Check = Callable[[Request], None]
"""Raises 403."""


def asked(headers: CIMultiDictProxy[str]) -> bool:
    """Whether a request wants to be somebody else's."""
    if USER in headers or GROUP in headers or UID in headers:
        return True
    return any(name.lower().startswith(_EXTRA) for name in headers)


def impersonate(
    requestor: User, headers: CIMultiDictProxy[str], check: Check, action: Callable[[User], Request]
) -> User:
    """The user to go on as. ``action`` is the request as somebody's, to ask whether it may be.

    Raises 400 for headers that name no user, and 403 for what is not allowed: what the first way of
    impersonating that fits the user was refused for.
    """
    wanted = User(
        headers.get(USER, ""), tuple(headers.getall(GROUP, [])), headers.get(UID, ""), _extra(headers)
    )
    if not wanted.name:
        raise _nobody(wanted.uid, list(wanted.groups), wanted.extra)
    refused: StatusError | None = None
    for mode in (*_modes(wanted), ""):
        try:
            if mode:
                asking = action(requestor)
                check(replace(asking, verb=f"impersonate-on:{mode}:{asking.verb}"))
            return _checked(requestor, wanted, mode, check)
        except StatusError as error:
            refused = refused or error
    assert refused is not None
    raise refused


def _modes(wanted: User) -> list[str]:
    """The constrained ways that there are for such a user; nodes and service accounts come as they are."""
    bare = not (wanted.groups or wanted.uid or wanted.extra)
    if wanted.name.startswith(_NODE):
        return ["arbitrary-node"] if bare else []
    if users.split_service_account(wanted.name) is not None:
        return ["serviceaccount"] if bare else []
    return ["user-info"]


def _checked(requestor: User, wanted: User, mode: str, check: Check) -> User:
    """The user with the groups that go with the name. Raises 403 for any part that is not allowed."""
    verb = f"impersonate:{mode}" if mode else "impersonate"
    core = _AUTHENTICATION if mode else ""
    name, groups = wanted.name, list(wanted.groups)
    account = users.split_service_account(name)
    if account is not None:
        check(Request(requestor, verb, core, "serviceaccounts", "", account[0], account[1]))
        groups = groups or list(users.service_account_groups(account[0]))
    elif mode == "arbitrary-node":
        check(Request(requestor, verb, core, "nodes", name=name.removeprefix(_NODE)))
        groups = [_NODES]
    else:
        check(Request(requestor, verb, core, "users", name=name))
    if wanted.uid:
        check(Request(requestor, verb, _AUTHENTICATION, "uids", name=wanted.uid))
    for group in wanted.groups:
        asking = Request(requestor, verb, core, "groups", name=group)
        if mode and group in _NEVER:
            raise _refused(asking, _NEVER[group])
        check(asking)
    for key, values in (wanted.extra or {}).items():
        for value in values:
            check(Request(requestor, verb, _AUTHENTICATION, "userextras", key, name=value))
    return User(name, _completed(name, groups), wanted.uid, wanted.extra)


def _completed(name: str, groups: list[str]) -> tuple[str, ...]:
    """Everybody is either authenticated or not."""
    if users.UNAUTHENTICATED in groups or users.AUTHENTICATED in groups:
        return tuple(groups)
    anybody = users.UNAUTHENTICATED if name == users.ANONYMOUS.name else users.AUTHENTICATED
    return (*groups, anybody)


def _refused(asking: Request, why: str) -> StatusError:
    message = f'groups "{asking.name}" is forbidden: {asking.describe()}: {why}'
    return StatusError(403, "Forbidden", message, {"kind": "groups", "name": asking.name})


def _extra(headers: CIMultiDictProxy[str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for header, value in headers.items():
        lower = header.lower()
        if lower.startswith(_EXTRA):
            found.setdefault(unquote(lower[len(_EXTRA) :]), []).append(value)
    return {key: tuple(values) for key, values in found.items()}


def _nobody(uid: str, groups: list[str], extra: Mapping[str, tuple[str, ...]] | None) -> StatusError:
    """The requested user without a name, as Go prints it."""
    quoted = ", ".join(f'"{group}"' for group in groups)
    shown_groups = f"[]string{{{quoted}}}" if groups else "[]string(nil)"
    parts = ", ".join(
        f'"{key}":[]string{{{", ".join(f"{chr(34)}{value}{chr(34)}" for value in values)}}}'
        for key, values in sorted((extra or {}).items())
    )
    shown_extra = f"map[string][]string{{{parts}}}" if extra else "map[string][]string(nil)"
    message = (
        f'requested &user.DefaultInfo{{Name:"", UID:"{uid}", Groups:{shown_groups}, Extra:{shown_extra}}} '
        "without impersonating a user name"
    )
    return StatusError(400, "BadRequest", message)
