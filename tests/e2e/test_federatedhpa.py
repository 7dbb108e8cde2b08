"""Follows test/e2e/suites/base/federatedhpa_test.go. Load is what the annotations of pods say."""

from __future__ import annotations

import pytest

from karmada_nb.engine import meta
from karmada_nb.engine.meta import Object
from karmada_nb.engine.runtime.client import MERGE_PATCH, Resource
from karmada_nb.engine.usage import CPU
from tests.e2e.manifests import DUPLICATED, cluster_policy, deployment, divided, names
from tests.e2e.suite import NAMESPACE, Suite
from tests.e2e.test_cronfederatedhpa import federated

PODS = Resource("", "v1", "pods")
QUICK = {"scaleUp": {"stabilizationWindowSeconds": 3}, "scaleDown": {"stabilizationWindowSeconds": 3}}


async def scaled(suite: Suite, replicas: int, scheduling: Object) -> str:
    """A deployment whose pods ask for 10m of CPU each, and an autoscaler that wants them to use a tenth."""
    name = suite.name("fhpa")
    template = deployment(name, replicas)
    labels = {"app": name}
    template["spec"]["selector"] = {"matchLabels": labels}
    pod = template["spec"]["template"]
    container = {**pod["spec"]["containers"][0], "resources": {"limits": {"cpu": "10m", "memory": "10Mi"}}}
    template["spec"]["template"] = {"metadata": {"labels": labels}, "spec": {"containers": [container]}}
    placement = {**names(*suite.members), "replicaScheduling": scheduling}
    await suite.create(cluster_policy(name, template, placement), template)
    await suite.create(federated(name, 6, cpu=10, **QUICK))
    return name


async def load(suite: Suite, name: str, cpu: str) -> None:
    """Have every pod of the deployment use so much."""
    for member in suite.members:
        for pod in suite.items("Pod", NAMESPACE, member):
            if meta.labels(pod).get("app") == name:
                patch = {"metadata": {"annotations": {CPU: cpu}}}
                await suite.client(member).patch(PODS, meta.name(pod), patch, MERGE_PATCH, NAMESPACE)


def condition(suite: Suite, name: str, kind: str) -> tuple[str, str]:
    found = meta.condition(suite.must("FederatedHPA", name), kind) or {}
    return found.get("status", ""), found.get("reason", "")


@pytest.mark.parametrize(
    ("replicas", "scheduling"),
    [
        (1, DUPLICATED),
        (3, divided(weights={"member1": 1, "member2": 1, "member3": 1})),
        (3, divided(weightPreference={"dynamicWeight": "AvailableReplicas"})),
    ],
    ids=["duplicated", "static weight", "dynamic weight"],
)
async def test_load_in_members_scales_the_template(suite: Suite, replicas: int, scheduling: Object) -> None:
    name = await scaled(suite, replicas, scheduling)
    await suite.fits("Deployment", name, lambda d: d.get("status", {}).get("readyReplicas") == 3)
    await suite.eventually(lambda: condition(suite, name, "ScalingActive") == ("True", "ValidMetricFound"))
    assert suite.must("Deployment", name)["spec"]["replicas"] == replicas
    await load(suite, name, "4m")
    # Three pods of 10m use 4m each: 40 % where 10 % is wanted, so four times as many. In one step they may
    # grow to four, or to twice what they were; six is the most.
    step = max(4, 2 * replicas)
    told = f"New size: {step}; reason: cpu resource utilization (percentage of request) above target"
    await suite.eventually(lambda: ("SuccessfulRescale", told) in suite.events("FederatedHPA", name))
    assert suite.must("Deployment", name)["spec"]["replicas"] >= step


async def test_idle_pods_are_taken_away_again(suite: Suite) -> None:
    name = await scaled(suite, 6, divided(weights={"member1": 1, "member2": 1, "member3": 1}))
    await suite.fits("Deployment", name, lambda d: d["spec"]["replicas"] == 6)
    await load(suite, name, "1m")
    await suite.eventually(lambda: condition(suite, name, "ScalingActive")[0] == "True")
    assert suite.must("Deployment", name)["spec"]["replicas"] == 6, "1m of 10m is the tenth that is wanted"
    await load(suite, name, "100u")
    await suite.fits("Deployment", name, lambda d: d["spec"]["replicas"] == 1)
    status = suite.must("FederatedHPA", name)["status"]
    assert status["lastScaleTime"]


async def test_what_is_missing_is_told(suite: Suite) -> None:
    name = suite.name("fhpa")
    await suite.create(federated(name, 3))
    why = f'deployments.apps "{name}" not found'
    await suite.eventually(lambda: ("FailedGetScaleTargetRef", why) in suite.events("FederatedHPA", name))
    assert condition(suite, name, "AbleToScale") == ("False", "FailedGetScaleTargetRef")
    await suite.create(deployment(name))
    why = "no label of policy permanent-id found"
    await suite.eventually(lambda: ("FailedGetBindings", why) in suite.events("FederatedHPA", name))
    assert condition(suite, name, "AbleToScale") == ("False", "FailedGetBinding")


async def test_two_autoscalers_of_the_same_pods_scale_nothing(suite: Suite) -> None:
    name = await scaled(suite, 1, DUPLICATED)
    await suite.fits("Deployment", name, lambda d: d.get("status", {}).get("readyReplicas") == 3)
    rival = federated(name, 6)
    rival["metadata"]["name"] = f"{name}-too"
    await suite.create(rival)
    rivals = f"[{{{name} {NAMESPACE}}} {{{name}-too {NAMESPACE}}}]"
    why = f"pods by selector app={name} are controlled by multiple HPAs: {rivals}"
    for autoscaler in (name, f"{name}-too"):
        await suite.eventually(
            lambda own=autoscaler: ("AmbiguousSelector", why) in suite.events("FederatedHPA", own)
        )
        assert condition(suite, autoscaler, "ScalingActive") == ("False", "AmbiguousSelector")
