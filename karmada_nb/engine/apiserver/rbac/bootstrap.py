"""The roles and bindings that every cluster has from its first moment on, made of ``policy``."""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Final

from karmada_nb.engine.apiserver.rbac import policy
from karmada_nb.engine.apiserver.rbac.aggregation import aggregated_rules
from karmada_nb.engine.apiserver.rbac.rules import RBAC
from karmada_nb.engine.meta import Object, api_version

_VERSION: Final = api_version(RBAC, "v1")
_LABELS: Final = {"kubernetes.io/bootstrapping": "rbac-defaults"}
_ANNOTATIONS: Final = {"rbac.authorization.kubernetes.io/autoupdate": "true"}
_TO: Final = f"{RBAC}/aggregate-to-"
_READ: Final = ["get", "list", "watch"]
_WRITE: Final = ["create", "delete", "deletecollection", "patch", "update"]
_VERBS: Final = {"read": _READ, "write": _WRITE, "all": sorted([*_READ, *_WRITE])}


@cache
def bootstrap_objects() -> tuple[Object, ...]:
    """Roles before their bindings. All clusters of a process share them."""
    roles = list(_cluster_roles())
    return (*roles, *_aggregated(roles), *_namespace_roles(), *_bindings())


def rule(line: str) -> Object:
    """A line of ``policy`` or ``roles.txt`` as a PolicyRule."""
    verbs, group, resources, *names = line.split(" ")
    allowed = _VERBS.get(verbs) or verbs.split(",")
    if group == "url":
        return {"verbs": allowed, "nonResourceURLs": resources.split(",")}
    out: Object = {
        "verbs": allowed,
        "apiGroups": ["" if g == "core" else g for g in group.split(",")],
        "resources": resources.split(","),
    }
    return {**out, "resourceNames": names[0].split(",")} if names else out


def _metadata(name: str, namespace: str = "", labels: dict[str, str] | None = None) -> Object:
    metadata: Object = {
        "name": name,
        "labels": {**_LABELS, **(labels or {})},
        "annotations": _ANNOTATIONS,
    }
    return {**metadata, "namespace": namespace} if namespace else metadata


def _role(kind: str, metadata: Object, lines: Iterable[str]) -> Object:
    return {
        "kind": kind,
        "apiVersion": _VERSION,
        "metadata": metadata,
        "rules": [rule(line) for line in lines],
    }


def _cluster_roles() -> Iterator[Object]:
    for name, lines in policy.cluster_roles():
        labels = {}
        if name.startswith("system:aggregate-to-"):
            labels[_TO + name.rpartition("-")[2]] = "true"
        yield _role("ClusterRole", _metadata(name, labels=labels), lines)


def _aggregated(roles: list[Object]) -> list[Object]:
    """``view`` first: ``edit`` gathers it, and ``admin`` gathers ``edit``."""
    above = {below: name for name, below in policy.AGGREGATED.items() if below}
    made: list[Object] = []
    for name in reversed(policy.AGGREGATED):
        labels = {_TO + above[name]: "true"} if name in above else {}
        role: Object = {
            "kind": "ClusterRole",
            "apiVersion": _VERSION,
            "metadata": _metadata(name, labels=labels),
            "aggregationRule": {"clusterRoleSelectors": [{"matchLabels": {_TO + name: "true"}}]},
        }
        made.append({**role, "rules": aggregated_rules(role, [*roles, *made])})
    return made


def _namespace_roles() -> Iterator[Object]:
    for (namespace, name), lines in policy.NAMESPACE_ROLES.items():
        yield _role("Role", _metadata(name, namespace), lines)


def _bindings() -> Iterator[Object]:
    for name, subjects in policy.BINDINGS.items():
        yield _binding("ClusterRoleBinding", _metadata(name), "ClusterRole", name, subjects)
    for name, _ in policy.cluster_roles():
        if name.startswith(policy.CONTROLLER):
            subjects = (("ServiceAccount", name.removeprefix(policy.CONTROLLER)),)
            yield _binding("ClusterRoleBinding", _metadata(name), "ClusterRole", name, subjects)
    for (namespace, name), subjects in policy.NAMESPACE_BINDINGS.items():
        role = policy.OTHER_NAMES.get(name, name)
        yield _binding("RoleBinding", _metadata(name, namespace), "Role", role, subjects)


def _binding(
    kind: str, metadata: Object, role_kind: str, role: str, subjects: Iterable[tuple[str, str]]
) -> Object:
    listed = [_subject(what, who) for what, who in subjects]
    return {
        "kind": kind,
        "apiVersion": _VERSION,
        "metadata": metadata,
        **({"subjects": listed} if listed else {}),
        "roleRef": {"apiGroup": RBAC, "kind": role_kind, "name": role},
    }


def _subject(kind: str, name: str) -> Object:
    if kind == "ServiceAccount":
        return {"kind": kind, "name": name, "namespace": "kube-system"}
    return {"kind": kind, "apiGroup": RBAC, "name": name}
