"""What sets kinds apart: what defaults share, what may not change, what belongs to whom."""

from typing import Any

import pytest

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.schema.catalogue import BUILT_IN
from karmada_nb.engine.apiserver.strategies import scale_for, selectable_fields, strategy_for
from karmada_nb.engine.apiserver.strategies.pods import qos_class
from karmada_nb.engine.apiserver.validation import cron
from karmada_nb.engine.meta import Object

from .recorded import create, server

TEMPLATE: Object = {
    "metadata": {"labels": {"app": "web"}},
    "spec": {"containers": [{"name": "c", "image": "nginx", "resources": {}}]},
}
WORKLOADS = (
    ("apps", "Deployment"),
    ("apps", "ReplicaSet"),
    ("apps", "StatefulSet"),
    ("apps", "DaemonSet"),
)


def workload(**spec: Any) -> Object:
    selector = {"matchLabels": {"app": "web"}}
    base = {"selector": selector, "template": TEMPLATE, "strategy": {}, "updateStrategy": {}}
    return {"metadata": {"name": "web"}, "spec": {**base, **spec}}


@pytest.mark.parametrize(("group", "kind"), WORKLOADS)
def test_an_object_with_its_defaults_is_left_alone(group: str, kind: str) -> None:
    strategy = strategy_for(group, kind)
    once = strategy.default(workload())
    assert strategy.default(once) is once
    assert strategy.validate(once) == []


@pytest.mark.parametrize(("group", "kind"), WORKLOADS)
def test_defaulting_changes_no_input(group: str, kind: str) -> None:
    obj = workload()
    strategy_for(group, kind).default(obj)
    assert obj == workload()


@pytest.mark.parametrize(("group", "kind"), WORKLOADS[:2])
def test_the_selector_of_a_workload_stays(group: str, kind: str) -> None:
    strategy = strategy_for(group, kind)
    old = strategy.default(workload())
    new = meta.replace(old, ["spec", "selector"], {"matchLabels": {"app": "other"}})
    assert [cause.message for cause in strategy.validate_update(new, old)] == [
        'Invalid value: {"app":"web"}: `selector` does not match template `labels`',
        'Invalid value: {"matchLabels":{"app":"other"}}: field is immutable',
    ]


def test_a_template_that_did_not_change_is_not_checked_again() -> None:
    """Objects that an older server let in can still be scaled."""
    strategy = strategy_for("apps", "Deployment")
    old = strategy.default(workload(template={**TEMPLATE, "spec": {"containers": []}}))
    assert strategy.validate(old) != []
    assert strategy.validate_update(meta.replace(old, ["spec", "replicas"], 3), old) == []


def test_what_may_change_in_a_stateful_set() -> None:
    strategy = strategy_for("apps", "StatefulSet")
    old = strategy.default(workload(serviceName="a"))
    assert strategy.validate_update(meta.replace(old, ["spec", "replicas"], 5), old) == []
    causes = strategy.validate_update(meta.replace(old, ["spec", "serviceName"], "b"), old)
    assert [cause.field for cause in causes] == ["spec"]


def test_a_daemon_set_counts_the_versions_of_its_template() -> None:
    api = server()
    body = workload()
    del body["spec"]["strategy"]
    made = create(api, "apps", "v1", "daemonsets", "demo", body)
    strategy = strategy_for("apps", "DaemonSet")
    image = [{"name": "c", "image": "nginx:2", "resources": {}}]
    changed = meta.replace(made, ["spec", "template", "spec", "containers"], image)
    after = strategy.prepare_update(changed, made)
    assert meta.annotations(after)["deprecated.daemonset.template.generation"] == "2"


@pytest.mark.parametrize(
    ("requests", "limits", "expected"),
    [
        ({}, {}, "BestEffort"),
        ({"cpu": "1"}, {}, "Burstable"),
        ({"cpu": "1", "memory": "1Gi"}, {"cpu": "1000m", "memory": "1024Mi"}, "Guaranteed"),
        ({"cpu": "1", "memory": "1Gi"}, {"cpu": "2", "memory": "1Gi"}, "Burstable"),
    ],
)
def test_quality_of_service(requests: Object, limits: Object, expected: str) -> None:
    resources = {"requests": requests, "limits": limits}
    assert qos_class({"containers": [{"name": "c", "resources": resources}]}) == expected


@pytest.mark.parametrize(
    ("spec", "phase", "asked", "seconds"),
    [
        ({"nodeName": "n", "terminationGracePeriodSeconds": 30}, "Running", None, 30),
        ({"nodeName": "n", "terminationGracePeriodSeconds": 30}, "Running", 5, 5),
        ({"nodeName": "n", "terminationGracePeriodSeconds": 30}, "Succeeded", None, 0),
        ({"terminationGracePeriodSeconds": 30}, "Pending", None, 0),
        ({"nodeName": "n", "terminationGracePeriodSeconds": -1}, "Running", None, 1),
    ],
)
def test_how_long_a_pod_may_take_to_end(spec: Object, phase: str, asked: int | None, seconds: int) -> None:
    pod = {"spec": spec, "status": {"phase": phase}}
    assert strategy_for("", "Pod").grace_seconds(pod, asked) == seconds


def test_only_the_image_of_a_container_may_change() -> None:
    api = server()
    pod = create(
        api,
        "",
        "v1",
        "pods",
        "demo",
        {"metadata": {"name": "p"}, "spec": {"containers": [{"name": "c", "image": "a"}]}},
    )
    strategy = strategy_for("", "Pod")
    container = pod["spec"]["containers"][0]
    new = meta.replace(pod, ["spec", "containers"], [{**container, "image": "b"}])
    assert strategy.validate_update(new, pod) == []
    new = meta.replace(pod, ["spec", "containers"], [{**container, "command": ["sh"]}])
    assert [(cause.field, cause.reason) for cause in strategy.validate_update(new, pod)] == [
        ("spec", "FieldValueForbidden")
    ]


def test_bad_schedules_in_the_words_of_the_parser() -> None:
    assert cron.complaint("*/5 1-3 ? jan mon-fri") == ""
    assert cron.complaint("@hourly") == ""
    assert cron.complaint("@often") == "unrecognized descriptor: @often"
    assert cron.complaint("61 * * * *") == "end of range (61) above maximum (59): 61"
    assert cron.complaint("5-1 * * * *") == "beginning of range (5) beyond end of range (1): 5-1"
    assert cron.complaint("*/0 * * * *") == "step of range should be a positive number: */0"


def test_every_kind_has_a_strategy_and_pods_have_selectable_fields() -> None:
    for info in BUILT_IN:
        assert strategy_for(info.group, info.kind) is strategy_for(info.group, info.kind)
    assert "spec.nodeName" in selectable_fields("", "Pod")
    assert scale_for("apps", "Deployment") is not None
    assert scale_for("", "ConfigMap") is None


def test_a_status_subresource_in_the_catalogue_is_one_in_the_strategy() -> None:
    for info in BUILT_IN:
        if "list" in info.verbs and info.subresource("status") is not None:
            assert strategy_for(info.group, info.kind).has_status, (info.group, info.kind)


@pytest.mark.parametrize(("minor", "refused"), [(23, False), (31, False), (32, True), (36, True)])
def test_a_job_ends_in_steps_since_v1_32(minor: int, refused: bool) -> None:
    """The gate JobManagedBy, on since v1.32, has every change of a job's status looked at."""
    job = {"metadata": {"name": "j"}, "spec": {}, "status": {}}
    ended = {"startTime": "2026-01-01T00:00:00Z", "completionTime": "2026-01-01T00:00:01Z"}
    done = {**job, "status": {**ended, "conditions": [{"type": "Complete", "status": "True"}]}}
    causes = strategy_for("batch", "Job", minor).validate_status(done, job)
    why = "cannot set Complete=True condition without the SuccessCriteriaMet=true condition"
    assert [c.message for c in causes] == ([f"Invalid value: {why}"] if refused else [])
