"""A user's scripts answer for the kinds they are about: every operation, once right and once wrong."""

from __future__ import annotations

import copy
from datetime import UTC, datetime
from typing import Any

import pytest

from karmada_nb.engine.karmada.interpreter import InterpreterError, Operation
from karmada_nb.engine.karmada.interpreter.declarative import ConfigurableInterpreter
from karmada_nb.engine.karmada.interpreter.declarative.rules import FIELDS
from karmada_nb.engine.meta import Object

NOW = datetime(2026, 8, 1, tzinfo=UTC)
FOO: Object = {
    "apiVersion": "example.io/v1",
    "kind": "Foo",
    "metadata": {"name": "foo", "namespace": "demo", "generation": 7},
    "spec": {
        "replicas": 3,
        "template": {
            "spec": {
                "nodeSelector": {"disk": "ssd"},
                "serviceAccountName": "runner",
                "containers": [{"name": "a", "resources": {"limits": {"cpu": "0.5", "memory": "1024Mi"}}}],
                "volumes": [
                    {"name": "tmp", "emptyDir": {}},
                    {"name": "c", "configMap": {"name": "settings"}},
                ],
                "tolerations": [],
            }
        },
    },
    "status": {"replicas": 3, "ratio": 0.5},
}


def customization(name: str = "foo", kind: str = "Foo", **scripts: str) -> Object:
    """Scripts by the field that holds them."""
    return {
        "metadata": {"name": name},
        "spec": {
            "target": {"apiVersion": "example.io/v1", "kind": kind},
            "customizations": {field: {"luaScript": script} for field, script in scripts.items()},
        },
    }


def interpreter(*customizations: Object, **scripts: str) -> ConfigurableInterpreter:
    return ConfigurableInterpreter(customizations or (customization(**scripts),), lambda: NOW)


def test_replicas_and_what_each_requires() -> None:
    found = interpreter(
        replicaResource="""
        function GetReplicas(obj)
          local pod = obj.spec.template.spec
          return obj.spec.replicas + 1, {
            nodeClaim = { nodeSelector = pod.nodeSelector, tolerations = pod.tolerations },
            resourceRequest = pod.containers[1].resources.limits,
            colour = "blue",
          }
        end"""
    ).get_replicas(FOO)
    requires = {
        "nodeClaim": {"nodeSelector": {"disk": "ssd"}},
        "resourceRequest": {"cpu": "500m", "memory": "1Gi"},
    }
    assert found == (4, requires)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("return 'three'", "result type 3 is not number"),
        ("return 1, 'much'", "expect the returned requires type is table but got string"),
        ("error('no idea', 0)", "no idea"),
        ("return 1, {resourceRequest={cpu='lots'}}", "json unmarshal obj failed: quantities must match"),
    ],
)
def test_wrong_replicas(body: str, message: str) -> None:
    script = f"function GetReplicas(obj) {body} end"
    with pytest.raises(InterpreterError, match=message):
        interpreter(replicaResource=script).get_replicas(FOO)


def test_components_of_a_workload_of_several_templates() -> None:
    script = """
    function GetComponents(obj)
      local kube = require("kube")
      return {
        { name = "jobmanager", replicas = 1,
          replicaRequirements = { resourceRequest = { cpu = kube.resourceAdd("100m", "1") } } },
        { name = "taskmanager", replicas = obj.spec.replicas },
      }
    end"""
    found = interpreter(componentResource=script).get_components(FOO)
    assert found == [
        {
            "name": "jobmanager",
            "replicas": 1,
            "replicaRequirements": {"resourceRequest": {"cpu": "1100m"}},
        },
        {"name": "taskmanager", "replicas": 3},
    ]


def test_revising_keeps_whole_numbers_lists_and_maps() -> None:
    script = "function ReviseReplica(obj, replica) obj.spec.replicas = replica return obj end"
    before = copy.deepcopy(FOO)
    found = interpreter(replicaRevision=script).revise_replica(FOO, 9)
    assert found == {**FOO, "spec": {**FOO["spec"], "replicas": 9}}
    assert isinstance(found["metadata"]["generation"], int)
    assert before == FOO


def test_retaining_takes_from_what_is_observed() -> None:
    script = (
        "function Retain(desired, observed) desired.spec.paused = observed.spec.paused return desired end"
    )
    observed = {**FOO, "spec": {**FOO["spec"], "paused": True}}
    found = interpreter(retention=script).retain(FOO, observed)
    assert found["spec"]["paused"] is True
    assert found["spec"]["template"] == FOO["spec"]["template"]


def test_a_table_that_nobody_can_tell_goes() -> None:
    """An empty table is a map or a list where the arguments have one there, and nothing elsewhere."""
    script = "function Retain(desired, observed) desired.spec.news = {} return desired end"
    assert interpreter(retention=script).retain(FOO, FOO) == FOO
    script = "function AggregateStatus(obj, items) obj.status = { replicas = #items } return obj end"
    found = interpreter(statusAggregation=script).aggregate_status(FOO, [{}, {}], NOW)
    assert found["status"] == {"replicas": 2}
    assert found["spec"]["template"]["spec"]["volumes"][0] == {"name": "tmp"}


def test_aggregating_sees_every_cluster() -> None:
    script = """
    function AggregateStatus(obj, items)
      local ready = 0
      for i = 1, #items do
        if items[i].status ~= nil then ready = ready + items[i].status.readyReplicas end
      end
      obj.status.readyReplicas = ready
      return obj
    end"""
    items: list[Any] = [
        {"clusterName": "a", "status": {"readyReplicas": 2}},
        {"clusterName": "b", "status": None},
        {"clusterName": "c", "status": {"readyReplicas": 5}},
    ]
    found = interpreter(statusAggregation=script).aggregate_status(FOO, items, NOW)
    assert found["status"] == {"replicas": 3, "ratio": 0.5, "readyReplicas": 7}


def test_reflecting_a_status() -> None:
    script = "function ReflectStatus(obj) return { ratio = obj.status.ratio, empty = {} } end"
    assert interpreter(statusReflection=script).reflect_status(FOO) == {"ratio": 0.5}
    nothing = interpreter(statusReflection="function ReflectStatus(obj) return nil end")
    with pytest.raises(InterpreterError, match="expect the returned replica type is table but got nil"):
        nothing.reflect_status(FOO)


def test_health() -> None:
    script = "function InterpretHealth(obj) return obj.status.replicas == obj.spec.replicas end"
    assert interpreter(healthInterpretation=script).interpret_health(FOO)
    unwell = {**FOO, "status": {"replicas": 1}}
    assert not interpreter(healthInterpretation=script).interpret_health(unwell)
    with pytest.raises(InterpreterError, match="result type 0 is not bool"):
        interpreter(healthInterpretation="function InterpretHealth(obj) end").interpret_health(FOO)


def reference(kind: str, name: str) -> str:
    return (
        "function GetDependencies(obj) return {{apiVersion='v1', "
        f"kind='{kind}', name='{name}', namespace=obj.metadata.namespace}}}} end"
    )


def test_dependencies_of_all_customizations_each_once_in_order() -> None:
    named = [
        customization("b", dependencyInterpretation=reference("Secret", "key")),
        customization("a", dependencyInterpretation=reference("ConfigMap", "settings")),
        customization("c", dependencyInterpretation=reference("Secret", "key")),
    ]
    found = interpreter(*named).get_dependencies(FOO)
    assert [(one["kind"], one["name"], one["namespace"]) for one in found] == [
        ("ConfigMap", "settings", "demo"),
        ("Secret", "key", "demo"),
    ]


def test_dependencies_must_be_findable() -> None:
    script = "function GetDependencies(obj) return {{apiVersion='v1', kind='Secret'}} end"
    with pytest.raises(InterpreterError, match="can not leave name and labelSelector all empty"):
        interpreter(dependencyInterpretation=script).get_dependencies(FOO)


def test_the_library_kube_knows_pods() -> None:
    script = """
    local kube = require("kube")
    function GetReplicas(obj)
      return kube.getResourceQuantity("1Ki"), kube.accuratePodRequirements(obj.spec.template)
    end
    function GetDependencies(obj)
      return kube.getPodDependencies(obj.spec.template, obj.metadata.namespace)
    end"""
    both = interpreter(replicaResource=script, dependencyInterpretation=script)
    requires = {
        "nodeClaim": {"nodeSelector": {"disk": "ssd"}},
        "resourceRequest": {"cpu": "500m", "memory": "1Gi"},
    }
    assert both.get_replicas(FOO) == (1024, requires)
    found = [(one["kind"], one["name"]) for one in both.get_dependencies(FOO)]
    assert found == [("ConfigMap", "settings"), ("ServiceAccount", "runner")]


def test_the_first_customization_by_name_that_has_a_script_answers() -> None:
    healthy = "function InterpretHealth(obj) return true end"
    unwell = "function InterpretHealth(obj) return false end"
    several = interpreter(
        customization("c", healthInterpretation=unwell),
        customization("b", healthInterpretation=healthy, retention=""),
        customization("a", retention="function Retain(d, o) return d end"),
        customization("a2", kind="Bar", healthInterpretation=unwell),
    )
    assert several.interpret_health(FOO)
    enabled = {op for op in Operation if several.hook_enabled("example.io/v1", "Foo", op)}
    assert enabled == {Operation.INTERPRET_HEALTH, Operation.RETAIN}
    assert not several.hook_enabled("example.io/v2", "Foo", Operation.RETAIN)


@pytest.mark.parametrize("operation", list(Operation))
def test_each_operation_has_its_field(operation: Operation) -> None:
    only = interpreter(**{FIELDS[operation]: "x = 1"})
    assert [op for op in Operation if only.hook_enabled("example.io/v1", "Foo", op)] == [operation]


def test_a_script_without_its_function() -> None:
    with pytest.raises(InterpreterError, match="not found function InterpretHealth"):
        interpreter(healthInterpretation="function Health() end").interpret_health(FOO)
    with pytest.raises(InterpreterError, match="InterpretHealth is not a function: number"):
        interpreter(healthInterpretation="InterpretHealth = 1").interpret_health(FOO)


@pytest.mark.parametrize(
    ("number", "replicas"),
    [("2.7", 2), ("-2.7", -2), ("0/0", -(2**31)), ("1/0", -(2**31)), ("1e10", -(2**31))],
)
def test_a_number_of_replicas_is_converted_as_go_converts_it(number: str, replicas: int) -> None:
    """The answers of ``int32(float64)``, compiled for amd64."""
    found = interpreter(replicaResource=f"function GetReplicas(obj) return {number} end")
    assert found.get_replicas(FOO) == (replicas, None)


@pytest.mark.parametrize("depth", [500, 3000])
def test_a_table_without_a_bottom_is_a_complaint(depth: int) -> None:
    script = f"""
        function Retain(desired, observed)
          local inner = 1
          for _ = 1, {depth} do inner = {{ inner = inner }} end
          desired.inner = inner
          return desired
        end"""
    with pytest.raises(InterpreterError, match="exceeded max depth"):
        interpreter(retention=script).retain(FOO, FOO)
