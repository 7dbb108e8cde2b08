"""Ages and rows as kubectl shows them."""

from datetime import UTC, datetime, timedelta

import pytest

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.tables import table_for
from karmada_nb.engine.apiserver.tables.cells import human_duration, selector_text
from karmada_nb.engine.apiserver.tables.custom import custom_table
from karmada_nb.engine.apiserver.tables.jsonpath import find, parse
from karmada_nb.engine.meta import Object

NOW = datetime(2026, 1, 1, 12, 0, 0, tzinfo=UTC)


def ago(**delta: int) -> str:
    return meta.rfc3339(NOW - timedelta(**delta))


def row(group: str, kind: str, obj: Object) -> dict[str, object]:
    table = table_for(group, kind)
    cells = table.cells(obj, NOW)
    assert len(cells) == len(table.columns)
    return {column.name: cell for column, cell in zip(table.columns, cells, strict=True)}


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-2, "<invalid>"),
        (0, "0s"),
        (119, "119s"),
        (120, "2m"),
        (190, "3m10s"),
        (600, "10m"),
        (3 * 3600 - 1, "179m"),
        (3 * 3600, "3h"),
        (3 * 3600 + 60, "3h1m"),
        (8 * 3600, "8h"),
        (47 * 3600, "47h"),
        (48 * 3600, "2d"),
        (49 * 3600, "2d1h"),
        (8 * 86400, "8d"),
        (2 * 365 * 86400, "2y"),
        (2 * 365 * 86400 + 86400, "2y1d"),
        (8 * 365 * 86400, "8y"),
    ],
)
def test_durations_as_upstreams_table_test_has_them(seconds: int, text: str) -> None:
    assert human_duration(seconds) == text


def pod(status: Object, **metadata: object) -> Object:
    spec = {"containers": [{"name": "a"}, {"name": "b"}]}
    metadata = {"name": "p", "creationTimestamp": ago(minutes=5), **metadata}
    return {"metadata": metadata, "spec": spec, "status": status}


RUNNING: Object = {"ready": True, "restartCount": 0, "state": {"running": {}}}


def test_a_running_pod() -> None:
    shown = row("", "Pod", pod({"phase": "Running", "containerStatuses": [RUNNING, RUNNING]}))
    assert shown["Ready"] == "2/2"
    assert shown["Status"] == "Running"
    assert shown["Restarts"] == "0"
    assert shown["Age"] == "5m"
    assert shown["Node"] == "<none>"


def test_a_crashing_pod_says_when_it_last_crashed() -> None:
    crashing = {
        "ready": False,
        "restartCount": 3,
        "state": {"waiting": {"reason": "CrashLoopBackOff"}},
        "lastState": {"terminated": {"finishedAt": ago(seconds=42)}},
    }
    shown = row("", "Pod", pod({"phase": "Running", "containerStatuses": [crashing, RUNNING]}))
    assert (shown["Ready"], shown["Status"], shown["Restarts"]) == ("1/2", "CrashLoopBackOff", "3 (42s ago)")


def test_a_pod_that_waits_for_its_first_container() -> None:
    waiting = {"name": "i", "restartCount": 0, "state": {"waiting": {"reason": "PodInitializing"}}}
    obj = pod({"phase": "Pending", "initContainerStatuses": [waiting]})
    obj["spec"]["initContainers"] = [{"name": "i"}]
    assert row("", "Pod", obj)["Status"] == "Init:0/1"


def test_a_pod_on_its_way_out() -> None:
    obj = pod({"phase": "Running", "containerStatuses": [RUNNING, RUNNING]}, deletionTimestamp=ago())
    assert row("", "Pod", obj)["Status"] == "Terminating"


def test_a_pod_that_failed_stays_failed_while_it_goes() -> None:
    assert row("", "Pod", pod({"phase": "Failed"}, deletionTimestamp=ago()))["Status"] == "Failed"


def test_a_load_balancer_that_waits_for_its_address() -> None:
    spec = {
        "type": "LoadBalancer",
        "clusterIP": "10.43.0.7",
        "ports": [{"port": 80, "nodePort": 30080, "protocol": "TCP"}],
    }
    shown = row("", "Service", {"metadata": {"name": "s"}, "spec": spec, "status": {"loadBalancer": {}}})
    assert (shown["External-IP"], shown["Port(s)"]) == ("<pending>", "80:30080/TCP")
    assert shown["Age"] == "<unknown>"


def test_a_node_with_roles_that_takes_no_pods() -> None:
    labels = {"node-role.kubernetes.io/control-plane": "true", "node-role.kubernetes.io/master": "true"}
    obj = {
        "metadata": {"name": "n", "labels": labels},
        "spec": {"unschedulable": True},
        "status": {"conditions": [{"type": "Ready", "status": "True"}]},
    }
    shown = row("", "Node", obj)
    assert (shown["Status"], shown["Roles"]) == ("Ready,SchedulingDisabled", "control-plane,master")


def test_an_autoscaler_without_metrics_yet() -> None:
    target = {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 80}}
    spec = {
        "scaleTargetRef": {"kind": "Deployment", "name": "web"},
        "minReplicas": 1,
        "maxReplicas": 5,
        "metrics": [{"type": "Resource", "resource": target}],
    }
    shown = row("autoscaling", "HorizontalPodAutoscaler", {"metadata": {"name": "h"}, "spec": spec})
    assert (shown["Reference"], shown["Targets"]) == ("Deployment/web", "cpu: <unknown>/80%")


def test_selectors_in_words() -> None:
    selector = {
        "matchLabels": {"b": "1"},
        "matchExpressions": [
            {"key": "a", "operator": "In", "values": ["y", "x"]},
            {"key": "c", "operator": "DoesNotExist"},
        ],
    }
    assert selector_text(selector) == "a in (x,y),b=1,!c"


def test_columns_of_a_custom_resource() -> None:
    table = custom_table(
        [
            {"name": "Size", "type": "string", "jsonPath": ".spec.size"},
            {"name": "Ready", "type": "string", "jsonPath": '.status.conditions[?(@.type=="Ready")].status'},
            {"name": "Count", "type": "integer", "jsonPath": ".spec.count"},
            {"name": "Wrong", "type": "integer", "jsonPath": ".spec.size"},
            {"name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp"},
        ]
    )
    obj = {
        "metadata": {"name": "w", "creationTimestamp": ago(hours=2)},
        "spec": {"size": "small", "count": 3},
        "status": {
            "conditions": [{"type": "Synced", "status": "False"}, {"type": "Ready", "status": "True"}]
        },
    }
    assert table.cells(obj, NOW) == ["w", "small", "True", 3, None, "120m"]


def test_a_custom_resource_without_columns_shows_its_age() -> None:
    assert [column.name for column in custom_table([]).columns] == ["Name", "Age"]


def test_paths_with_dots_indices_and_wildcards() -> None:
    obj = {"metadata": {"labels": {"a.b/c": "x"}}, "items": [{"n": 1}, {"n": 2}]}
    assert find(parse(r".metadata.labels['a\.b/c']".replace("\\", "")), obj) == ["x"]
    assert find(parse(r".metadata.labels.a\.b/c"), obj) == ["x"]
    assert find(parse(".items[-1].n"), obj) == [2]
    assert find(parse(".items[*].n"), obj) == [1, 2]
    assert find(parse(".items[?(@.n>1)].n"), obj) == [2]
    assert find(parse(".nowhere[0].x"), obj) == []


def test_a_scale_has_columns_of_its_own() -> None:
    scale = {"kind": "Scale", "metadata": {"name": "web"}, "spec": {"replicas": 3}, "status": {"replicas": 2}}
    table = table_for("autoscaling", "Scale")
    assert [column.name for column in table.columns] == ["Name", "Desired", "Available", "Age"]
    assert table.cells(scale, NOW)[:3] == ["web", 3, 2]
