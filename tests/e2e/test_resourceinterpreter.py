"""Follows test/e2e/suites/base/resourceinterpreter_test.go: a user's scripts decide what Karmada would."""

from __future__ import annotations

import pytest

from karmada_nb.engine import meta
from karmada_nb.engine.meta import Object
from tests.e2e.manifests import cluster_policy, configmap, deployment, names, obj, policy
from tests.e2e.suite import Suite

DIVIDED = {"replicaSchedulingType": "Divided", "replicaDivisionPreference": "Weighted"}


def customization(
    name: str, field: str, script: str, target: tuple[str, str] = ("apps/v1", "Deployment")
) -> Object:
    api_version, kind = target
    spec = {
        "target": {"apiVersion": api_version, "kind": kind},
        "customizations": {field: {"luaScript": script}},
    }
    return obj("config.karmada.io/v1alpha1", "ResourceInterpreterCustomization", name, None, spec=spec)


async def scripted(suite: Suite, field: str, script: str, name: str = "") -> str:
    """A deployment in one member, whose kind a script speaks for; returns its name."""
    name = name or suite.name("scripted")
    template = deployment(name)
    await suite.create(customization(name, field, script), template, policy(name, template, names("member1")))
    return name


async def test_interpret_replica(suite: Suite) -> None:
    script = """
    function GetReplicas(desiredObj)
      replica = desiredObj.spec.replicas + 1
      requirement = {}
      requirement.nodeClaim = {}
      requirement.nodeClaim.nodeSelector = desiredObj.spec.template.spec.nodeSelector
      requirement.nodeClaim.tolerations = desiredObj.spec.template.spec.tolerations
      requirement.resourceRequest = { cpu = "100m" }
      return replica, requirement
    end"""
    name = await scripted(suite, "replicaResource", script)
    await suite.eventually(lambda: suite.binding(name)["spec"]["replicas"] == 4)
    requirements = {"resourceRequest": {"cpu": "100m"}, "namespace": suite.namespace}
    assert suite.binding(name)["spec"]["replicaRequirements"] == requirements


async def test_revise_replica(suite: Suite) -> None:
    script = "function ReviseReplica(obj, n) obj.spec.replicas = n + 1 return obj end"
    name = suite.name("scripted")
    weights = [
        {"targetCluster": {"clusterNames": [member]}, "weight": at}
        for at, member in enumerate(suite.members, 1)
    ]
    placement = {
        **names(*suite.members),
        "replicaScheduling": {**DIVIDED, "weightPreference": {"staticWeightList": weights}},
    }
    template = deployment(name, 6)
    await suite.create(
        customization(name, "replicaRevision", script), template, policy(name, template, placement)
    )
    for at, member in enumerate(suite.members, 1):
        await suite.fits("Deployment", name, lambda d, at=at: d["spec"]["replicas"] == at + 1, [member])


async def test_retain(suite: Suite) -> None:
    script = """
    function Retain(desiredObj, observedObj)
      desiredObj.spec.paused = observedObj.spec.paused
      return desiredObj
    end"""
    name = await scripted(suite, "retention", script)
    await suite.present("Deployment", name, ["member1"])
    await suite.update("Deployment", name, ("spec", "paused"), True)
    await suite.update("Deployment", name, ("spec", "replicas"), 2)
    await suite.fits("Deployment", name, lambda d: d["spec"]["replicas"] == 2, ["member1"])
    assert "paused" not in suite.must("Deployment", name, at="member1")["spec"]


async def test_aggregate_status(suite: Suite) -> None:
    script = """
    function AggregateStatus(desiredObj, statusItems)
      if statusItems == nil then return desiredObj end
      if desiredObj.status == nil then desiredObj.status = {} end
      replicas = 0
      for i = 1, #statusItems do
        if statusItems[i].status ~= nil and statusItems[i].status.replicas ~= nil then
          replicas = replicas + statusItems[i].status.replicas + 1
        end
      end
      desiredObj.status.replicas = replicas
      return desiredObj
    end"""
    name = await scripted(suite, "statusAggregation", script)
    await suite.fits("Deployment", name, lambda d: d["status"]["replicas"] == 4)
    message = "Update Resource with AggregatedStatus successfully."
    told = ("AggregateStatusSucceed", message)
    await suite.eventually(lambda: told in suite.events("Deployment", name))


async def test_interpret_status(suite: Suite) -> None:
    script = """
    function ReflectStatus(observedObj)
      if observedObj.status == nil then return nil end
      return observedObj.status
    end"""
    name = await scripted(suite, "statusReflection", script)
    await suite.fits("Deployment", name, lambda d: d["status"]["readyReplicas"] == 3)
    (item,) = suite.binding(name)["status"]["aggregatedStatus"]
    assert "conditions" in item["status"], "Karmada's own rule leaves conditions out"


def health_of(binding: Object) -> list[str]:
    """The health in every cluster."""
    return [item.get("health", "") for item in meta.dig(binding, "status", "aggregatedStatus", default=[])]


@pytest.mark.parametrize(("wanted", "health"), [(3, "Healthy"), (4, "Unhealthy")])
async def test_interpret_health(suite: Suite, wanted: int, health: str) -> None:
    script = f"function InterpretHealth(obj) return obj.status.readyReplicas == {wanted} end"
    name = await scripted(suite, "healthInterpretation", script)
    await suite.fits("Deployment", name, lambda d: d["status"]["readyReplicas"] == 3)
    await suite.eventually(lambda: health_of(suite.binding(name)) == [health])


async def test_dependencies_of_several_customizations(suite: Suite) -> None:
    name = suite.name("scripted")
    account = """
    function GetDependencies(desiredObj)
      refs = {}
      local account = desiredObj.spec.template.spec.serviceAccountName
      if account ~= nil and account ~= 'default' then
        refs[1] = { apiVersion = 'v1', kind = 'ServiceAccount', name = account,
                    namespace = desiredObj.metadata.namespace }
      end
      return refs
    end"""
    settings = """
    function GetDependencies(desiredObj)
      refs = {}
      for index, volume in pairs(desiredObj.spec.template.spec.volumes or {}) do
        if volume.configMap ~= nil then
          table.insert(refs, { apiVersion = 'v1', kind = 'ConfigMap', name = volume.configMap.name,
                               namespace = desiredObj.metadata.namespace })
        end
      end
      return refs
    end"""
    volume = {"name": "vol-configmap", "configMap": {"name": name}}
    template = deployment(name, pod={"volumes": [volume], "serviceAccountName": name})
    await suite.create(
        customization(name, "dependencyInterpretation", account),
        customization(f"{name}-another", "dependencyInterpretation", settings),
        obj("v1", "ServiceAccount", name),
        configmap(name, {"user": "karmada"}),
        template,
        policy(name, template, names("member1"), propagateDeps=True),
    )
    for kind in ("Deployment", "ServiceAccount", "ConfigMap"):
        await suite.present(kind, name, ["member1"])


async def test_interpret_component(suite: Suite) -> None:
    """With the gate MultiplePodTemplatesScheduling a kind that has components is not asked for replicas."""
    script = """
    function GetComponents(obj)
      return { { name = "front", replicas = 1 },
               { name = "back", replicas = obj.spec.replicas,
                 replicaRequirements = { resourceRequest = { cpu = "1000m" } } } }
    end"""
    name = await scripted(suite, "componentResource", script)
    await suite.eventually(lambda: suite.binding(name)["spec"].get("components"))
    spec = suite.binding(name)["spec"]
    back = {"name": "back", "replicas": 3, "replicaRequirements": {"resourceRequest": {"cpu": "1"}}}
    assert spec["components"] == [{"name": "front", "replicas": 1}, back]
    assert "replicas" not in spec
    told = ("GetComponentsSucceed", "Get components of resource template successfully.")
    await suite.eventually(lambda: told in suite.events("Deployment", name))


def definition(plural: str, kind: str) -> Object:
    schema = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    version = {"name": "v1alpha1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
    spec = {
        "group": "example.karmada.io",
        "scope": "Namespaced",
        "names": {"plural": plural, "kind": kind},
        "versions": [version],
    }
    name = f"{plural}.example.karmada.io"
    return obj("apiextensions.k8s.io/v1", "CustomResourceDefinition", name, None, spec=spec)


def served(suite: Suite, cluster: str, kind: str) -> bool:
    """Whether Karmada knows that a cluster serves a kind."""
    known = meta.dig(suite.must("Cluster", cluster), "status", "apiEnablements", default=[])
    return any(resource["kind"] == kind for group in known for resource in group["resources"])


async def test_a_custom_resource_depends_on_another(suite: Suite) -> None:
    name, version = suite.name("scripted"), "example.karmada.io/v1alpha1"
    script = f"""
    function GetDependencies(desiredObj)
      refs = {{}}
      refs[1] = {{ apiVersion = '{version}', kind = 'Needed', name = '{name}',
                  namespace = '{suite.namespace}' }}
      return refs
    end"""
    kinds = [definition("needers", "Needer"), definition("neededs", "Needed")]
    await suite.create(
        customization(name, "dependencyInterpretation", script, (version, "Needer")),
        *kinds,
        *(cluster_policy(meta.name(kind), kind, names(*suite.members)) for kind in kinds),
    )
    for kind in ("Needer", "Needed"):
        await suite.eventually(lambda kind=kind: all(served(suite, m, kind) for m in suite.members))
    needer = obj(version, "Needer", name)
    await suite.create(
        policy(name, needer, names(*suite.members), propagateDeps=True),
        needer,
        obj(version, "Needed", name, spec={"resource": {"namespace": "one"}}),
    )
    await suite.present("Needed", name, suite.members)
    await suite.update("Needed", name, ("spec", "resource", "namespace"), "another")
    await suite.fits("Needed", name, lambda o: o["spec"]["resource"]["namespace"] == "another", suite.members)
    await suite.delete("Needer", name)
    await suite.absent("Needed", name, suite.members)


async def test_a_script_that_fails_is_told_and_tried_again(suite: Suite) -> None:
    name = await scripted(
        suite, "replicaResource", "function GetReplicas(obj) return obj.spec.none.at.all end"
    )
    reasons = ("GetReplicasFailed", "ApplyPolicyFailed")
    await suite.eventually(lambda: {r for r, _ in suite.events("Deployment", name)} >= set(reasons))
    told = dict(suite.events("Deployment", name))
    assert "<string>:1: attempt to index field 'none' (a nil value)" in told["GetReplicasFailed"]
    await suite.delete("ResourceInterpreterCustomization", name)
    await suite.present("Deployment", name, ["member1"])
