"""One policy rule: what it allows. Follows pkg/apis/rbac/v1/evaluation_helpers.go."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from karmada_nb.engine.apiserver.verbs.call import User
from karmada_nb.engine.meta import Object

RBAC: Final = "rbac.authorization.k8s.io"
ALL: Final = "*"


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody wants to do. ``resource`` is ``""`` for a path outside the resource API."""

    user: User
    verb: str
    group: str = ""
    resource: str = ""
    subresource: str = ""
    namespace: str = ""
    name: str = ""
    path: str = ""
    version: str = ""

    @property
    def full_resource(self) -> str:
        return f"{self.resource}/{self.subresource}" if self.subresource else self.resource

    def describe(self) -> str:
        """The sentence that a 403 gives for its reason."""
        who = f'User "{self.user.name}" cannot {self.verb}'
        if not self.resource:
            return f'{who} path "{self.path}"'
        what = f'{who} resource "{self.full_resource}" in API group "{self.group}"'
        if self.namespace:
            return f'{what} in the namespace "{self.namespace}"'
        return f"{what} at the cluster scope"


class Rule:
    """A ``PolicyRule`` made ready for questions; ``source`` is the rule as it was written."""

    __slots__ = ("groups", "names", "prefixes", "resources", "source", "urls", "verbs")

    def __init__(self, source: Mapping[str, Any]) -> None:
        self.source = source
        self.verbs = frozenset(source.get("verbs") or ())
        self.groups = frozenset(source.get("apiGroups") or ())
        self.resources = frozenset(source.get("resources") or ())
        self.names = frozenset(source.get("resourceNames") or ())
        urls = source.get("nonResourceURLs") or ()
        self.urls = frozenset(urls)
        self.prefixes = tuple(url.rstrip(ALL) for url in urls if url.endswith(ALL))

    def allows(self, request: Request) -> bool:
        verbs = self.verbs
        if request.verb not in verbs and ALL not in verbs:
            return False
        if not request.resource:
            path = request.path
            return path in self.urls or (bool(self.prefixes) and path.startswith(self.prefixes))
        groups = self.groups
        if request.group not in groups and ALL not in groups:
            return False
        resources, subresource = self.resources, request.subresource
        if (
            request.full_resource not in resources
            and ALL not in resources
            and not (subresource and f"*/{subresource}" in resources)
        ):
            return False
        return not self.names or request.name in self.names


def covers(owner: Iterable[Object], servant: Iterable[Object]) -> list[Object]:
    """What ``servant`` allows beyond ``owner``, as single-verb, single-resource rules; none: covered.

    Follows k8s.io/component-helpers auth/rbac/validation/policy_comparator.go.
    """
    held = list(owner)
    missing: list[Object] = []
    for rule in servant:
        for part in _broken_down(rule):
            if not any(_covers(have, part) for have in held):
                missing.append(part)
    return missing


def _broken_down(rule: Object) -> Iterable[Object]:
    verbs = rule.get("verbs") or ()
    for group in rule.get("apiGroups") or ():
        for resource in rule.get("resources") or ():
            for verb in verbs:
                part: Object = {"apiGroups": [group], "resources": [resource], "verbs": [verb]}
                names = rule.get("resourceNames") or ()
                if not names:
                    yield part
                for name in names:
                    yield {**part, "resourceNames": [name]}
    for url in rule.get("nonResourceURLs") or ():
        for verb in verbs:
            yield {"nonResourceURLs": [url], "verbs": [verb]}


def _covers(have: Object, part: Object) -> bool:
    verbs = have.get("verbs") or ()
    if ALL not in verbs and part["verbs"][0] not in verbs:
        return False
    if "nonResourceURLs" in part:
        return any(_url_covers(url, part["nonResourceURLs"][0]) for url in have.get("nonResourceURLs") or ())
    groups, resources = have.get("apiGroups") or (), have.get("resources") or ()
    if ALL not in groups and part["apiGroups"][0] not in groups:
        return False
    wanted = part["resources"][0]
    subresource = wanted.partition("/")[2]
    if ALL not in resources and wanted not in resources and f"*/{subresource}" not in resources:
        return False
    names = have.get("resourceNames") or ()
    return not names or part.get("resourceNames", [""])[0] in names


def _url_covers(have: str, wanted: str) -> bool:
    return have in (ALL, wanted) or (have.endswith(ALL) and wanted.startswith(have.rstrip(ALL)))


def compact(rules: Iterable[Object]) -> list[str]:
    """Rules as one line each, those of one resource taken together, sorted: how a refusal lists them."""
    merged: dict[tuple[Any, ...], Object] = {}
    for rule in rules:
        key = tuple(
            tuple(rule.get(part, ()))
            for part in ("apiGroups", "resources", "nonResourceURLs", "resourceNames")
        )
        known = merged.get(key)
        if known is None:
            merged[key] = dict(rule)
        else:
            known["verbs"] = [*known["verbs"], *(v for v in rule["verbs"] if v not in known["verbs"])]
    return sorted(_line(rule) for rule in merged.values())


_PARTS: Final = (
    ("apiGroups", "APIGroups"),
    ("resources", "Resources"),
    ("nonResourceURLs", "NonResourceURLs"),
    ("resourceNames", "ResourceNames"),
    ("verbs", "Verbs"),
)


def _line(rule: Object) -> str:
    shown = [
        f"{label}:[{' '.join(_quoted(item) for item in rule[part])}]"
        for part, label in _PARTS
        if rule.get(part)
    ]
    return "{" + ", ".join(shown) + "}"


def _quoted(text: str) -> str:
    return f'"{text}"'
