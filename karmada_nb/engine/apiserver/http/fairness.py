"""Which flow schema a request falls under, and so which priority level: answers name both.

Follows k8s.io/apiserver pkg/util/flowcontrol/rule.go and pkg/server/filters/priority-and-fairness.go.
No request waits.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.flowcontrol import GROUP
from karmada_nb.engine.apiserver.http.exchange import Exchange
from karmada_nb.engine.apiserver.rbac.rules import Request
from karmada_nb.engine.apiserver.verbs.call import User
from karmada_nb.engine.meta import Object
from karmada_nb.engine.store import Change, Store

_SCHEMAS: Final = f"flowschemas.{GROUP}"
_LEVELS: Final = f"prioritylevelconfigurations.{GROUP}"
_ALL: Final = "*"
_REMEMBERED: Final = 4096
"""So many answers are kept: who asks the same again falls under the same schema."""
_LASTING: Final = frozenset({"attach", "exec", "log", "portforward", "proxy"})
_ACCOUNT: Final = "system:serviceaccount:"


class _Schema(NamedTuple):
    rules: list[Object]
    headers: dict[str, str]


class Classifier:
    """The schemas of one store, in the order in which they are tried."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._schemas: list[_Schema] | None = None
        self._known: dict[tuple[object, ...], dict[str, str]] = {}
        for storage in (_SCHEMAS, _LEVELS):
            store.subscribe(storage, self._changed)

    def headers(self, exchange: Exchange) -> dict[str, str]:
        """What an answer says of its flow; nothing for what lasts, but for watches."""
        at, user = exchange.target, exchange.user
        if at.subresource in _LASTING or exchange.verb == "proxy":
            return {}
        place = at.namespace if at.resource else at.path
        asked = (user.name, user.groups, exchange.verb, at.group, at.resource, at.subresource, place)
        found = self._known.get(asked)
        if found is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            found = self._known[asked] = self._classify(exchange.attributes())
        return found

    def _classify(self, request: Request) -> dict[str, str]:
        for schema in self._all():
            for rule in schema.rules:
                about = any(_is_about(subject, request.user) for subject in rule.get("subjects") or ())
                if about and _matches(rule, request):
                    return schema.headers
        return {}

    def _all(self) -> list[_Schema]:
        if self._schemas is None:
            levels = {r.key.name: meta.uid(r.object) for r in self._store.items(_LEVELS)}
            objects = [record.object for record in self._store.items(_SCHEMAS)]
            objects.sort(key=lambda obj: (obj["spec"]["matchingPrecedence"], meta.name(obj)))
            self._schemas = [
                _Schema(obj["spec"].get("rules") or [], _headers(meta.uid(obj), levels[level]))
                for obj in objects
                if (level := obj["spec"]["priorityLevelConfiguration"]["name"]) in levels
            ]
        return self._schemas

    def _changed(self, change: Change) -> None:
        self._schemas = None
        self._known.clear()


def _headers(schema: str, level: str) -> dict[str, str]:
    return {"X-Kubernetes-Pf-Flowschema-Uid": schema, "X-Kubernetes-Pf-Prioritylevel-Uid": level}


def _is_about(subject: Object, user: User) -> bool:
    match subject.get("kind"):
        case "User":
            return (subject.get("user") or {}).get("name") in (_ALL, user.name)
        case "Group":
            name = (subject.get("group") or {}).get("name")
            return name == _ALL or name in user.groups
        case "ServiceAccount":
            account = subject.get("serviceAccount") or {}
            start = f"{_ACCOUNT}{account.get('namespace')}:"
            return user.name.startswith(start) and account.get("name") in (_ALL, user.name[len(start) :])
    return False


def _matches(rule: Object, request: Request) -> bool:
    if not request.resource:
        urls = (r for r in rule.get("nonResourceRules") or () if _one_of(request.verb, r["verbs"]))
        return any(_below(request.path, url) for r in urls for url in r["nonResourceURLs"])
    return any(_matches_resource(r, request) for r in rule.get("resourceRules") or ())


def _matches_resource(rule: Object, request: Request) -> bool:
    said = (
        (request.verb, "verbs"),
        (request.full_resource, "resources"),
        (request.group, "apiGroups"),
    )
    if not all(_one_of(value, rule[name]) for value, name in said):
        return False
    if not request.namespace:
        return bool(rule.get("clusterScope"))
    return _one_of(request.namespace, rule.get("namespaces") or [])


def _one_of(value: str, allowed: list[Any]) -> bool:
    return value in allowed or allowed == [_ALL]


def _below(path: str, url: str) -> bool:
    prefix = url.removesuffix(_ALL)
    return url in (_ALL, path) or path.startswith(prefix if prefix.endswith("/") else prefix + "/")
