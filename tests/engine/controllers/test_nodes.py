"""Daemon sets, and what becomes of pods whose node falls silent."""

from karmada_nb.engine import meta
from karmada_nb.engine.controllers.nodelifecycle import NodeLifecycleController
from karmada_nb.engine.controllers.nodelifecycle.controller import LEASES
from karmada_nb.engine.meta import Key
from tests.engine.controllers.making import DAEMONSETS, NODES, get, make, selecting, template
from tests.engine.controllers.workloads import Workloads

AGENT = "k3d-cluster-1-agent-0"


async def test_a_daemon_set_has_a_pod_on_every_node_that_fits() -> None:
    async with Workloads() as lab:
        agent = await make(lab, DAEMONSETS, "agent", 5, selector=selecting("agent"),
                           template=template("agent", image="nginx"))  # fmt: skip
        names = [meta.name(node) for node in (await lab.client.list(NODES)).items]
        assert sorted(pod["spec"]["nodeName"] for pod in await lab.pods()) == sorted(names)
        assert agent["status"]["numberReady"] == agent["status"]["desiredNumberScheduled"] == len(names)


async def test_a_node_that_falls_silent_is_tainted_and_after_five_minutes_loses_its_pods() -> None:
    async with Workloads() as lab:
        await lab.deploy(replicas=4)
        lab.nodes.faults.kill_node(AGENT)
        await lab.clock.advance(60)
        node = await get(lab, NODES, AGENT)
        ready = meta.condition(node, "Ready") or {}
        assert (ready["status"], ready["reason"]) == ("Unknown", "NodeStatusUnknown")
        taints = {(t["key"], t["effect"]) for t in node["spec"]["taints"]}
        assert taints == {("node.kubernetes.io/unreachable", e) for e in ("NoSchedule", "NoExecute")}
        there = [pod for pod in await lab.pods() if pod["spec"]["nodeName"] == AGENT]
        assert there
        assert not any(map(meta.deleting, there)), "pods tolerate it for five minutes"
        await lab.clock.advance(310)
        pods = await lab.pods()
        assert all(meta.deleting(pod) for pod in pods if pod["spec"]["nodeName"] == AGENT)
        assert sum(pod["spec"]["nodeName"] != AGENT for pod in pods) == 4


async def test_a_node_that_comes_back_in_time_keeps_its_pods() -> None:
    async with Workloads() as lab:
        await lab.deploy(replicas=4)
        before = sorted(meta.uid(pod) for pod in await lab.pods())
        lab.nodes.faults.kill_node(AGENT)
        await lab.clock.advance(120)
        lab.nodes.faults.revive_node(AGENT)
        await lab.clock.advance(400)
        node = await get(lab, NODES, AGENT)
        assert (meta.condition(node, "Ready") or {})["status"] == "True"
        assert "taints" not in node["spec"]
        assert sorted(meta.uid(pod) for pod in await lab.pods()) == before


async def test_a_taint_by_hand_evicts_what_does_not_tolerate_it() -> None:
    async with Workloads() as lab:
        await lab.deploy(replicas=2)
        taint = {"key": "gone", "effect": "NoExecute"}
        await lab.client.patch(NODES, AGENT, {"spec": {"taints": [taint]}})
        await lab.clock.advance(60)
        assert {pod["spec"]["nodeName"] for pod in await lab.pods()} == {"k3d-cluster-1-server-0"}


async def test_a_restart_after_a_long_pause_does_not_count_the_pause_as_silence() -> None:
    async with Workloads() as lab:
        stamp = {"spec": {"renewTime": "2025-01-01T00:00:00.000000Z"}}
        lab.nodes.faults.kill_node(AGENT)
        await lab.client.patch(LEASES, AGENT, stamp, namespace="kube-node-lease")
        controller = NodeLifecycleController(lab.cluster.context())
        await controller.reconcile(Key("", AGENT))
        node = await get(lab, NODES, AGENT)
        assert (meta.condition(node, "Ready") or {})["status"] == "True"
