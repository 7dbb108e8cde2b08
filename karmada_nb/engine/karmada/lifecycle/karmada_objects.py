"""What ``karmadactl init`` puts into the Karmada API beside the CustomResourceDefinitions.

Follows pkg/karmadactl/cmdinit/karmada/{deploy,rbac,webhook_configuration}.go, and the same at v1.2.
"""

from __future__ import annotations

from typing import Final

from karmada_nb.engine.karmada.constants import ARTICLE, Edition
from karmada_nb.engine.karmada.lifecycle.components import SYSTEM_NAMESPACE
from karmada_nb.engine.meta import Object
from karmada_nb.engine.runtime.client import Resource

_RBAC: Final = "rbac.authorization.k8s.io"
_ADMISSION: Final = "admissionregistration.k8s.io"
RESOURCES: Final = {
    "ClusterRole": Resource(_RBAC, "v1", "clusterroles"),
    "ClusterRoleBinding": Resource(_RBAC, "v1", "clusterrolebindings"),
    "Service": Resource("", "v1", "services"),
    "APIService": Resource("apiregistration.k8s.io", "v1", "apiservices"),
    "MutatingWebhookConfiguration": Resource(_ADMISSION, "v1", "mutatingwebhookconfigurations"),
    "ValidatingWebhookConfiguration": Resource(_ADMISSION, "v1", "validatingwebhookconfigurations"),
}
_WRITE: Final = ("CREATE", "UPDATE")
_POLICY, _WORK = "policy.karmada.io", "work.karmada.io"
_SCALING, _NETWORK = "autoscaling.karmada.io", "networking.karmada.io"

# Webhook, group, resource, scope; what differs from CREATE and UPDATE stands at the end.
_COMMON: Final = (
    ("propagationpolicy", _POLICY, "propagationpolicies", "Namespaced", _WRITE),
    ("clusterpropagationpolicy", _POLICY, "clusterpropagationpolicies", "Cluster", _WRITE),
    ("overridepolicy", _POLICY, "overridepolicies", "Namespaced", _WRITE),
)
_MUTATING: Final = (
    ("resourcebinding", _WORK, "resourcebindings", "Namespaced", ("CREATE",)),
    ("clusterresourcebinding", _WORK, "clusterresourcebindings", "Cluster", ("CREATE",)),
    ("work", _WORK, "works", "Namespaced", _WRITE),
    ("federatedhpa", _SCALING, "federatedhpas", "Namespaced", _WRITE),
    ("multiclusterservice", _NETWORK, "multiclusterservices", "Namespaced", _WRITE),
)
_VALIDATING: Final = (
    ("clusteroverridepolicy", _POLICY, "clusteroverridepolicies", "Cluster", _WRITE),
    (
        "resourceinterpreterwebhookconfiguration",
        "config.karmada.io",
        "resourceinterpreterwebhookconfigurations",
        "Cluster",
        _WRITE,
    ),
    (
        "resourceinterpretercustomization",
        "config.karmada.io",
        "resourceinterpretercustomizations",
        "Cluster",
        _WRITE,
    ),
    ("federatedresourcequota", _POLICY, "federatedresourcequotas", "Namespaced", _WRITE),
    ("multiclusteringress", _NETWORK, "multiclusteringresses", "Namespaced", _WRITE),
    ("federatedhpa", _SCALING, "federatedhpas", "Namespaced", _WRITE),
    ("cronfederatedhpa", _SCALING, "cronfederatedhpas", "Namespaced", _WRITE),
    ("multiclusterservice", _NETWORK, "multiclusterservices", "Namespaced", _WRITE),
    ("resourcebinding", _WORK, "resourcebindings", "Namespaced", _WRITE),
)
_ARTICLE_MUTATING: Final = (("work", _WORK, "works", "Namespaced", _WRITE),)
_ARTICLE_VALIDATING: Final = (
    ("clusteroverridepolicy", _POLICY, "clusteroverridepolicies", "Cluster", _WRITE),
    (
        "resourceexploringwebhookconfiguration",
        "config.karmada.io",
        "resourceexploringwebhookconfigurations",
        "Cluster",
        _WRITE,
    ),
)
_CALLED: Final = {
    "mutate-federatedhpa": "autoscaling.karmada.io",
    "validate-resourceinterpreterwebhookconfiguration": "config.karmada.io",
    "validate-resourceexploringwebhookconfiguration": "config.karmada.io",
}
_GRANTED: Final = (
    (_SCALING, ("cronfederatedhpas", "cronfederatedhpas/status", "federatedhpas", "federatedhpas/status")),
    (
        "multicluster.x-k8s.io",
        ("serviceexports", "serviceexports/status", "serviceimports", "serviceimports/status"),
    ),
    (
        _NETWORK,
        (
            "multiclusteringresses",
            "multiclusteringresses/status",
            "multiclusterservices",
            "multiclusterservices/status",
        ),
    ),
    (_POLICY, ("overridepolicies", "propagationpolicies")),
    (_WORK, ("resourcebindings", "resourcebindings/status", "works", "works/status")),
)
_VIEW: Final = ["get", "list", "watch"]
_EDIT: Final = ["create", "update", "patch", "delete", "deletecollection"]


def karmada_objects(edition: Edition, ca_bundle: str, namespace: str = SYSTEM_NAMESPACE) -> list[Object]:
    """In the order in which they are made. ``ca_bundle`` is base64 of PEM."""
    article = edition == ARTICLE
    mutating = _ARTICLE_MUTATING if article else _MUTATING
    validating = _ARTICLE_VALIDATING if article else _VALIDATING
    found = [
        _webhooks("Mutating", [*_COMMON, *mutating], ca_bundle, namespace),
        _webhooks("Validating", [*_COMMON, *validating], ca_bundle, namespace),
        _aggregated_service(namespace),
        _api_service(ca_bundle, namespace),
    ]
    if not article:
        found += [_grant("karmada-view", "view", _VIEW), _grant("karmada-edit", "edit", _EDIT)]
    proxy = {"apiGroups": ["cluster.karmada.io"], "resources": ["clusters/proxy"], "verbs": ["*"]}
    return [*found, *_granted("cluster-proxy-admin", [proxy], "system:admin")]


def _webhooks(
    kind: str, table: list[tuple[str, str, str, str, tuple[str, ...]]], ca_bundle: str, namespace: str
) -> Object:
    verb = "mutate" if kind == "Mutating" else "validate"
    return {
        "apiVersion": f"{_ADMISSION}/v1",
        "kind": f"{kind}WebhookConfiguration",
        "metadata": {
            "name": f"{kind.lower()}-config",
            "labels": {"app": "karmada-webhook"},
        },
        "webhooks": [
            {
                "name": _CALLED.get(f"{verb}-{name}", f"{name}.karmada.io"),
                "rules": [
                    {
                        "operations": list(operations),
                        "apiGroups": [group],
                        "apiVersions": ["*"],
                        "resources": [resource],
                        "scope": scope,
                    }
                ],
                "clientConfig": {
                    "url": f"https://karmada-webhook.{namespace}.svc:443/{verb}-{name}",
                    "caBundle": ca_bundle,
                },
                "failurePolicy": "Fail",
                "sideEffects": "None",
                "admissionReviewVersions": ["v1"],
                "timeoutSeconds": 3,
            }
            for name, group, resource, scope, operations in table
        ],
    }


def _aggregated_service(namespace: str) -> Object:
    name = "karmada-aggregated-apiserver"
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"type": "ExternalName", "externalName": f"{name}.{namespace}.svc"},
    }


def _api_service(ca_bundle: str, namespace: str) -> Object:
    name = "karmada-aggregated-apiserver"
    return {
        "apiVersion": "apiregistration.k8s.io/v1",
        "kind": "APIService",
        "metadata": {
            "name": "v1alpha1.cluster.karmada.io",
            "labels": {"app": name, "apiserver": "true"},
        },
        "spec": {
            "caBundle": ca_bundle,
            "group": "cluster.karmada.io",
            "groupPriorityMinimum": 2000,
            "service": {"name": name, "namespace": namespace},
            "version": "v1alpha1",
            "versionPriority": 10,
        },
    }


def _grant(name: str, role: str, verbs: list[str]) -> Object:
    """Karmada's kinds for those who may see, or change, what is in a namespace."""
    return {
        "apiVersion": f"{_RBAC}/v1",
        "kind": "ClusterRole",
        "metadata": {
            "name": name,
            "annotations": {"rbac.authorization.kubernetes.io/autoupdate": "true"},
            "labels": {
                "kubernetes.io/bootstrapping": "rbac-defaults",
                f"rbac.authorization.k8s.io/aggregate-to-{role}": "true",
            },
        },
        "rules": [
            {"apiGroups": [group], "resources": list(resources), "verbs": verbs}
            for group, resources in _GRANTED
        ],
    }


def _granted(name: str, rules: list[Object], user: str) -> list[Object]:
    role = {"apiVersion": f"{_RBAC}/v1", "kind": "ClusterRole", "metadata": {"name": name}, "rules": rules}
    binding = {
        "apiVersion": f"{_RBAC}/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {"name": name},
        "roleRef": {"apiGroup": _RBAC, "kind": "ClusterRole", "name": name},
        "subjects": [{"apiGroup": _RBAC, "kind": "User", "name": user}],
    }
    return [role, binding]
