"""The webhooks of Karmada's API server: which kinds are asked about, and the two doors.

Follows artifacts/deploy/webhook-configuration.yaml of Karmada (the names and the operations) and pkg/webhook.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from karmada_nb.engine import meta
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.karmada.admission.autoscaling import mutate_federated_hpa, validate_federated_hpa
from karmada_nb.engine.karmada.admission.cron import validate_cron_federated_hpa
from karmada_nb.engine.karmada.admission.ingress import validate_multi_cluster_ingress
from karmada_nb.engine.karmada.admission.interpreter import (
    customization_complaint,
    validate_webhook_configuration,
)
from karmada_nb.engine.karmada.admission.multiclusterservice import (
    mutate_multi_cluster_service,
    validate_multi_cluster_service,
)
from karmada_nb.engine.karmada.admission.override import mutate_override_policy, validate_override_spec
from karmada_nb.engine.karmada.admission.propagation import mutate_policy, policy_complaint
from karmada_nb.engine.karmada.admission.quota import validate_federated_resource_quota
from karmada_nb.engine.karmada.admission.quota_enforcement import enforce_quotas
from karmada_nb.engine.karmada.admission.request import Request, Surroundings, aggregate, denied
from karmada_nb.engine.karmada.admission.taintpolicy import validate_cluster_taint_policy
from karmada_nb.engine.karmada.admission.work import mutate_work, validate_binding, with_permanent_id
from karmada_nb.engine.karmada.constants import (
    CLUSTER_RESOURCE_BINDING_PERMANENT_ID_LABEL,
    DELETION_PROTECTION_ALWAYS,
    DELETION_PROTECTION_LABEL_KEY,
    RESOURCE_BINDING_PERMANENT_ID_LABEL,
)
from karmada_nb.engine.meta import Object

Mutator: TypeAlias = Callable[[Request, Surroundings], Object]
Judge: TypeAlias = Callable[[Request, Surroundings], str]
"""Gives the reason of a refusal, empty where there is none."""

MUTATING: Final[dict[str, tuple[str, Mutator]]] = {
    "PropagationPolicy": ("propagationpolicy.karmada.io", mutate_policy),
    "ClusterPropagationPolicy": ("clusterpropagationpolicy.karmada.io", mutate_policy),
    "OverridePolicy": ("overridepolicy.karmada.io", lambda r, _: mutate_override_policy(r)),
    "ResourceBinding": (
        "resourcebinding.karmada.io",
        lambda r, around: with_permanent_id(r.object, RESOURCE_BINDING_PERMANENT_ID_LABEL, around),
    ),
    "ClusterResourceBinding": (
        "clusterresourcebinding.karmada.io",
        lambda r, around: with_permanent_id(r.object, CLUSTER_RESOURCE_BINDING_PERMANENT_ID_LABEL, around),
    ),
    "Work": ("work.karmada.io", lambda r, around: mutate_work(r.object, around)),
    "FederatedHPA": ("autoscaling.karmada.io", lambda r, _: mutate_federated_hpa(r.object)),
    "MultiClusterService": (
        "multiclusterservice.karmada.io",
        lambda r, around: mutate_multi_cluster_service(r.object, around),
    ),
}
"""Kind -> the webhook's name and what it makes of the object."""

_ONLY_ON_CREATE: Final = frozenset({"ResourceBinding", "ClusterResourceBinding"})


def _by_fields(check: Callable[[Request, Surroundings], list[Cause]]) -> Judge:
    def judge(request: Request, around: Surroundings) -> str:
        return aggregate(check(request, around))

    return judge


def _override(request: Request, _: Surroundings) -> list[Cause]:
    return validate_override_spec(request.object.get("spec") or {}, request.namespace)


def _binding_complaint(request: Request, around: Surroundings) -> str:
    enforce_quotas(request.object, request.old, around.quotas(request.namespace))
    return aggregate(validate_binding(request.object, multiple_pod_templates=around.multiple_pod_templates))


VALIDATING: Final[dict[str, tuple[str, Judge]]] = {
    "PropagationPolicy": ("propagationpolicy.karmada.io", lambda r, _: policy_complaint(r)),
    "ClusterPropagationPolicy": ("clusterpropagationpolicy.karmada.io", lambda r, _: policy_complaint(r)),
    "OverridePolicy": ("overridepolicy.karmada.io", _by_fields(_override)),
    "ClusterOverridePolicy": ("clusteroverridepolicy.karmada.io", _by_fields(_override)),
    "ResourceInterpreterWebhookConfiguration": (
        "config.karmada.io",
        _by_fields(lambda r, _: validate_webhook_configuration(r.object)),
    ),
    "ResourceInterpreterCustomization": (
        "resourceinterpretercustomization.karmada.io",
        lambda r, around: customization_complaint(r.object, around.customizations()),
    ),
    "FederatedResourceQuota": (
        "federatedresourcequota.karmada.io",
        _by_fields(lambda r, _: validate_federated_resource_quota(r.object)),
    ),
    "MultiClusterIngress": (
        "multiclusteringress.karmada.io",
        _by_fields(lambda r, _: validate_multi_cluster_ingress(r)),
    ),
    "FederatedHPA": ("federatedhpa.karmada.io", _by_fields(lambda r, _: validate_federated_hpa(r.object))),
    "CronFederatedHPA": (
        "cronfederatedhpa.karmada.io",
        _by_fields(lambda r, _: validate_cron_federated_hpa(r.object)),
    ),
    "MultiClusterService": (
        "multiclusterservice.karmada.io",
        _by_fields(lambda r, _: validate_multi_cluster_service(r)),
    ),
    "ResourceBinding": (
        "resourcebinding.karmada.io",
        _binding_complaint,
    ),
    "ClusterTaintPolicy": (
        "clustertaintpolicy.karmada.io",
        _by_fields(
            lambda r, around: validate_cluster_taint_policy(
                r.object, allow_no_execute=around.allow_no_execute_taint_policy
            )
        ),
    ),
}
"""Kind -> the webhook's name and its judgement on a create or an update."""

DELETION_PROTECTION: Final = "resourcedeletionprotection.karmada.io"
"""The webhook that every kind's deletion passes."""


def mutating(request: Request) -> str:
    """The name of the mutating webhook that is asked, empty where none is."""
    entry = MUTATING.get(request.kind)
    if entry is None or request.operation not in ("CREATE", "UPDATE"):
        return ""
    if request.kind in _ONLY_ON_CREATE and request.operation != "CREATE":
        return ""
    return entry[0]


def mutate(request: Request, around: Surroundings) -> Object:
    """The object as the mutating webhook leaves it; the same object where none is asked."""
    return MUTATING[request.kind][1](request, around) if mutating(request) else request.object


def validate(request: Request, around: Surroundings) -> None:
    """Pass, or raise the StatusError (403) that the API server makes of a webhook's refusal."""
    if request.operation == "DELETE":
        labels = meta.labels(request.old or {})
        if labels.get(DELETION_PROTECTION_LABEL_KEY) == DELETION_PROTECTION_ALWAYS:
            why = (
                "This resource is protected, please make sure to remove the label: "
                + DELETION_PROTECTION_LABEL_KEY
            )
            raise denied(DELETION_PROTECTION, why)
        return
    entry = VALIDATING.get(request.kind)
    if entry is None or request.operation not in ("CREATE", "UPDATE"):
        return
    why = entry[1](request, around)
    if why:
        raise denied(entry[0], why)
