"""Nobody hands out what they do not have: the checks on writing roles and bindings.

Follows pkg/registry/rbac/{role,clusterrole,rolebinding,clusterrolebinding}/policybased/storage.go.
"""

from __future__ import annotations

from typing import Final

from karmada_nb.engine.apiserver.admission.chain import Attributes, Plugin, Reader
from karmada_nb.engine.apiserver.auth import users
from karmada_nb.engine.apiserver.rbac.authorizer import Authorizer
from karmada_nb.engine.apiserver.rbac.rules import ALL, RBAC, Request, compact, covers
from karmada_nb.engine.errors import StatusError, forbidden, not_found
from karmada_nb.engine.meta import Object

_ROLES: Final = ("roles", "clusterroles")
_BINDINGS: Final = ("rolebindings", "clusterrolebindings")


class EscalationGuard(Plugin):
    """An admission plugin; it is set up with the authorizer of the cluster it guards."""

    concerns = frozenset(f"{plural}.{RBAC}" for plural in (*_ROLES, *_BINDINGS))

    def __init__(self, authorizer: Authorizer) -> None:
        self._authorizer = authorizer

    def validate(self, attributes: Attributes, reader: Reader) -> None:
        resource = attributes.resource
        if resource.group != RBAC or attributes.obj is None or users.MASTERS in attributes.user.groups:
            return
        if resource.plural in _ROLES:
            self._role(attributes, attributes.obj)
        elif resource.plural in _BINDINGS:
            self._binding(attributes, attributes.obj)

    def _role(self, attributes: Attributes, role: Object) -> None:
        old = attributes.old or {}
        if attributes.operation == "UPDATE" and all(
            role.get(part) == old.get(part) for part in ("rules", "aggregationRule")
        ):
            return
        if self._may(attributes, "escalate", attributes.resource.plural, attributes.name):
            return
        if role.get("aggregationRule") is not None:
            everything = [
                {"verbs": [ALL], "apiGroups": [ALL], "resources": [ALL]},
                {"verbs": [ALL], "nonResourceURLs": [ALL]},
            ]
            self._confirm(
                attributes, everything, "must have cluster-admin privileges to use an aggregationRule"
            )
        self._confirm(attributes, role.get("rules") or [])

    def _binding(self, attributes: Attributes, binding: Object) -> None:
        old = attributes.old or {}
        if attributes.operation == "UPDATE" and all(
            binding.get(part) == old.get(part) for part in ("subjects", "roleRef")
        ):
            return
        ref = binding["roleRef"]
        plural = "clusterroles" if ref.get("kind") == "ClusterRole" else "roles"
        if self._may(attributes, "bind", plural, ref.get("name", "")):
            return
        rules = self._authorizer.role_rules(ref, attributes.namespace)
        if rules is None:
            raise not_found(RBAC, attributes.resource.plural, ref.get("name", ""))
        self._confirm(attributes, [dict(rule.source) for rule in rules])

    def _may(self, attributes: Attributes, verb: str, plural: str, name: str) -> bool:
        request = Request(attributes.user, verb, RBAC, plural, "", attributes.namespace, name)
        return self._authorizer.authorize(request).allowed

    def _confirm(self, attributes: Attributes, rules: list[Object], why: str = "") -> None:
        grants, problems = self._authorizer.grants(attributes.user, attributes.namespace)
        missing = covers((dict(grant.rule.source) for grant in grants), rules)
        if missing:
            raise _refused(attributes, why or _complaint(attributes, missing, problems))


def _complaint(attributes: Attributes, missing: list[Object], problems: list[str]) -> str:
    groups = " ".join(f'"{group}"' for group in attributes.user.groups)
    text = (
        f'user "{attributes.user.name}" (groups=[{groups}]) is attempting to grant RBAC permissions '
        "not currently held:\n" + "\n".join(compact(missing))
    )
    return f"{text}; resolution errors: [{', '.join(problems)}]" if problems else text


def _refused(attributes: Attributes, why: str) -> StatusError:
    return forbidden(RBAC, attributes.resource.plural, attributes.name, why)
