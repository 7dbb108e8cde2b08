"""Matching, claiming, binding and preemption, judged by Karmada's own recorded decisions."""

from __future__ import annotations

from typing import Any

import orjson

from karmada_nb.engine import errors, meta
from karmada_nb.engine.karmada.interpreter.native import native
from karmada_nb.engine.karmada.policy import match
from karmada_nb.engine.karmada.policy.binding import (
    build_cluster_resource_binding,
    build_resource_binding,
    interpret_replicas,
    replicas_by,
)
from karmada_nb.engine.karmada.policy.claim import claim_policy_for_object
from karmada_nb.engine.karmada.policy.preempt import preempt, preemption_enabled
from karmada_nb.engine.meta import Object
from tests.engine.karmada.corpus import load, report

REPLICAS = replicas_by(native())


def no_priority_class(name: str) -> int:
    raise errors.not_found("scheduling.k8s.io", "priorityclasses", name)


def marks(obj: Object) -> dict[str, Any]:
    """What the recording keeps of a template."""
    fields = {"annotations": meta.annotations(obj), "labels": meta.labels(obj)}
    return {name: value for name, value in fields.items() if value}


def decide_match(case: dict[str, Any]) -> dict[str, Any]:
    obj = case["object"]
    policy = match.look_for_matched_policy(obj, case["propagationPolicies"])
    if policy is not None:
        selectors = policy["spec"]["resourceSelectors"]
        cluster = match.look_for_matched_cluster_policy(obj, case["clusterPropagationPolicies"])
        out = {
            "winner": f"PropagationPolicy/{meta.name(policy)}",
            "propagationPolicy": meta.name(policy),
            "implicitPriority": int(match.resource_match_selectors_priority(obj, selectors)),
            "explicitPriority": match.explicit_priority(policy),
        }
        return {**out, "clusterPropagationPolicy": meta.name(cluster)} if cluster else out
    policy = match.look_for_matched_cluster_policy(obj, case["clusterPropagationPolicies"])
    if policy is None:
        return {"winner": "none"}
    name = meta.name(policy)
    return {"winner": f"ClusterPropagationPolicy/{name}", "clusterPropagationPolicy": name}


def decide_bind(case: dict[str, Any]) -> dict[str, Any]:
    policy = match.look_for_matched_policy(case["object"], case["propagationPolicies"])
    policy = policy or match.look_for_matched_cluster_policy(
        case["object"], case["clusterPropagationPolicies"]
    )
    assert policy is not None
    template = claim_policy_for_object(case["object"], policy)
    template = meta.with_metadata(template, resourceVersion="7")
    replicas = interpret_replicas(template, REPLICAS)
    out: dict[str, Any] = {
        "template": marks(template),
        "events": [" ".join(event) for event in replicas.events],
    }
    try:
        if meta.namespace(template):
            binding = build_resource_binding(template, policy, replicas, no_priority_class)
        else:
            binding = build_cluster_resource_binding(template, policy, replicas)
    except (ValueError, errors.StatusError) as err:
        return {**out, "error": str(err)}
    return {**out, "binding": {"metadata": binding["metadata"], "spec": binding["spec"], "status": {}}}


def decide_preempt(case: dict[str, Any]) -> dict[str, Any]:
    policy = case.get("preemptor") or case["clusterPreemptor"]
    template = case["object"]
    existing = [*case["propagationPolicies"], *case["clusterPropagationPolicies"]]

    def find(kind: str, namespace: str, name: str) -> Object | None:
        for item in existing:
            if item["kind"] == kind and meta.key(item) == (namespace, name):
                return dict(item)
        return None

    enabled = preemption_enabled(policy, gate=True)
    out: dict[str, Any] = {"preemptionEnabled": enabled, "events": []}
    if enabled and match.policy_matches(template, policy):
        try:
            for step in preempt(policy, template, find):
                template = step.template
                out["events"].append(" ".join(step.succeeded()))
        except errors.StatusError as err:
            out["error"] = str(err)
    return {**out, "template": marks(template)}


DECIDE = {"match": decide_match, "bind": decide_bind, "preempt": decide_preempt}


def test_policies_decide_as_karmada_does() -> None:
    cases = load("policy-match")
    failures = []
    for case in cases:
        given = orjson.dumps(case["input"])
        found = DECIDE[case["input"]["operation"]](case["input"])
        if found != case["output"]:
            failures.append(f"{case['case']}: expected {case['output']}, found {found}")
        assert orjson.dumps(case["input"]) == given, f"{case['case']}: the input was changed"
    assert not failures, report(failures, len(cases))
