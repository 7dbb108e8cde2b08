"""What the detector looks at: objects that a policy may propagate at all.

Follows ``EventFilter`` and ``gvrDisabled`` of pkg/detector/detector.go, pkg/util/apigroup.go, and the flags
--skipped-propagating-apis (empty) and --skipped-propagating-namespaces (``kube-.*``) at their defaults.
"""

from __future__ import annotations

from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.constants import CURRENT, RESOURCE_TEMPLATE_CLAIMED_BY_LABEL, Edition
from karmada_nb.engine.karmada.names import is_reserved_namespace
from karmada_nb.engine.meta import Object

_KARMADA_GROUPS: Final = frozenset(
    f"{name}.karmada.io" for name in ("cluster", "policy", "work", "config", "networking")
)
_ARTICLE_SKIPPED: Final = _KARMADA_GROUPS | {"events.k8s.io"}
_SKIPPED: Final = _ARTICLE_SKIPPED | {f"{name}.karmada.io" for name in ("autoscaling", "remedy", "apps")}


def kind_is_propagated(api_version: str, kind: str, edition: Edition = CURRENT) -> bool:
    """Whether objects of this kind are watched at all: not Karmada's own, no Events, no Leases."""
    group, _ = meta.group_version(api_version)
    if (group, kind) == ("", "Event"):
        return False
    if edition != CURRENT:
        return group not in _ARTICLE_SKIPPED
    return group not in _SKIPPED and api_version != "coordination.k8s.io/v1"


def is_propagatable(obj: Object, edition: Edition = CURRENT) -> bool:
    """Whether this object may be propagated: not what Kubernetes and Karmada keep for themselves."""
    namespace, kind = meta.namespace(obj), obj.get("kind", "")
    if not kind_is_propagated(obj.get("apiVersion", ""), kind, edition):
        return False
    if is_reserved_namespace(namespace, edition):
        return False
    if edition != CURRENT:
        token = kind == "Secret" and obj.get("type") == "kubernetes.io/service-account-token"
        return not (token and obj.get("apiVersion") == "v1")
    return not namespace.startswith("kube-")


def is_claimed_elsewhere(obj: Object) -> bool:
    """Whether something other than a policy propagates this object, as a MultiClusterService does a
    Service.
    """
    return bool(meta.labels(obj).get(RESOURCE_TEMPLATE_CLAIMED_BY_LABEL))
