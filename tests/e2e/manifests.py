"""The objects of Karmada's end-to-end suite, as its helper package makes them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from karmada_nb.engine.meta import Object
from tests.e2e.suite import NAMESPACE

LABELS = {"app": "nginx"}
PI = ["perl", "-Mbignum=bpi", "-wle", "print bpi(2000)"]
CONTAINER = {"name": "nginx", "image": "nginx:1.19.0"}


def obj(api_version: str, kind: str, name: str, namespace: str | None = NAMESPACE, **rest: Any) -> Object:
    """Any object; without ``namespace`` one of cluster scope. ``labels`` go into its metadata."""
    metadata: Object = {"name": name}
    if namespace is not None:
        metadata["namespace"] = namespace
    for field in ("labels", "annotations"):
        if field in rest:
            metadata[field] = rest.pop(field)
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, **rest}


def pod_template(*containers: Object, **spec: Any) -> Object:
    return {
        "metadata": {"labels": LABELS},
        "spec": {"containers": list(containers or (CONTAINER,)), **spec},
    }


def deployment(name: str, replicas: int = 3, *containers: Object, **rest: Any) -> Object:
    pod = rest.pop("pod", {})
    spec = {
        "replicas": replicas,
        "selector": {"matchLabels": LABELS},
        "template": pod_template(*containers, **pod),
    }
    return obj("apps/v1", "Deployment", name, **{"labels": LABELS, **rest}, spec=spec)


def daemonset(name: str) -> Object:
    spec = {"selector": {"matchLabels": LABELS}, "template": pod_template()}
    return obj("apps/v1", "DaemonSet", name, spec=spec)


def statefulset(name: str, replicas: int = 3) -> Object:
    spec = {"replicas": replicas, "selector": {"matchLabels": LABELS}, "template": pod_template()}
    return obj("apps/v1", "StatefulSet", name, spec=spec)


def service(name: str, kind: str = "ClusterIP") -> Object:
    ports = [{"name": "http", "protocol": "TCP", "port": 80, "targetPort": 8080}]
    return obj("v1", "Service", name, spec={"type": kind, "selector": LABELS, "ports": ports})


def pod(name: str, *containers: Object) -> Object:
    return obj("v1", "Pod", name, spec={"containers": list(containers or (CONTAINER,))})


def job(name: str, **spec: Any) -> Object:
    template = {
        "metadata": {"name": name},
        "spec": {
            "restartPolicy": "Never",
            "containers": [{"name": "pi", "image": "perl:5.34.0", "command": PI}],
        },
    }
    return obj("batch/v1", "Job", name, spec={"template": template, "backoffLimit": 4, **spec})


def configmap(name: str, data: dict[str, str] | None = None, **rest: Any) -> Object:
    return obj("v1", "ConfigMap", name, data=data or {"run": "script.sh"}, **rest)


def secret(name: str) -> Object:
    return obj("v1", "Secret", name, data={"password": "cGFzcw=="}, type="Opaque")


def role(name: str, rules: Iterable[Object] = ()) -> Object:
    return obj("rbac.authorization.k8s.io/v1", "Role", name, rules=list(rules))


def role_binding(name: str, role_name: str, subjects: Iterable[Object] = ()) -> Object:
    ref = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": role_name}
    return obj("rbac.authorization.k8s.io/v1", "RoleBinding", name, roleRef=ref, subjects=list(subjects))


def cluster_role(name: str, rules: Iterable[Object] = (), **rest: Any) -> Object:
    return obj("rbac.authorization.k8s.io/v1", "ClusterRole", name, None, rules=list(rules), **rest)


def cluster_role_binding(name: str, role_name: str, subjects: Iterable[Object] = ()) -> Object:
    ref = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": role_name}
    group = "rbac.authorization.k8s.io/v1"
    return obj(group, "ClusterRoleBinding", name, None, roleRef=ref, subjects=list(subjects))


def definition(group: str, kind: str, *, namespaced: bool = True) -> Object:
    """A CRD whose objects may have any spec and status."""
    open_schema = {
        "type": "object",
        "properties": {
            "apiVersion": {"type": "string"},
            "kind": {"type": "string"},
            "metadata": {"type": "object"},
            "spec": {"type": "object", "x-kubernetes-preserve-unknown-fields": True},
            "status": {"type": "object", "x-kubernetes-preserve-unknown-fields": True},
        },
    }
    version = {
        "name": "v1alpha1",
        "served": True,
        "storage": True,
        "schema": {"openAPIV3Schema": open_schema},
    }
    singular = kind.lower()
    spec = {
        "group": group,
        "scope": "Namespaced" if namespaced else "Cluster",
        "names": {"kind": kind, "listKind": f"{kind}List", "plural": f"{singular}s", "singular": singular},
        "versions": [version],
    }
    return obj("apiextensions.k8s.io/v1", "CustomResourceDefinition", f"{singular}s.{group}", None, spec=spec)


def select(template: Object, **rest: Any) -> Object:
    """A resource selector of one template, by name unless told otherwise."""
    by = rest or {"name": template["metadata"]["name"]}
    return {"apiVersion": template["apiVersion"], "kind": template["kind"], **by}


def names(*clusters: str) -> Object:
    """A placement by cluster names."""
    return {"clusterAffinity": {"clusterNames": list(clusters)}}


def policy(
    name: str, selectors: Object | list[Object], placement: Object | None = None, **spec: Any
) -> Object:
    """A PropagationPolicy; ``selectors`` may be a template."""
    return obj(
        "policy.karmada.io/v1alpha1", "PropagationPolicy", name, spec=_spec(selectors, placement, spec)
    )


def cluster_policy(
    name: str, selectors: Object | list[Object], placement: Object | None = None, **spec: Any
) -> Object:
    wanted = _spec(selectors, placement, spec)
    return obj("policy.karmada.io/v1alpha1", "ClusterPropagationPolicy", name, None, spec=wanted)


def _spec(selectors: Object | list[Object], placement: Object | None, rest: Object) -> Object:
    listed = selectors if isinstance(selectors, list) else [select(selectors)]
    return {"resourceSelectors": listed, "placement": placement or {}, **rest}


def override(name: str, selectors: Object | list[Object] | None, *rules: Object, **spec: Any) -> Object:
    return obj("policy.karmada.io/v1alpha1", "OverridePolicy", name, spec=_overrides(selectors, rules, spec))


def cluster_override(
    name: str, selectors: Object | list[Object] | None, *rules: Object, **spec: Any
) -> Object:
    wanted = _overrides(selectors, rules, spec)
    return obj("policy.karmada.io/v1alpha1", "ClusterOverridePolicy", name, None, spec=wanted)


def _overrides(selectors: Object | list[Object] | None, rules: tuple[Object, ...], rest: Object) -> Object:
    spec: Object = {"overrideRules": list(rules)} if rules else {}
    if selectors is not None:
        spec["resourceSelectors"] = selectors if isinstance(selectors, list) else [select(selectors)]
    return {**spec, **rest}


def rule(clusters: Iterable[str], **overriders: Any) -> Object:
    return {"targetCluster": {"clusterNames": list(clusters)}, "overriders": overriders}


def divided(preference: str = "Weighted", weights: dict[str, int] | None = None, **rest: Any) -> Object:
    """A ``replicaScheduling``; ``weights`` are static, by cluster."""
    found: Object = {"replicaSchedulingType": "Divided", "replicaDivisionPreference": preference, **rest}
    if weights is not None:
        found["weightPreference"] = {
            "staticWeightList": [
                {"targetCluster": {"clusterNames": [name]}, "weight": weight}
                for name, weight in weights.items()
            ]
        }
    return found


DUPLICATED = {"replicaSchedulingType": "Duplicated"}
