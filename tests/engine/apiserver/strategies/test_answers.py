"""What a kube-apiserver v1.36 answered to objects with one thing wrong, kind by kind: where, and what.

Recorded of dry runs; ``AT`` of a case is the field that was changed in an object that is right.
"""

from __future__ import annotations

from typing import Any

import pytest

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.strategies import strategy_for
from tests.engine.apiserver.strategies import devices

SPEC = "spec"
RIGHT: dict[str, dict[str, Any]] = {
    "/Service": {"spec": {"selector": {"a": "b"}, "ports": [{"port": 80}]}},
    "/Endpoints": {"subsets": [{"addresses": [{"ip": "1.2.3.4"}], "ports": [{"port": 80}]}]},
    "/LimitRange": {
        "spec": {
            "limits": [
                {
                    "type": "Container",
                    "max": {"cpu": "2"},
                    "min": {"cpu": "100m"},
                    "maxLimitRequestRatio": {"cpu": "10"},
                }
            ]
        }
    },
    "/Node": {"spec": {"taints": [{"key": "k", "effect": "NoSchedule"}]}},
    "/ResourceQuota": {"spec": {"hard": {"count/deployments.apps": "2"}}},
    "discovery.k8s.io/EndpointSlice": {"addressType": "IPv4", "endpoints": [{"addresses": ["1.2.3.4"]}]},
    "autoscaling/HorizontalPodAutoscaler": {
        "apiVersion": "autoscaling/v2",
        "spec": {
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "d"},
            "maxReplicas": 5,
        },
    },
    "networking.k8s.io/IngressClass": {"spec": {"controller": "a.example.com/c"}},
    "networking.k8s.io/NetworkPolicy": {
        "spec": {"podSelector": {}, "ingress": [{"ports": [{"port": 80, "endPort": 90}]}]}
    },
    "storage.k8s.io/StorageClass": {"provisioner": "a.example.com/p"},
    "storage.k8s.io/CSIDriver": {"spec": {"tokenRequests": [{"audience": "a"}]}},
    "flowcontrol.apiserver.k8s.io/FlowSchema": {
        "spec": {
            "priorityLevelConfiguration": {"name": "global-default"},
            "matchingPrecedence": 9000,
            "rules": [
                {
                    "subjects": [{"kind": "User", "user": {"name": "u"}}],
                    "nonResourceRules": [{"verbs": ["get"], "nonResourceURLs": ["/a"]}],
                }
            ],
        }
    },
    "flowcontrol.apiserver.k8s.io/PriorityLevelConfiguration": {
        "spec": {"type": "Limited", "limited": {"limitResponse": {"type": "Queue", "queuing": {}}}}
    },
}
RULE = "spec.rules[0]"
QUEUING = "spec.limited.limitResponse.queuing"
CASES: list[tuple[str, list[Any], Any, str, str]] = [
    (
        "/Service",
        [SPEC, "externalIPs"],
        ["010.0.0.1"],
        "spec.externalIPs[0]",
        'Invalid value: "010.0.0.1": must not have leading 0s',
    ),
    (
        "/Service",
        [SPEC, "externalIPs"],
        ["::1"],
        "spec.externalIPs[0]",
        'Invalid value: "::1": may not be in the loopback range (127.0.0.0/8, ::1/128)',
    ),
    (
        "/Service",
        [SPEC, "loadBalancerSourceRanges"],
        ["10.0.0.1/8"],
        "spec.LoadBalancerSourceRanges[0]",
        'Invalid value: "10.0.0.1/8": must not have bits set beyond the prefix length',
    ),
    (
        "/Service",
        [SPEC, "trafficDistribution"],
        "",
        "spec.trafficDistribution",
        'Unsupported value: "": supported values: "PreferClose", "PreferSameZone", "PreferSameNode"',
    ),
    (
        "/Endpoints",
        ["subsets", 0, "addresses", 0, "ip"],
        "::ffff:1.2.3.4",
        "subsets[0].addresses[0].ip",
        'Invalid value: "::ffff:1.2.3.4": must not be an IPv4-mapped IPv6 address',
    ),
    (
        "/LimitRange",
        [SPEC, "limits", 0, "min"],
        {"cpu": "1500m"},
        "spec.limits[0].maxLimitRequestRatio[cpu]",
        'Invalid value: "10": ratio 10 is greater than max/min = 1.333333',
    ),
    (
        "/LimitRange",
        [SPEC, "limits", 0, "max"],
        {"storage": "1"},
        "spec.limits[0].max[storage]",
        'Invalid value: "storage": must be a standard resource for containers',
    ),
    (
        "/Node",
        [SPEC, "taints"],
        [{"key": "k", "value": "v", "effect": "NoSchedule"}] * 2,
        "metadata.taints[1]",
        'Duplicate value: {"Key":"k","Value":"v","Effect":"NoSchedule","TimeAdded":null}: '
        "taints must be unique by key and effect pair",
    ),
    (
        "/ResourceQuota",
        [SPEC, "hard"],
        {"count/deployments.apps": "1500m"},
        "spec.hard[count/deployments.apps]",
        'Invalid value: "1500m": must be an integer',
    ),
    (
        "discovery.k8s.io/EndpointSlice",
        ["endpoints", 0, "addresses"],
        ["2001:db8::1"],
        "endpoints[0].addresses",
        'Invalid value: "2001:db8::1": must be an IPv4 address',
    ),
    (
        "autoscaling/HorizontalPodAutoscaler",
        [SPEC, "maxReplicas"],
        -1,
        "spec.maxReplicas",
        "Invalid value: -1: must be greater than or equal to 1",
    ),
    (
        "autoscaling/HorizontalPodAutoscaler",
        [SPEC, "scaleTargetRef", "apiVersion"],
        "/x/../y",
        "spec.scaleTargetRef.apiVersion",
        'Invalid value: "/x/../y": unexpected GroupVersion string: /x/../y',
    ),
    (
        "networking.k8s.io/IngressClass",
        [SPEC, "controller"],
        "https://u@h/p?q#f",
        "spec.controller",
        'Invalid value: "/u@h/p?q#f": Invalid path (regex used for validation is '
        "'[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+')",
    ),
    (
        "networking.k8s.io/NetworkPolicy",
        [SPEC, "ingress", 0, "ports", 0, "endPort"],
        0,
        "spec.ingress[0].ports[0].endPort",
        "Invalid value: 80: must be greater than or equal to `port`",
    ),
    (
        "storage.k8s.io/StorageClass",
        ["allowedTopologies"],
        [{"matchLabelExpressions": [{"key": "zone", "values": ["v", "v"]}]}],
        "allowedTopologies[0].matchLabelExpressions[0].values[1]",
        'Duplicate value: "v"',
    ),
    (
        "storage.k8s.io/CSIDriver",
        [SPEC, "tokenRequests", 0, "expirationSeconds"],
        0,
        "spec.tokenRequests[0].expirationSeconds",
        "Invalid value: 0: may not specify a duration less than 10 minutes",
    ),
    (
        "flowcontrol.apiserver.k8s.io/FlowSchema",
        [SPEC, "matchingPrecedence"],
        1,
        "spec.matchingPrecedence",
        "Invalid value: 1: only the schema named 'exempt' may have matchingPrecedence 1",
    ),
    (
        "flowcontrol.apiserver.k8s.io/FlowSchema",
        [SPEC, "rules", 0, "subjects", 0, "group"],
        {"name": "g"},
        f"{RULE}.subjects[0].group",
        "Forbidden: group is forbidden when subject kind is not 'Group'",
    ),
    (
        "flowcontrol.apiserver.k8s.io/FlowSchema",
        [SPEC, "rules", 0, "nonResourceRules", 0, "nonResourceURLs"],
        ["/a*"],
        f"{RULE}.nonResourceRules[0].nonResourceURLs[0]",
        'Invalid value: "/a*": wildcard can only do suffix matching',
    ),
    (
        "flowcontrol.apiserver.k8s.io/PriorityLevelConfiguration",
        [SPEC, "type"],
        "Exempt",
        "spec.limited",
        "Forbidden: must be nil if the type is not Limited",
    ),
    (
        "flowcontrol.apiserver.k8s.io/PriorityLevelConfiguration",
        [SPEC, "limited", "limitResponse", "queuing", "handSize"],
        99,
        f"{QUEUING}.handSize",
        "Invalid value: 99: should not be greater than queues (64)",
    ),
]


def changed(value: Any, path: list[Any], new: Any) -> Any:
    if not path:
        return new
    key, *rest = path
    if isinstance(value, list):
        return [changed(item, rest, new) if index == key else item for index, item in enumerate(value)]
    return {**value, key: changed(value.get(key, {}), rest, new)}


def causes(kind: str, obj: dict[str, Any]) -> set[tuple[str, str]]:
    group, _, name = kind.rpartition("/")
    strategy = strategy_for(group, name)
    whole = {"kind": name, "metadata": {"name": "x", "namespace": "demo"}, **obj}
    ready = strategy.prepare_create(strategy.default(whole))
    return {(cause.field, cause.message) for cause in strategy.validate(ready)}


GOOD = RIGHT | devices.RIGHT


@pytest.mark.parametrize("kind", GOOD)
def test_what_is_right_is_taken(kind: str) -> None:
    assert causes(kind, GOOD[kind]) == set()


@pytest.mark.parametrize(("kind", "path", "value", "field", "message"), [*CASES, *devices.CASES])
def test_one_thing_is_wrong(kind: str, path: list[Any], value: Any, field: str, message: str) -> None:
    assert (field, message) in causes(kind, changed(GOOD[kind], path, value))


def test_a_service_with_addresses_that_cannot_be_is_looked_at_no_further() -> None:
    found = causes("/Service", {"spec": {"clusterIPs": ["v"]}})
    assert found == {
        ("spec.clusterIPs", 'Invalid value: ["v"]: must be empty when `clusterIP` is not specified'),
        (
            "spec.clusterIPs[0]",
            'Invalid value: "v": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
        ),
    }


def test_the_levels_that_a_server_needs_stay() -> None:
    spec = {"type": "Limited", "limited": {"limitResponse": {"type": "Reject"}}}
    strategy = strategy_for("flowcontrol.apiserver.k8s.io", "PriorityLevelConfiguration")
    found = strategy.validate(strategy.default({"metadata": {"name": "catch-all"}, "spec": spec}))
    (cause,) = found
    assert cause.message == (
        'Invalid value: {"Type":"Limited","Limited":{"NominalConcurrencyShares":30,'
        '"LimitResponse":{"Type":"Reject","Queuing":null},"LendablePercent":0,"BorrowingLimitPercent":null},'
        "\"Exempt\":null}: spec of 'catch-all' must equal the fixed value"
    )


def claim(**spec: Any) -> dict[str, Any]:
    resources = {"requests": {"storage": "1Gi"}}
    whole = {"accessModes": ["ReadWriteOnce"], "resources": resources, "volumeMode": "Filesystem", **spec}
    return {"metadata": {"name": "c", "namespace": "demo"}, "spec": whole, "status": {"phase": "Pending"}}


def test_how_a_claim_differs_from_what_it_may_become() -> None:
    strategy = strategy_for("", "PersistentVolumeClaim")
    found = strategy.validate_update(claim(accessModes=["ReadWriteMany"]), claim())
    assert [(cause.field, cause.message) for cause in found] == [
        (
            "spec",
            "Forbidden: spec is immutable after creation except resources.requests and "
            "volumeAttributesClassName for bound claims\n"
            '@@ -1,6 +1,6 @@\n {\n  "AccessModes": [\n-  "ReadWriteOnce"\n+  "ReadWriteMany"\n  ],\n'
            '  "Selector": null,\n  "Resources": {\n',
        )
    ]


def test_a_bound_claim_may_grow() -> None:
    strategy = strategy_for("", "PersistentVolumeClaim")
    bound = {"phase": "Bound", "capacity": {"storage": "1Gi"}}
    old = {**claim(), "status": bound}
    grown = {**claim(resources={"requests": {"storage": "2Gi"}}), "status": bound}
    assert strategy.validate_update(grown, old) == []
    (shrunk,) = strategy.validate_update(
        {**claim(resources={"requests": {"storage": "1Mi"}}), "status": bound}, old
    )
    assert shrunk.message == "Forbidden: field can not be less than status.capacity"


@pytest.mark.parametrize(
    ("kind", "status", "field", "message"),
    [
        (
            "/Service",
            {"loadBalancer": {"ingress": [{"ip": "1.2.3.4", "ipMode": "VIP"}]}},
            "status.loadBalancer.ingress",
            "Forbidden: may only be used when `spec.type` is 'LoadBalancer'",
        ),
        (
            "networking.k8s.io/Ingress",
            {"loadBalancer": {"ingress": [{"hostname": "1.2.3.4"}]}},
            "status.loadBalancer.ingress[0].hostname",
            'Invalid value: "1.2.3.4": must be a DNS name, not an IP address',
        ),
        (
            "policy/PodDisruptionBudget",
            {"conditions": [{"type": "A", "status": "Maybe", "reason": "R", "lastTransitionTime": "t"}]},
            "status.conditions[0].status",
            'Unsupported value: "Maybe": supported values: "False", "True", "Unknown"',
        ),
        (
            "/ResourceQuota",
            {"used": {"pods": "1500m"}},
            "status.used[pods]",
            'Invalid value: "1500m": must be an integer',
        ),
    ],
)
def test_a_status_is_refused(kind: str, status: dict[str, Any], field: str, message: str) -> None:
    group, _, name = kind.rpartition("/")
    obj = {"metadata": {"name": "x"}, "spec": {"type": "ClusterIP"}, "status": status}
    found = strategy_for(group, name).validate_status(obj, meta.without(obj, ["status"]))
    assert (field, message) in {(cause.field, cause.message) for cause in found}
