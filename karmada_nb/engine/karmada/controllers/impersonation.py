"""Who may reach a member through Karmada, and what that asks of the member. Pure.

Follows pkg/util/rbac.go and ``findRBACSubjectsWithCluster`` of
pkg/controllers/unifiedauth/unified_auth_controller.go.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.meta import Object

IMPERSONATOR: Final = "karmada-impersonator"
RBAC: Final = "rbac.authorization.k8s.io/v1"
_CLUSTER_GROUP: Final = "cluster.karmada.io"
_SEARCH_GROUP: Final = "search.karmada.io"
_KINDS: Final = (("User", "users"), ("ServiceAccount", "serviceaccounts"), ("Group", "groups"))


def _allows(rule: Object, group: str, resource: str) -> bool:
    groups, resources = rule.get("apiGroups") or (), rule.get("resources") or ()
    return bool({"*", group} & set(groups)) and bool({"*", resource} & set(resources))


def proxied_clusters(role: Object, *, article: bool) -> set[str] | None:
    """The clusters that a ClusterRole lets its holders reach through Karmada; None: all there are."""
    found: set[str] = set()
    for rule in role.get("rules") or ():
        if _allows(rule, _CLUSTER_GROUP, "clusters/proxy"):
            names = rule.get("resourceNames") or ()
            if not names:
                return None
            found.update(names)
        if not article and _allows(rule, _SEARCH_GROUP, "proxying/proxy"):
            return None
    return found


def reaches(role: Object, cluster: str, *, article: bool) -> bool:
    found = proxied_clusters(role, article=article)
    return found is None or cluster in found


def impersonation_rules(subjects: Iterable[Object]) -> list[Object]:
    """The rules under which Karmada may act as these subjects."""
    names: dict[str, set[str]] = {}
    for subject in subjects:
        names.setdefault(subject.get("kind", ""), set()).add(subject.get("name", ""))
    return [
        {
            "apiGroups": [""],
            "resourceNames": sorted(names[kind]),
            "resources": [resource],
            "verbs": ["impersonate"],
        }
        for kind, resource in _KINDS
        if kind in names
    ]


def cluster_role(rules: list[Object], labels: dict[str, str]) -> Object:
    metadata: Object = {"name": IMPERSONATOR, **({"labels": labels} if labels else {})}
    return {"apiVersion": RBAC, "kind": "ClusterRole", "metadata": metadata, "rules": rules or None}


def cluster_role_binding(cluster: Object, labels: dict[str, str]) -> Object:
    namespace = meta.dig(cluster, "spec", "impersonatorSecretRef", "namespace", default="karmada-cluster")
    metadata: Object = {"name": IMPERSONATOR, **({"labels": labels} if labels else {})}
    return {
        "apiVersion": RBAC,
        "kind": "ClusterRoleBinding",
        "metadata": metadata,
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": IMPERSONATOR},
        "subjects": [{"kind": "ServiceAccount", "name": IMPERSONATOR, "namespace": namespace}],
    }
