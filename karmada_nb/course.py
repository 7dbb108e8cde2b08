"""The objects that the article has its reader apply."""

from collections.abc import Mapping
from typing import Any, Final

MADE_IN_LESSONS: Final = (
    ("overridepolicies.policy.karmada.io", "pipy-registry"),
    ("overridepolicies.policy.karmada.io", "pipy-site"),
    ("overridepolicies.policy.karmada.io", "pipy-tag"),
    ("overridepolicies.policy.karmada.io", "curl-sleep"),
    ("clusteroverridepolicies.policy.karmada.io", "pipy-site"),
)
"""What lessons behind the article make at Karmada, by resource and name, that changes what others see."""

MADE_IN_MEMBERS: Final = (
    ("services", "pipy-far"),
    ("endpointslices.discovery.k8s.io", "pipy-far-1"),
)
"""What a lesson makes by hand in a member, where Karmada does not know it."""

_PIPY_SCRIPT: Final = "pipy().listen(8080).serveHTTP(() => new Message(os.env['HOSTNAME'] +'\n'))"


def deployment(name: str, replicas: int, container: Mapping[str, Any]) -> dict[str, Any]:
    """A Deployment whose pods have one container and the label app."""
    labels = {"app": name}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": "default", "labels": labels},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": labels},
            "strategy": {},
            "template": {"metadata": {"labels": labels}, "spec": {"containers": [container]}},
        },
    }


def policy(name: str, selected: list[tuple[str, str, str]], weights: Mapping[str, int]) -> dict[str, Any]:
    """A PropagationPolicy that divides replicas by weight; ``selected`` is (apiVersion, kind, name)."""
    return {
        "apiVersion": "policy.karmada.io/v1alpha1",
        "kind": "PropagationPolicy",
        "metadata": {"name": name, "namespace": "default"},
        "spec": {
            "resourceSelectors": [
                {"apiVersion": version, "kind": kind, "name": title} for version, kind, title in selected
            ],
            "placement": {
                "clusterAffinity": {"clusterNames": list(weights)},
                "replicaScheduling": {
                    "replicaDivisionPreference": "Weighted",
                    "replicaSchedulingType": "Divided",
                    "weightPreference": {
                        "staticWeightList": [
                            {"targetCluster": {"clusterNames": [cluster]}, "weight": weight}
                            for cluster, weight in weights.items()
                        ]
                    },
                },
            },
        },
    }


def pipy(replicas: int) -> dict[str, Any]:
    """The server: each answer is the name of the pod that gave it."""
    container = {"image": "flomesh/pipy", "name": "pipy", "command": ["pipy"], "args": ["-e", _PIPY_SCRIPT]}
    return deployment("pipy", replicas, container)


def pipy_service() -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "pipy", "namespace": "default", "labels": {"app": "pipy"}},
        "spec": {
            "ports": [{"port": 8080, "protocol": "TCP", "targetPort": 8080}],
            "selector": {"app": "pipy"},
        },
    }


def pipy_policy(members: list[str]) -> dict[str, Any]:
    """Server and service to every member, with equal weights."""
    selected = [("apps/v1", "Deployment", "pipy"), ("v1", "Service", "pipy")]
    return policy("pipy-propagation", selected, dict.fromkeys(members, 10))


def curl() -> dict[str, Any]:
    """The client: a pod in which curl can be run."""
    container = {"image": "curlimages/curl", "name": "curl", "command": ["sleep", "365d"]}
    return deployment("curl", 1, container)


def curl_policy(members: list[str]) -> dict[str, Any]:
    """The client to the last member only."""
    return policy("curl-propagation", [("apps/v1", "Deployment", "curl")], {members[-1]: 1})
