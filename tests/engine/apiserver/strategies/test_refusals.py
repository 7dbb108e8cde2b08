"""Objects that a kind's own rules refuse, in upstream's words.

The texts are those of pkg/apis/*/validation/validation.go.
"""

from __future__ import annotations

from typing import Any

import pytest

from karmada_nb.engine.apiserver.strategies import strategy_for

POD = {
    "metadata": {"labels": {"a": "b"}},
    "spec": {"restartPolicy": "Never", "containers": [{"name": "c", "image": "i"}]},
}
RULE = {"operations": ["CREATE"], "apiGroups": [""], "apiVersions": ["v1"], "resources": ["pods"]}


def complaints(group: str, kind: str, obj: dict[str, Any]) -> set[tuple[str, str]]:
    strategy = strategy_for(group, kind)
    obj = strategy.default({"kind": kind, "metadata": {"name": "x", "namespace": "demo"}, **obj})
    return {(cause.field, cause.message) for cause in strategy.validate(obj)}


def job(**spec: Any) -> dict[str, Any]:
    selector = {"matchLabels": {"a": "b"}}
    return {"spec": {"template": POD, "manualSelector": True, "selector": selector, **spec}}


def autoscaler(*metrics: dict[str, Any], **spec: Any) -> dict[str, Any]:
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "d"}
    return {
        "apiVersion": "autoscaling/v2",
        "spec": {"scaleTargetRef": target, "maxReplicas": 3, "metrics": list(metrics), **spec},
    }


def hook(**said: Any) -> dict[str, Any]:
    whole = {
        "name": "w.example.com",
        "rules": [RULE],
        "clientConfig": {"url": "https://example.com/hook"},
        "sideEffects": "None",
        "admissionReviewVersions": ["v1"],
        **said,
    }
    return {"webhooks": [whole]}


MATCHED = {"resourceRules": [{**RULE, "apiVersions": ["v1"]}]}
CRON = {"jobTemplate": {"spec": {"template": POD}}}
REFUSED = [
    (("", "Pod"), {"spec": {"resources": {"requests": {"cpu": "1"}}}}, "spec.containers", "Required value"),
    (
        ("admissionregistration.k8s.io", "ValidatingAdmissionPolicy"),
        {"spec": {"matchConstraints": MATCHED, "variables": [{"name": "for", "expression": "1"}]}},
        "spec.variables[0].name",
        'Invalid value: "for": must be a valid CEL identifier',
    ),
    (
        ("admissionregistration.k8s.io", "ValidatingAdmissionPolicy"),
        {"spec": {"matchConstraints": MATCHED, "variables": [{"name": "é", "expression": "1"}]}},
        "spec.variables[0].name",
        'Invalid value: "é": must be a valid CEL identifier',
    ),
    (
        ("batch", "CronJob"),
        {"spec": {**CRON, "schedule": "٣ * * * *"}},
        "spec.schedule",
        'Invalid value: "٣ * * * *": failed to parse int from ٣: strconv.Atoi: parsing "٣": invalid syntax',
    ),
    (
        ("networking.k8s.io", "ServiceCIDR"),
        {"spec": {"cidrs": ["10.0.0.0/24", "10.1.0.0/24"]}},
        "spec.cidrs",
        'Invalid value: ["10.0.0.0/24","10.1.0.0/24"]: may specify no more than one IP for each IP '
        "family, i.e 192.168.0.0/24 and 2001:db8::/64",
    ),
    (("networking.k8s.io", "IPAddress"), {"spec": {}}, "spec.parentRef", "Required value"),
    (
        ("apiregistration.k8s.io", "APIService"),
        {"spec": {"group": "a.io", "version": "v1", "versionPriority": 1, "groupPriorityMinimum": 1}},
        "metadata.name",
        'Invalid value: "x": must be `spec.version+"."+spec.group`: "v1.a.io"',
    ),
    (
        ("apiregistration.k8s.io", "APIService"),
        {"spec": {"group": "a.io", "version": "v1", "versionPriority": 1001, "groupPriorityMinimum": 1}},
        "spec.versionPriority",
        "Invalid value: 1001: must be positive and less than 1000",
    ),
    (
        ("batch", "Job"),
        job(podFailurePolicy={"rules": [{"action": "FailJob"}]}),
        "spec.podFailurePolicy.rules[0]",
        "Invalid value: specifying one of OnExitCodes and OnPodConditions is required",
    ),
    (
        ("batch", "Job"),
        job(
            podFailurePolicy={
                "rules": [{"action": "Ignore", "onExitCodes": {"operator": "In", "values": [3, 2]}}]
            }
        ),
        "spec.podFailurePolicy.rules[0].onExitCodes.values",
        "Invalid value: [3,2]: must be ordered",
    ),
    (
        ("batch", "Job"),
        job(completionMode="Indexed", completions=3, successPolicy={"rules": [{"succeededIndexes": "2,1"}]}),
        "spec.successPolicy.rules[0].succeededIndexes",
        'Invalid value: "2,1": error parsing succeededIndexes: non-increasing order, previous: 2, current: 1',
    ),
    (
        ("batch", "Job"),
        job(maxFailedIndexes=1),
        "spec.backoffLimitPerIndex",
        "Required value: when maxFailedIndexes is specified",
    ),
    (
        ("autoscaling", "HorizontalPodAutoscaler"),
        autoscaler({"type": "Pods", "pods": {"metric": {"name": "m"}, "target": {"type": "AverageValue"}}}),
        "spec.metrics[0].pods.target.averageValue",
        "Required value: must specify a positive target averageValue",
    ),
    (
        ("autoscaling", "HorizontalPodAutoscaler"),
        autoscaler(behavior={"scaleDown": {"stabilizationWindowSeconds": 4000}}),
        "spec.behavior.scaleDown.stabilizationWindowSeconds",
        "Invalid value: 4000: must be less than or equal to 3600",
    ),
    (
        ("", "ResourceQuota"),
        {"spec": {"hard": {"pods": "1"}, "scopes": ["BestEffort", "NotBestEffort"]}},
        "spec.scopes",
        'Invalid value: ["BestEffort","NotBestEffort"]: conflicting scopes',
    ),
    (
        ("networking.k8s.io", "NetworkPolicy"),
        {
            "spec": {
                "podSelector": {},
                "ingress": [{"from": [{"ipBlock": {"cidr": "10.0.0.0/8", "except": ["11.0.0.0/8"]}}]}],
            }
        },
        "spec.ingress[0].from[0].ipBlock.except[0]",
        'Invalid value: "11.0.0.0/8": must be a strict subset of `cidr`',
    ),
    (
        ("networking.k8s.io", "IngressClass"),
        {"spec": {"controller": "a.b/c", "parameters": {"kind": "K", "name": "n", "scope": "Namespace"}}},
        "spec.parameters.namespace",
        "Required value: `parameters.scope` is set to 'Namespace'",
    ),
    (
        ("", "Service"),
        {"spec": {"ports": [{"port": 80}], "loadBalancerClass": "a.b/c"}},
        "spec.loadBalancerClass",
        "Forbidden: may only be used when `type` is 'LoadBalancer'",
    ),
    (
        ("certificates.k8s.io", "CertificateSigningRequest"),
        {"spec": {"request": "aGk=", "usages": ["client auth"], "signerName": "a.b/c"}},
        "spec.request",
        'Invalid value: "aGk=": PEM block type must be CERTIFICATE REQUEST',
    ),
    (
        ("storage.k8s.io", "CSIDriver"),
        {"spec": {"fsGroupPolicy": "Sometimes"}},
        "spec.fsGroupPolicy",
        'Unsupported value: "Sometimes": supported values: "File", "None", "ReadWriteOnceWithFSType"',
    ),
    (
        ("storage.k8s.io", "VolumeAttachment"),
        {"spec": {"attacher": "a.b", "nodeName": "n", "source": {}}},
        "spec.source",
        "Required value: must specify exactly one of inlineVolumeSpec and persistentVolumeName",
    ),
    (
        ("admissionregistration.k8s.io", "ValidatingWebhookConfiguration"),
        hook(clientConfig={"url": "http://example.com"}),
        "webhooks[0].clientConfig.url",
        "Invalid value: \"http\": 'https' is the only allowed URL scheme; desired format: https://host[/path]",
    ),
    (
        ("admissionregistration.k8s.io", "MutatingWebhookConfiguration"),
        hook(timeoutSeconds=31),
        "webhooks[0].timeoutSeconds",
        "Invalid value: 31: the timeout value must be between 1 and 30 seconds",
    ),
    (
        ("admissionregistration.k8s.io", "ValidatingAdmissionPolicy"),
        {"spec": {"validations": [{"expression": "true"}], "matchConstraints": {}}},
        "spec.matchConstraints.resourceRules",
        "Required value",
    ),
]


@pytest.mark.parametrize(("kind", "obj", "field", "message"), REFUSED)
def test_a_kind_refuses(kind: tuple[str, str], obj: dict[str, Any], field: str, message: str) -> None:
    assert (field, message) in complaints(*kind, obj)


def test_a_driver_is_defaulted() -> None:
    made = strategy_for("storage.k8s.io", "CSIDriver").default({"spec": {"attachRequired": False}})
    assert made["spec"]["attachRequired"] is False
    assert made["spec"]["volumeLifecycleModes"] == ["Persistent"]
    assert made["spec"]["fsGroupPolicy"] == "ReadWriteOnceWithFSType"
