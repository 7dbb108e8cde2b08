"""PropagationPolicy and ClusterPropagationPolicy: defaults and checks.

Follows pkg/webhook/propagationpolicy, pkg/webhook/clusterpropagationpolicy, pkg/util/helper/policy.go and
``ValidatePropagationSpec`` of pkg/util/validation/validation.go.
"""

from __future__ import annotations

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.validation import field, names
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.karmada.admission import shapes
from karmada_nb.engine.karmada.admission.placement import validate_placement
from karmada_nb.engine.karmada.admission.request import Request, Surroundings, aggregate
from karmada_nb.engine.karmada.admission.shapes import ordered
from karmada_nb.engine.karmada.constants import (
    CLUSTER_PROPAGATION_POLICY_CONTROLLER_FINALIZER,
    CLUSTER_PROPAGATION_POLICY_PERMANENT_ID_LABEL,
    MCS_API_VERSION,
    PROPAGATION_POLICY_CONTROLLER_FINALIZER,
    PROPAGATION_POLICY_PERMANENT_ID_LABEL,
)
from karmada_nb.engine.meta import Object, dig

GRACE_PERIOD_SECONDS = 600


def mutate_policy(request: Request, around: Surroundings) -> Object:
    policy = request.object
    spec = dict(policy.get("spec") or {})
    if request.kind == "PropagationPolicy" and spec.get("resourceSelectors"):
        spec["resourceSelectors"] = default_namespace(spec["resourceSelectors"], request.namespace)
    placement = dict(spec.get("placement") or {})
    if placement.get("spreadConstraints"):
        placement["spreadConstraints"] = [
            default_spread_constraint(c) for c in placement["spreadConstraints"]
        ]
    strategy = placement.get("replicaScheduling")
    if (
        strategy
        and strategy.get("replicaSchedulingType") == "Divided"
        and not strategy.get("replicaDivisionPreference")
    ):
        placement["replicaScheduling"] = {**strategy, "replicaDivisionPreference": "Weighted"}
    spec["placement"] = placement
    if any(
        s.get("kind") == "ServiceImport" and s.get("apiVersion") == MCS_API_VERSION
        for s in spec.get("resourceSelectors") or []
    ):
        spec["propagateDeps"] = True
    behaviour = dig(spec, "failover", "application")
    if (
        behaviour
        and behaviour.get("purgeMode") == "Gracefully"
        and behaviour.get("gracePeriodSeconds") is None
    ):
        behaviour = {**behaviour, "gracePeriodSeconds": GRACE_PERIOD_SECONDS}
        spec["failover"] = {**spec["failover"], "application": behaviour}
    policy = {**policy, "spec": spec}
    if request.operation != "CREATE":
        return policy
    label, finalizer = _marks(request.kind)
    held = meta.finalizers(policy)
    return meta.with_metadata(
        policy,
        labels={**meta.labels(policy), label: around.new_id()},
        finalizers=held if finalizer in held else [*held, finalizer],
    )


def _marks(kind: str) -> tuple[str, str]:
    if kind == "PropagationPolicy":
        return PROPAGATION_POLICY_PERMANENT_ID_LABEL, PROPAGATION_POLICY_CONTROLLER_FINALIZER
    return CLUSTER_PROPAGATION_POLICY_PERMANENT_ID_LABEL, CLUSTER_PROPAGATION_POLICY_CONTROLLER_FINALIZER


def default_namespace(selectors: list[Object], namespace: str) -> list[Object]:
    """The selectors, each with the policy's namespace where it names none."""
    return [s if s.get("namespace") else {**s, "namespace": namespace} for s in selectors]


def default_spread_constraint(constraint: Object) -> Object:
    """By cluster, one group at least."""
    out = dict(constraint)
    if not out.get("spreadByLabel") and not out.get("spreadByField"):
        out["spreadByField"] = "cluster"
    if not out.get("minGroups"):
        out["minGroups"] = 1
    return out


def policy_complaint(request: Request) -> str:
    """Why the policy is refused, empty where it is not."""
    policy, old = request.object, request.old
    label, _ = _marks(request.kind)
    labels = meta.labels(policy)
    if request.operation == "UPDATE" and old is not None:
        if (dig(policy, "spec", "schedulerName") or "") != (dig(old, "spec", "schedulerName") or ""):
            return "the schedulerName should not be updated"
        if labels.get(label, "") != meta.labels(old).get(label, ""):
            return f"label {label} is immutable, it can only be set by the system during creation"
    if label not in labels:
        return (
            f"label {label} is required, it should be set by the mutating admission webhook during creation"
        )
    return aggregate(validate_propagation_spec(policy.get("spec") or {}, request.namespace))


def validate_propagation_spec(spec: Object, namespace: str) -> list[Cause]:
    """``namespace`` is the policy's, empty for a cluster policy."""
    out = validate_placement(spec.get("placement") or {}, "spec.placement")
    if dig(spec, "failover", "application") is not None and not spec.get("propagateDeps"):
        detail = "application failover is set, propagateDeps must be true"
        out.append(field.invalid("spec.propagateDeps", False, detail))
    failover = spec.get("failover") or {}
    if failover.get("application") is not None:
        out += _application_failover(failover["application"], "spec.failover.application")
    out += _state_preservation(failover.get("cluster"), "spec.failover.cluster")
    out += validate_resource_selectors(spec.get("resourceSelectors"), namespace, "spec.resourceSelectors")
    if spec.get("preemption") == "Always":
        out += [
            field.invalid(f"spec.resourceSelectors[{index}].name", "", _UNNAMED)
            for index, selector in enumerate(spec.get("resourceSelectors") or [])
            if not selector.get("name")
        ]
    return out + _suspension(spec.get("suspension"), "spec.suspension")


_UNNAMED = (
    "name cannot be empty if preemption is Always, the empty name may cause unexpected resources preemption"
)


def validate_resource_selectors(selectors: list[Object] | None, namespace: str, path: str) -> list[Cause]:
    """A namespaced policy selects in its own namespace only."""
    if not namespace:
        return []
    detail = "namespace of resource selector must be the same as the namespace of the policy"
    return [
        field.invalid(f"{path}[{index}].namespace", selector.get("namespace", ""), detail)
        for index, selector in enumerate(selectors or [])
        if selector.get("namespace", "") != namespace
    ]


def _application_failover(behaviour: Object, path: str) -> list[Cause]:
    out: list[Cause] = []
    toleration = dig(behaviour, "decisionConditions", "tolerationSeconds", default=0)
    if toleration < 0:
        where = f"{path}.decisionConditions.tolerationSeconds"
        out.append(field.invalid(where, toleration, "must be greater than or equal to 0"))
    graceful = behaviour.get("purgeMode") == "Gracefully"
    grace = behaviour.get("gracePeriodSeconds")
    where = f"{path}.gracePeriodSeconds"
    if not graceful and grace is not None:
        out.append(field.invalid(where, grace, "only takes effect when purgeMode is gracefully"))
    if graceful and grace is None:
        out.append(field.invalid(where, None, "should not be empty when purgeMode is gracefully"))
    if grace is not None and grace <= 0:
        out.append(field.invalid(where, grace, "must be greater than 0"))
    return out + _state_preservation(behaviour, path)


def _state_preservation(behaviour: Object | None, path: str) -> list[Cause]:
    out: list[Cause] = []
    for index, rule in enumerate(dig(behaviour, "statePreservation", "rules", default=[])):
        where = f"{path}.statePreservation.rules[{index}].aliasLabelName"
        alias = rule.get("aliasLabelName", "")
        out += field.each(where, alias, names.qualified_name(alias))
    return out


def _suspension(suspension: Object | None, path: str) -> list[Cause]:
    if not dig(suspension, "dispatching") or not dig(suspension, "dispatchingOnClusters", "clusterNames"):
        return []
    detail = "suspension dispatching cannot co-exist with dispatchingOnClusters.clusterNames"
    return [field.invalid(f"{path}.suspension", ordered(suspension, shapes.SUSPENSION), detail)]
