"""The webhooks of Karmada v1.2: fewer kinds, fewer rules, other words.

Follows pkg/webhook, pkg/util/helper/policy.go and pkg/util/validation/validation.go at v1.2.0.
"""

from __future__ import annotations

from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.admission.interpreter import validate_webhook_configuration
from karmada_nb.engine.karmada.admission.placement import field_selector_complaint
from karmada_nb.engine.karmada.admission.propagation import default_namespace, default_spread_constraint
from karmada_nb.engine.karmada.admission.quota import validate_federated_resource_quota
from karmada_nb.engine.karmada.admission.request import Request, aggregate, denied
from karmada_nb.engine.karmada.admission.work import readable_manifests
from karmada_nb.engine.karmada.constants import ARTICLE
from karmada_nb.engine.karmada.interpreter.prune import remove_irrelevant_fields
from karmada_nb.engine.karmada.names import generate_derived_service_name
from karmada_nb.engine.meta import Object, dig

_POLICIES: Final = ("PropagationPolicy", "ClusterPropagationPolicy")
_MUTATED: Final = (*_POLICIES, "OverridePolicy", "Work")
_OVERRIDES: Final = ("OverridePolicy", "ClusterOverridePolicy")
_OVERRIDERS: Final = ("plaintext", "imageOverrider", "commandOverrider", "argsOverrider")


def mutating(request: Request) -> str:
    """The name of v1.2's mutating webhook that is asked, empty where none is."""
    asked = request.kind in _MUTATED and request.operation in ("CREATE", "UPDATE")
    return f"{request.kind.lower()}.karmada.io" if asked else ""


def mutate(request: Request) -> Object:
    """The object as v1.2's mutating webhook leaves it.

    Raises StatusError (400) for too long a policy name.
    """
    if not mutating(request):
        return request.object
    if request.kind in _POLICIES:
        return _mutate_policy(request)
    if request.kind == "OverridePolicy":
        spec = dict(request.object.get("spec") or {})
        if spec.get("resourceSelectors"):
            spec["resourceSelectors"] = default_namespace(spec["resourceSelectors"], request.namespace)
        return {**request.object, "spec": spec}
    if request.kind == "Work":
        manifests = readable_manifests(request.object)
        pruned = [remove_irrelevant_fields(manifest, ARTICLE) for manifest in manifests]
        return meta.replace(request.object, ("spec", "workload", "manifests"), pruned)
    return request.object


def _mutate_policy(request: Request) -> Object:
    policy = request.object
    if len(meta.name(policy).encode()) > 63:
        why = f"{request.kind}'s name should be no more than 63 characters"
        raise denied(f"{request.kind.lower()}.karmada.io", why, code=400, reason="BadRequest")
    spec = dict(policy.get("spec") or {})
    selectors: list[Object] = spec.get("resourceSelectors") or []
    if request.kind == "PropagationPolicy":
        selectors = default_namespace(selectors, request.namespace)
    spec["resourceSelectors"] = [*selectors, *_followers_of_imports(selectors)]
    constraints = dig(spec, "placement", "spreadConstraints")
    if constraints:
        constraints = [default_spread_constraint(item) for item in constraints]
        spec["placement"] = {**spec["placement"], "spreadConstraints": constraints}
    return {**policy, "spec": spec}


def _followers_of_imports(selectors: list[Object]) -> list[Object]:
    """Whoever propagates a ServiceImport propagates the service derived from it and its endpoints."""
    out: list[Object] = []
    for selector in selectors:
        namespace, name = selector.get("namespace"), selector.get("name")
        if selector.get("kind") != "ServiceImport" or not namespace or not name:
            continue
        derived = generate_derived_service_name(name)
        out.append({"apiVersion": "v1", "kind": "Service", "namespace": namespace, "name": derived})
        out.append(
            {
                "apiVersion": "discovery.k8s.io/v1",
                "kind": "EndpointSlice",
                "namespace": namespace,
                "labelSelector": {"matchLabels": {"kubernetes.io/service-name": derived}},
            }
        )
    return out


def validate(request: Request) -> None:
    """Pass, or raise the StatusError (403) of a refusal. v1.2 protected nothing from deletion."""
    if request.operation not in ("CREATE", "UPDATE"):
        return
    why = _complaint(request)
    if why:
        name = "config" if request.kind == "ResourceInterpreterWebhookConfiguration" else request.kind.lower()
        raise denied(f"{name}.karmada.io", why)


def _complaint(request: Request) -> str:
    spec = request.object.get("spec") or {}
    if request.kind in _POLICIES:
        return _policy_complaint(request, spec)
    if request.kind in _OVERRIDES:
        overriders = spec.get("overriders") or {}
        legacy = spec.get("targetCluster") is not None or any(overriders.get(name) for name in _OVERRIDERS)
        if spec.get("overrideRules") is not None and legacy:
            return "overrideRules and (overriders or targetCluster) can't co-exist"
    if request.kind == "ResourceInterpreterWebhookConfiguration":
        return aggregate(validate_webhook_configuration(request.object))
    if request.kind == "FederatedResourceQuota":
        return aggregate(validate_federated_resource_quota(request.object))
    return ""


def _policy_complaint(request: Request, spec: Object) -> str:
    if request.operation == "UPDATE":
        before = dig(request.old or {}, "spec", "resourceSelectors", default=[])
        if (spec.get("resourceSelectors") or []) != before:
            return "modify ResourceSelectors is forbidden"
    placement = spec.get("placement") or {}
    complaint = _spread_complaint(placement.get("spreadConstraints") or [])
    return complaint or field_selector_complaint(dig(placement, "clusterAffinity", "fieldSelector"))


def _spread_complaint(constraints: list[Object]) -> str:
    fields: set[str] = set()
    for constraint in constraints:
        by_field, by_label = constraint.get("spreadByField", ""), constraint.get("spreadByLabel", "")
        if by_field and by_label:
            return (
                f"invalid constraints: SpreadByLabel({by_label}) should not co-exist with "
                f"spreadByField({by_field})"
            )
        least, most = constraint.get("minGroups") or 0, constraint.get("maxGroups") or 0
        if 0 < most < least:
            return f"maxGroups({most}) lower than minGroups({least}) is not allowed"
        fields |= {by_field} if by_field else set()
    if fields and "cluster" not in fields:
        return (
            "the cluster spread constraint must be enabled in one of the constraints in case of "
            "SpreadByField is enabled"
        )
    return ""
