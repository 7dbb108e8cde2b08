"""Tables of autoscalers, budgets, quotas, storage, access and extensions.

Follows pkg/printers/internalversion/printers.go.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.resource import Column, Table
from karmada_nb.engine.apiserver.tables.cells import (
    AGE_COLUMN,
    NAME_COLUMN,
    NONE,
    UNKNOWN,
    age,
    count,
    human_duration,
    number,
    wide,
)
from karmada_nb.engine.meta import Object

_MOST: Final = 2
"""Metrics of an autoscaler that are shown."""
_UNSET: Final = "<unset>"


def _budget(obj: Object, now: datetime) -> list[Any]:
    spec = obj.get("spec") or {}
    bounds = [str(spec.get(name, "N/A")) for name in ("minAvailable", "maxUnavailable")]
    return [meta.name(obj), *bounds, count(obj, "status", "disruptionsAllowed"), age(obj, now)]


def _autoscaler(obj: Object, now: datetime) -> list[Any]:
    spec = obj.get("spec") or {}
    target, least = spec.get("scaleTargetRef") or {}, spec.get("minReplicas")
    return [
        meta.name(obj),
        f"{target.get('kind', '')}/{target.get('name', '')}",
        _metrics(obj),
        _UNSET if least is None else str(least),
        spec.get("maxReplicas", 0),
        count(obj, "status", "currentReplicas"),
        age(obj, now),
    ]


def _metrics(obj: Object) -> str:
    spec, status = obj.get("spec") or {}, obj.get("status") or {}
    if "targetCPUUtilizationPercentage" in spec:
        used = status.get("currentCPUUtilizationPercentage")
        now = UNKNOWN if used is None else f"{used}%"
        return f"cpu: {now}/{spec['targetCPUUtilizationPercentage']}%"
    wanted, found = spec.get("metrics") or [], status.get("currentMetrics") or []
    if not wanted:
        return NONE
    texts = [
        _metric(metric, found[index] if index < len(found) else {}) for index, metric in enumerate(wanted)
    ]
    shown = ", ".join(texts[:_MOST])
    return f"{shown} + {len(texts) - _MOST} more..." if len(texts) > _MOST else shown


def _metric(wanted: Object, found: Object) -> str:
    kind = wanted.get("type", "")
    name = kind[:1].lower() + kind[1:]
    source, current = wanted.get(name) or {}, meta.dig(found, name, "current", default={})
    target = source.get("target") or {}
    label = f"{source.get('name', '')}: " if kind in ("Resource", "ContainerResource") else ""
    if target.get("averageUtilization") is not None:
        used = current.get("averageUtilization")
        now = UNKNOWN if used is None else f"{used}%"
        return f"{label}{now}/{target['averageUtilization']}%"
    if target.get("averageValue") is not None:
        average = " (avg)" if kind in ("External", "Object") else ""
        return f"{label}{current.get('averageValue', UNKNOWN)}/{target['averageValue']}{average}"
    return f"{label}{current.get('value', UNKNOWN)}/{target.get('value', UNKNOWN)}"


def _priority(obj: Object, now: datetime) -> list[Any]:
    default, policy = bool(obj.get("globalDefault")), obj.get("preemptionPolicy", "")
    return [meta.name(obj), obj.get("value", 0), default, age(obj, now), policy]


def _quota(obj: Object, now: datetime) -> list[Any]:
    hard, used = meta.dig(obj, "status", "hard", default={}), meta.dig(obj, "status", "used", default={})
    texts = {name: f"{name}: {used.get(name, '0')}/{hard[name]}" for name in sorted(hard)}
    limits = [text for name, text in texts.items() if name.startswith("limits")]
    requests = [text for name, text in texts.items() if not name.startswith("limits")]
    return [meta.name(obj), ", ".join(requests), ", ".join(limits), age(obj, now)]


def _binding(obj: Object, now: datetime) -> list[Any]:
    role = obj.get("roleRef") or {}
    named: dict[str, list[str]] = {"User": [], "Group": [], "ServiceAccount": []}
    for subject in obj.get("subjects") or []:
        kind, name = subject.get("kind", ""), subject.get("name", "")
        if kind in named:
            place = f"{subject.get('namespace', '')}/{name}" if kind == "ServiceAccount" else name
            named[kind].append(place)
    shown = [", ".join(names) for names in named.values()]
    return [meta.name(obj), f"{role.get('kind', '')}/{role.get('name', '')}", age(obj, now), *shown]


def _webhooks(obj: Object, now: datetime) -> list[Any]:
    return [meta.name(obj), len(obj.get("webhooks") or []), age(obj, now)]


def _admission_policy(obj: Object, now: datetime) -> list[Any]:
    spec = obj.get("spec") or {}
    kind = spec.get("paramKind")
    shown = f"{kind.get('apiVersion', '')}/{kind.get('kind', '')}" if kind else _UNSET
    steps = spec.get("validations") or spec.get("mutations") or []
    return [meta.name(obj), len(steps), shown, age(obj, now)]


def _admission_binding(obj: Object, now: datetime) -> list[Any]:
    spec = obj.get("spec") or {}
    reference = spec.get("paramRef")
    shown = _UNSET
    if reference and reference.get("name"):
        shown = f"{reference.get('namespace') or '*'}/{reference['name']}"
    return [meta.name(obj), spec.get("policyName", ""), shown, age(obj, now)]


def _signing_request(obj: Object, now: datetime) -> list[Any]:
    spec = obj.get("spec") or {}
    seconds = spec.get("expirationSeconds")
    lifetime = NONE if seconds is None else human_duration(seconds)
    signer, asker = spec.get("signerName") or NONE, spec.get("username", "")
    return [meta.name(obj), age(obj, now), signer, asker, lifetime, _verdict(obj)]


def _verdict(obj: Object) -> str:
    types = [item.get("type") for item in meta.dig(obj, "status", "conditions", default=[])]
    words = [] if types else ["Pending"]
    words += [word for word in ("Denied", "Approved") if word in types][:1]
    words += ["Failed"] if "Failed" in types else []
    words += ["Issued"] if meta.dig(obj, "status", "certificate") else []
    return ",".join(words)


def _runtime_class(obj: Object, now: datetime) -> list[Any]:
    return [meta.name(obj), obj.get("handler", ""), age(obj, now)]


def _api_service(obj: Object, now: datetime) -> list[Any]:
    service = meta.dig(obj, "spec", "service")
    place = f"{service.get('namespace', '')}/{service.get('name', '')}" if service else "Local"
    available = meta.condition(obj, "Available") or {"status": "Unknown"}
    status = available["status"]
    shown = status if status == "True" or "reason" not in available else f"{status} ({available['reason']})"
    return [meta.name(obj), place, shown, age(obj, now)]


def _bound(kind: str) -> Table:
    shown = kind[0].lower() + kind[1:]
    return Table(
        (
            NAME_COLUMN,
            Column("Role", doc=f"rbac.v1.{kind}.roleRef"),
            AGE_COLUMN,
            *(wide(of, f"{of} in the {shown}") for of in ("Users", "Groups", "ServiceAccounts")),
        ),
        _binding,
    )


_WEBHOOKS: Final = Table(
    (
        NAME_COLUMN,
        number("Webhooks", ("Webhooks indicates the number of webhooks registered in this configuration")),
        AGE_COLUMN,
    ),
    _webhooks,
)
_PARAM_KIND: Final = Column(
    "ParamKind", description=("ParamKind specifies the kind of resources used to parameterize this policy")
)
_ADMISSION_BINDING: Final = Table(
    (
        NAME_COLUMN,
        Column(
            "PolicyName",
            description=("PolicyName indicates the policy definition which the policy binding binded to"),
        ),
        Column(
            "ParamRef",
            description=("ParamRef indicates the param resource which sets the configuration param"),
        ),
        AGE_COLUMN,
    ),
    _admission_binding,
)

TABLES: Final[dict[tuple[str, str], Table]] = {
    ("policy", "PodDisruptionBudget"): Table(
        (
            NAME_COLUMN,
            Column("Min Available", description="The minimum number of pods that must be available."),
            Column("Max Unavailable", description="The maximum number of pods that may be unavailable."),
            number("Allowed Disruptions", "Calculated number of pods that may be disrupted at this time."),
            AGE_COLUMN,
        ),
        _budget,
    ),
    ("autoscaling", "HorizontalPodAutoscaler"): Table(
        (
            NAME_COLUMN,
            Column("Reference", doc="autoscaling.v2.HorizontalPodAutoscalerSpec.scaleTargetRef"),
            Column("Targets", doc="autoscaling.v2.HorizontalPodAutoscalerSpec.metrics"),
            Column("MinPods", doc="autoscaling.v2.HorizontalPodAutoscalerSpec.minReplicas"),
            Column("MaxPods", doc="autoscaling.v2.HorizontalPodAutoscalerSpec.maxReplicas"),
            Column("Replicas", doc="autoscaling.v2.HorizontalPodAutoscalerStatus.currentReplicas"),
            AGE_COLUMN,
        ),
        _autoscaler,
    ),
    ("scheduling.k8s.io", "PriorityClass"): Table(
        (
            NAME_COLUMN,
            number("Value", doc="scheduling.v1.PriorityClass.value"),
            Column("Global-Default", "boolean", doc="scheduling.v1.PriorityClass.globalDefault"),
            AGE_COLUMN,
            Column("PreemptionPolicy", doc="scheduling.v1.PriorityClass.preemptionPolicy"),
        ),
        _priority,
    ),
    ("", "ResourceQuota"): Table(
        (
            NAME_COLUMN,
            Column(
                "Request",
                description=(
                    "Request represents a minimum amount of cpu/memory that a container may consume."
                ),
            ),
            Column(
                "Limit",
                description=(
                    "Limits control the maximum amount of cpu/memory that a container may use "
                    "independent of contention on the node."
                ),
            ),
            AGE_COLUMN,
        ),
        _quota,
    ),
    ("rbac.authorization.k8s.io", "RoleBinding"): _bound("RoleBinding"),
    ("rbac.authorization.k8s.io", "ClusterRoleBinding"): _bound("ClusterRoleBinding"),
    ("admissionregistration.k8s.io", "MutatingWebhookConfiguration"): _WEBHOOKS,
    ("admissionregistration.k8s.io", "ValidatingWebhookConfiguration"): _WEBHOOKS,
    ("admissionregistration.k8s.io", "ValidatingAdmissionPolicy"): Table(
        (
            NAME_COLUMN,
            number(
                "Validations",
                ("Validations indicates the number of validation rules defined in this configuration"),
            ),
            _PARAM_KIND,
            AGE_COLUMN,
        ),
        _admission_policy,
    ),
    ("admissionregistration.k8s.io", "MutatingAdmissionPolicy"): Table(
        (
            NAME_COLUMN,
            number(
                "Mutations",
                ("Mutation indicates the number of mutations rules defined in this configuration"),
            ),
            _PARAM_KIND,
            AGE_COLUMN,
        ),
        _admission_policy,
    ),
    ("admissionregistration.k8s.io", "ValidatingAdmissionPolicyBinding"): _ADMISSION_BINDING,
    ("admissionregistration.k8s.io", "MutatingAdmissionPolicyBinding"): _ADMISSION_BINDING,
    ("certificates.k8s.io", "CertificateSigningRequest"): Table(
        (
            NAME_COLUMN,
            AGE_COLUMN,
            Column("SignerName", doc="certificates.v1.CertificateSigningRequestSpec.signerName"),
            Column("Requestor", description="Base64-encoded PKCS#10 CSR data"),
            Column(
                "RequestedDuration", doc="certificates.v1.CertificateSigningRequestSpec.expirationSeconds"
            ),
            Column("Condition", description="Conditions applied to the request, such as approval or denial."),
        ),
        _signing_request,
    ),
    ("node.k8s.io", "RuntimeClass"): Table((NAME_COLUMN, Column("Handler"), AGE_COLUMN), _runtime_class),
    ("apiregistration.k8s.io", "APIService"): Table(
        (
            NAME_COLUMN,
            Column("Service", description="The reference to the service that hosts this API endpoint."),
            Column("Available", description="Whether this service is available."),
            AGE_COLUMN,
        ),
        _api_service,
    ),
}
