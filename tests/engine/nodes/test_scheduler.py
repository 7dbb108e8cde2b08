from typing import Any

import pytest

from karmada_nb.engine import meta
from karmada_nb.engine.meta import Object
from karmada_nb.engine.nodes.scheduler import filters, preemption, resources, scores
from karmada_nb.engine.nodes.scheduler.cache import NodeInfo
from karmada_nb.engine.runtime.client import Resource
from tests.engine.nodes.lab import NODES, PODS, Lab, ready


def pod(name: str = "p", cpu: str = "", labels: dict[str, str] | None = None, **spec: Any) -> Object:
    requests = {"requests": {"cpu": cpu}} if cpu else {}
    containers = spec.pop("containers", [{"name": "c", "resources": requests}])
    metadata = {"name": name, "namespace": "default", "uid": name, "labels": labels or {}}
    return {"metadata": metadata, "spec": {"containers": containers, **spec}}


def node(name: str = "n1", *pods: Object, labels: dict[str, str] | None = None, **fields: Any) -> NodeInfo:
    allocatable = {"cpu": "4", "memory": "8Gi", "pods": fields.pop("pods", "110")}
    metadata = {"name": name, "labels": {"kubernetes.io/hostname": name, **(labels or {})}}
    info = NodeInfo({"metadata": metadata, "spec": fields, "status": {"allocatable": allocatable}})
    for item in pods:
        info.add(item)
    return info


def affinity(*terms: Object) -> Object:
    required = {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": list(terms)}}
    return {"nodeAffinity": required}


def near(kind: str, labels: dict[str, str]) -> Object:
    term = {"topologyKey": "kubernetes.io/hostname", "labelSelector": {"matchLabels": labels}}
    return {kind: {"requiredDuringSchedulingIgnoredDuringExecution": [term]}}


def expression(key: str, operator: str, *values: str) -> Object:
    return {"matchExpressions": [{"key": key, "operator": operator, "values": list(values)}]}


TAINT = {"key": "dedicated", "value": "gpu", "effect": "NoSchedule"}
SPREAD = {
    "maxSkew": 1,
    "topologyKey": "kubernetes.io/hostname",
    "whenUnsatisfiable": "DoNotSchedule",
    "labelSelector": {"matchLabels": {"app": "a"}},
}
PORT = [{"name": "c", "ports": [{"containerPort": 80, "hostPort": 80}]}]

SITUATIONS = [
    ("an empty node", pod(), node(), []),
    ("a cordoned node", pod(), node(unschedulable=True), ["node(s) were unschedulable"]),
    (
        "a cordoned node that is tolerated",
        pod(tolerations=[{"operator": "Exists"}]),
        node(unschedulable=True),
        [],
    ),
    ("a taint", pod(), node(taints=[TAINT]), ["node(s) had untolerated taint {dedicated: gpu}"]),
    (
        "a tolerated taint",
        pod(tolerations=[{"key": "dedicated", "value": "gpu", "effect": "NoSchedule"}]),
        node(taints=[TAINT]),
        [],
    ),
    (
        "another value of the taint",
        pod(tolerations=[{"key": "dedicated", "value": "cpu"}]),
        node(taints=[TAINT]),
        ["node(s) had untolerated taint {dedicated: gpu}"],
    ),
    ("a preference is no obstacle", pod(), node(taints=[{**TAINT, "effect": "PreferNoSchedule"}]), []),
    (
        "a node selector",
        pod(nodeSelector={"disk": "ssd"}),
        node(),
        ["node(s) didn't match Pod's node affinity/selector"],
    ),
    (
        "a node affinity that holds",
        pod(affinity=affinity(expression("zone", "In", "a", "b"))),
        node(labels={"zone": "b"}),
        [],
    ),
    (
        "a node affinity that does not",
        pod(affinity=affinity(expression("zone", "NotIn", "b"))),
        node(labels={"zone": "b"}),
        ["node(s) didn't match Pod's node affinity/selector"],
    ),
    (
        "an affinity to a node's name, as daemon sets have it",
        pod(
            affinity=affinity({"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["n1"]}]})
        ),
        node("n1"),
        [],
    ),
    ("too little left", pod(cpu="2"), node("n1", pod("a", cpu="3")), ["Insufficient cpu"]),
    ("exactly enough left", pod(cpu="1"), node("n1", pod("a", cpu="3")), []),
    ("as many pods as it takes", pod(), node("n1", pod("a"), pods="1"), ["Too many pods"]),
    (
        "a taken port",
        pod(containers=PORT),
        node("n1", pod("a", containers=PORT)),
        ["node(s) didn't have free ports for the requested pod ports"],
    ),
    (
        "company that is not there",
        pod(affinity=near("podAffinity", {"app": "db"})),
        node("n1", pod("a")),
        ["node(s) didn't match pod affinity rules"],
    ),
    (
        "company that is there",
        pod(affinity=near("podAffinity", {"app": "db"})),
        node("n1", pod("a", labels={"app": "db"})),
        [],
    ),
    (
        "the first of pods that want each other",
        pod(labels={"app": "db"}, affinity=near("podAffinity", {"app": "db"})),
        node("n1"),
        [],
    ),
    (
        "a neighbour to avoid",
        pod(affinity=near("podAntiAffinity", {"app": "a"})),
        node("n1", pod("a", labels={"app": "a"})),
        ["node(s) didn't match pod anti-affinity rules"],
    ),
    (
        "a neighbour that avoids us",
        pod(labels={"app": "a"}),
        node("n1", pod("a", affinity=near("podAntiAffinity", {"app": "a"}))),
        ["node(s) didn't satisfy existing pods anti-affinity rules"],
    ),
]


@pytest.mark.parametrize(
    ("situation", "wanted", "info", "reasons"), SITUATIONS, ids=[s[0] for s in SITUATIONS]
)
def test_filters(situation: str, wanted: Object, info: NodeInfo, reasons: list[str]) -> None:
    assert filters.reasons(wanted, info, [info]) == reasons


def test_hard_spread_keeps_the_difference_small() -> None:
    like = {"app": "a"}
    full, empty = node("n1", pod("a", labels=like)), node("n2")
    wanted = pod(labels=like, topologySpreadConstraints=[SPREAD])
    text = "node(s) didn't match pod topology spread constraints"
    assert filters.reasons(wanted, full, [full, empty]) == [text]
    assert filters.reasons(wanted, empty, [full, empty]) == []


def test_requests_count_the_peak_of_initialisation_and_the_sidecars() -> None:
    def ask(cpu: str, **more: str) -> Object:
        return {"name": "c", "resources": {"requests": {"cpu": cpu}}, **more}

    wanted = pod(
        containers=[ask("100m"), ask("200m")],
        initContainers=[ask("500m"), ask("50m", restartPolicy="Always")],
    )
    assert resources.requests(wanted) == {"cpu": 500}
    wanted = pod(containers=[ask("600m")], initContainers=[ask("50m", restartPolicy="Always"), ask("500m")])
    assert resources.requests(wanted) == {"cpu": 650}


def test_reasons_are_counted_and_sorted() -> None:
    failed = {"a": ["Insufficient cpu"], "b": ["Insufficient cpu"], "c": ["node(s) were unschedulable"]}
    assert filters.explain(failed, 3) == (
        "0/3 nodes are available: 1 node(s) were unschedulable, 2 Insufficient cpu. preemption: "
        "0/3 nodes are available: 1 Preemption is not helpful for scheduling, "
        "2 No preemption victims found for incoming pod."
    )


def test_the_emptier_node_is_better() -> None:
    infos = [node("n1", pod("a", cpu="2")), node("n2", pod("b", cpu="1"))]
    assert scores.best(pod(cpu="1"), infos, infos).name == "n2"


def test_a_preferred_label_outweighs_a_small_difference() -> None:
    term = {"weight": 100, "preference": expression("disk", "In", "ssd")}
    wanted = pod(affinity={"nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [term]}})
    infos = [node("n1", pod("a"), labels={"disk": "ssd"}), node("n2")]
    assert scores.best(wanted, infos, infos).name == "n1"


def test_preemption_takes_the_least_important_and_no_more_than_needed() -> None:
    low, middle = pod("low", cpu="2", priority=1), pod("mid", cpu="2", priority=5)
    infos = [node("n1", low, middle), node("n2", pod("peer", cpu="4", priority=10))]
    wanted = pod("high", cpu="2", priority=10)
    failed = {i.name: filters.reasons(wanted, i, infos) for i in infos}
    chosen = preemption.choose(wanted, failed, infos)
    assert chosen is not None
    assert (chosen.node, [meta.name(v) for v in chosen.victims]) == ("n1", ["low"])


def test_preemption_does_not_touch_nodes_that_would_not_help() -> None:
    infos = [node("n1", pod("low", priority=1), unschedulable=True)]
    wanted = pod("high", priority=10)
    assert preemption.choose(wanted, {"n1": ["node(s) were unschedulable"]}, infos) is None


async def test_pods_of_one_owner_spread_over_the_nodes() -> None:
    async with Lab() as lab:
        template = {
            "metadata": {"labels": {"app": "a"}},
            "spec": {"containers": [{"name": "c", "image": "i"}]},
        }
        spec = {"replicas": 4, "selector": {"matchLabels": {"app": "a"}}, "template": template}
        owner = await lab.client.create(
            Resource("apps", "v1", "replicasets"),
            {"apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": {"name": "r"}, "spec": spec},
            "default",
        )
        for index in range(4):
            await lab.sleeper(
                f"p{index}", metadata={"ownerReferences": [meta.owner_reference(owner)]}, seconds=0
            )
        places = [(await lab.pod(f"p{index}"))["spec"]["nodeName"] for index in range(4)]
        assert sorted(places.count(name) for name in set(places)) == [2, 2]


async def test_a_pod_that_fits_nowhere_says_why_and_is_scheduled_when_there_is_room() -> None:
    async with Lab(nodes=1) as lab:
        await lab.sleeper("first", resources={"requests": {"cpu": "3"}})
        waiting = await lab.sleeper("second", resources={"requests": {"cpu": "2"}})
        found = meta.condition(waiting, "PodScheduled") or {}
        text = (
            "0/1 nodes are available: 1 Insufficient cpu. preemption: 0/1 nodes are available: "
            "1 No preemption victims found for incoming pod."
        )
        assert (found["status"], found["reason"], found["message"]) == ("False", "Unschedulable", text)
        assert ("Warning", "FailedScheduling", text) in await lab.events("second")
        await lab.client.delete(PODS, "first", "default")
        await lab.clock.advance(1)
        assert ready(await lab.pod("second"))


async def test_a_cordoned_node_gets_pods_again_when_it_is_open() -> None:
    async with Lab(nodes=1) as lab:
        name = "k3d-cluster-1-server-0"
        await lab.client.patch(NODES, name, {"spec": {"unschedulable": True}})
        assert "nodeName" not in (await lab.sleeper())["spec"]
        await lab.client.patch(NODES, name, {"spec": {"unschedulable": None}})
        await lab.clock.advance(1)
        assert ready(await lab.pod("box"))


async def test_gated_pods_wait() -> None:
    async with Lab() as lab:
        held = await lab.sleeper(schedulingGates=[{"name": "example.com/wait"}])
        assert "nodeName" not in held["spec"]
        assert (meta.condition(held, "PodScheduled") or {})["reason"] == "SchedulingGated"
        await lab.client.patch(PODS, "box", {"spec": {"schedulingGates": []}}, namespace="default")
        await lab.clock.advance(1)
        assert ready(await lab.pod("box"))
