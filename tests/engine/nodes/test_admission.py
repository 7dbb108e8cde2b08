"""Pods that were bound to a node which has no room for them. Follows pkg/kubelet/lifecycle/predicate.go."""

from tests.engine.nodes.lab import NODES, PODS, Lab

NODE = "k3d-cluster-1-server-0"
PORT = [{"containerPort": 80, "hostPort": 8080}]


async def test_a_port_that_is_taken() -> None:
    async with Lab() as lab:
        await lab.sleeper("first", nodeName=NODE, ports=PORT)
        pod = await lab.sleeper("second", nodeName=NODE, ports=PORT)
        text = "Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports"
        status = {"phase": "Failed", "reason": "NodePorts", "message": f"Pod was rejected: {text}"}
        assert {key: pod["status"].get(key) for key in status} == status
        assert ("Warning", "NodePorts", text) in await lab.events("second")
        await lab.client.delete(PODS, "first", "default")
        await lab.clock.advance(1)
        assert (await lab.sleeper("third", nodeName=NODE, ports=PORT))["status"]["phase"] == "Running"


async def test_more_than_the_node_has() -> None:
    async with Lab() as lab:
        pod = await lab.sleeper("large", nodeName=NODE, resources={"requests": {"cpu": "5"}})
        assert pod["status"]["reason"] == "OutOfcpu"
        # In thousandths of a CPU; the node has 4.
        text = "Node didn't have enough resource: cpu, requested: 5000, used: 0, capacity: 4000"
        assert pod["status"]["message"] == f"Pod was rejected: {text}"
        small = {"nodeName": NODE, "resources": {"requests": {"cpu": "3"}}}
        assert (await lab.sleeper("one", **small))["status"]["phase"] == "Running"
        assert (await lab.sleeper("two", **small))["status"]["reason"] == "OutOfcpu"


async def test_a_node_that_is_not_the_one_asked_for_or_drives_pods_away() -> None:
    async with Lab() as lab:
        pod = await lab.sleeper("picky", nodeName=NODE, nodeSelector={"disk": "ssd"})
        assert pod["status"]["reason"] == "NodeAffinity"
        node = await lab.client.get(NODES, NODE)
        taint = {"key": "gone", "effect": "NoExecute"}
        await lab.client.update(NODES, {**node, "spec": {**node["spec"], "taints": [taint]}})
        await lab.clock.advance(1)
        pod = await lab.sleeper("shy", nodeName=NODE)
        assert pod["status"]["reason"] == "TaintToleration"


async def test_kernel_parameters_that_are_not_safe() -> None:
    async with Lab() as lab:
        safe = [{"name": "net.ipv4.tcp_syncookies", "value": "1"}]
        assert (await lab.sleeper("safe", securityContext={"sysctls": safe}))["status"]["phase"] == "Running"
        unsafe = [*safe, {"name": "kernel.msgmax", "value": "1"}]
        status = (await lab.sleeper("unsafe", securityContext={"sysctls": unsafe}))["status"]
        assert status["reason"] == "SysctlForbidden"
        assert status["message"] == 'Pod was rejected: forbidden sysctl: "kernel.msgmax" not allowlisted'
