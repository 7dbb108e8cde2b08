"""The RBAC authorizer: bindings are indexed by subject, a user's rules are collected once and kept.

Follows plugin/pkg/auth/authorizer/rbac/rbac.go and pkg/registry/rbac/validation/rule.go. Every change to a
role or a binding empties what was collected; the index itself moves only with the binding that changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.auth import users
from karmada_nb.engine.apiserver.rbac.rules import RBAC, Request, Rule
from karmada_nb.engine.apiserver.verbs.call import User
from karmada_nb.engine.errors import StatusError, forbidden
from karmada_nb.engine.meta import Object
from karmada_nb.engine.store import Change, Store, StoreKey

ROLES: Final = f"roles.{RBAC}"
CLUSTER_ROLES: Final = f"clusterroles.{RBAC}"
ROLE_BINDINGS: Final = f"rolebindings.{RBAC}"
CLUSTER_ROLE_BINDINGS: Final = f"clusterrolebindings.{RBAC}"
_CACHED_USERS: Final = 2048

Subject = tuple[str, str]
"""``("User", name)`` or ``("Group", name)``; a service account is the user of its name."""


class Grant(NamedTuple):
    """One rule that a user has, and the binding and subject it comes from."""

    rule: Rule
    binding: Object
    subject: Object

    def reason(self) -> str:
        """Upstream's sentence: which binding allowed it."""
        binding, ref, subject = self.binding, self.binding["roleRef"], self.subject
        named = meta.name(binding)
        if meta.namespace(binding):
            named = f"{named}/{meta.namespace(binding)}"
        who = subject.get("name", "")
        if subject.get("kind") == "ServiceAccount":
            who = f"{who}/{subject.get('namespace') or meta.namespace(binding)}"
        return (
            f'RBAC: allowed by {binding["kind"]} "{named}" of {ref["kind"]} "{ref["name"]}" '
            f'to {subject["kind"]} "{who}"'
        )


@dataclass(slots=True)
class Grants:
    """All rules of a user in one scope, and what could not be resolved."""

    grants: list[Grant] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Decision:
    allowed: bool
    grant: Grant | None = None
    errors: tuple[str, ...] = ()

    @property
    def reason(self) -> str:
        if self.grant is not None:
            return self.grant.reason()
        if not self.errors or self.allowed:
            return ""
        joined = self.errors[0] if len(self.errors) == 1 else f"[{', '.join(self.errors)}]"
        return f"RBAC: {joined}"


_ALLOWED: Final = Decision(True)
_DENIED: Final = Decision(False)


class Authorizer:
    """Decides for one cluster. ``system:masters`` may do everything, whatever the roles say."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._by_subject: dict[tuple[str, Subject], dict[StoreKey, Object]] = {}
        self._rules: dict[StoreKey, list[Rule]] = {}
        self._collected: dict[tuple[str, tuple[str, ...], str], Grants] = {}
        for storage in (ROLE_BINDINGS, CLUSTER_ROLE_BINDINGS):
            for record in store.items(storage):
                self._index(record.key, record.object)
            store.subscribe(storage, self._binding_changed)
        for storage in (ROLES, CLUSTER_ROLES):
            store.subscribe(storage, self._role_changed)

    def authorize(self, request: Request) -> Decision:
        user = request.user
        if users.MASTERS in user.groups:
            return _ALLOWED
        errors: tuple[str, ...] = ()
        for namespace in ("", request.namespace) if request.namespace else ("",):
            found = self._grants(user, namespace)
            for grant in found.grants:
                if grant.rule.allows(request):
                    return Decision(True, grant)
            if found.errors:
                errors += tuple(found.errors)
        return Decision(False, errors=errors) if errors else _DENIED

    def check(self, request: Request) -> None:
        """Raises 403 unless the request is allowed."""
        if users.MASTERS in request.user.groups:
            return
        decision = self.authorize(request)
        if not decision.allowed:
            raise refusal(request, decision.reason)

    def grants(self, user: User, namespace: str) -> tuple[list[Grant], list[str]]:
        """Every rule that applies to a user in a namespace (``""``: cluster-wide only), and the errors."""
        parts = [self._grants(user, "")]
        if namespace:
            parts.append(self._grants(user, namespace))
        return [g for p in parts for g in p.grants], [e for p in parts for e in p.errors]

    def role_rules(self, ref: Object, namespace: str) -> list[Rule] | None:
        """The rules of a roleRef, or None if there is no such role."""
        if ref.get("kind") == "ClusterRole":
            key = StoreKey(CLUSTER_ROLES, "", ref.get("name", ""))
        else:
            key = StoreKey(ROLES, namespace, ref.get("name", ""))
        rules = self._rules.get(key)
        if rules is None:
            record = self._store.get(key)
            if record is None:
                return None
            rules = self._rules[key] = [Rule(rule) for rule in record.object.get("rules") or ()]
        return rules

    def _grants(self, user: User, namespace: str) -> Grants:
        key = (user.name, user.groups, namespace)
        found = self._collected.get(key)
        if found is None:
            if len(self._collected) >= _CACHED_USERS:
                self._collected.clear()
            found = self._collected[key] = self._collect(user, namespace)
        return found

    def _collect(self, user: User, namespace: str) -> Grants:
        out = Grants()
        bindings: dict[StoreKey, tuple[Object, Subject]] = {}
        for subject in (("User", user.name), *(("Group", group) for group in user.groups)):
            for key, binding in self._by_subject.get((namespace, subject), {}).items():
                bindings.setdefault(key, (binding, subject))
        for key in sorted(bindings):
            binding, subject = bindings[key]
            ref = binding["roleRef"]
            rules = self.role_rules(ref, namespace)
            if rules is None:
                kind = "clusterrole" if ref.get("kind") == "ClusterRole" else "role"
                out.errors.append(f'{kind}.{RBAC} "{ref.get("name", "")}" not found')
                continue
            as_written = _as_written(binding, user)
            out.grants += [Grant(rule, binding, as_written) for rule in rules]
        return out

    def _binding_changed(self, change: Change) -> None:
        key = change.record.key
        if change.previous is not None:
            for place in _places(key, change.previous.object):
                self._by_subject.get(place, {}).pop(key, None)
        if not change.deleted:
            self._index(key, change.record.object)
        self._collected.clear()

    def _index(self, key: StoreKey, binding: Object) -> None:
        for place in _places(key, binding):
            self._by_subject.setdefault(place, {})[key] = binding

    def _role_changed(self, change: Change) -> None:
        self._rules.pop(change.record.key, None)
        self._collected.clear()


def _places(key: StoreKey, binding: Object) -> Iterator[tuple[str, Subject]]:
    for subject in binding.get("subjects") or ():
        yield key.namespace, subject_of(subject, key.namespace)


def subject_of(subject: Object, namespace: str) -> Subject:
    """A binding's subject as the index knows it."""
    if subject.get("kind") == "ServiceAccount":
        home = subject.get("namespace") or namespace
        return "User", users.service_account_name(home, subject.get("name", ""))
    return str(subject.get("kind", "")), str(subject.get("name", ""))


def _as_written(binding: Object, user: User) -> Object:
    """The first of a binding's subjects that the user is: what the reason names."""
    namespace = meta.namespace(binding)
    mine = {("User", user.name), *(("Group", group) for group in user.groups)}
    subjects: Iterable[Object] = binding.get("subjects") or ()
    return next(subject for subject in subjects if subject_of(subject, namespace) in mine)


def refusal(request: Request, reason: str = "") -> StatusError:
    """The 403 for a request, with the reason where the authorizer had one."""
    why = request.describe() + (f": {reason}" if reason else "")
    return forbidden(request.group, request.resource, request.name, why)
