"""Deployments as their users see them: pods, ReplicaSets, status, events."""

import asyncio

from karmada_nb.engine import meta
from tests.engine.controllers.workloads import DEPLOYMENTS, PODS, REPLICASETS, Workloads


async def test_a_deployment_becomes_available_and_says_so() -> None:
    async with Workloads() as lab:
        web = await lab.deploy(replicas=3)
        assert web["status"]["availableReplicas"] == web["status"]["updatedReplicas"] == 3
        conditions = {c["type"]: (c["status"], c["reason"]) for c in web["status"]["conditions"]}
        assert conditions == {
            "Available": ("True", "MinimumReplicasAvailable"),
            "Progressing": ("True", "NewReplicaSetAvailable"),
        }
        told = await lab.events("web")
        [name] = await lab.names(REPLICASETS)
        assert told == [("Normal", "ScalingReplicaSet", f"Scaled up replica set {name} from 0 to 3")]


async def test_nothing_runs_on_after_a_cluster_has_stopped() -> None:
    async with Workloads() as lab:
        await lab.deploy(replicas=3)
    await lab.clock.settle()
    left = {str(task.get_coro()) for task in asyncio.all_tasks() if task is not asyncio.current_task()}
    assert not {name for name in left if "karmada_nb" in name or "_typed" in name}


async def test_a_second_pass_writes_nothing() -> None:
    async with Workloads() as lab:
        await lab.deploy(replicas=2)
        await lab.clock.advance(5)
        written: list[str] = []
        for resource in (DEPLOYMENTS, REPLICASETS, PODS):
            informer = lab.cluster.informers(*resource)
            informer.add_handler(lambda event: written.append(event.object["kind"]))
        written.clear()
        await lab.client.patch(DEPLOYMENTS, "web", {"metadata": {"labels": {"a": "b"}}}, namespace="default")
        await lab.clock.advance(5)
        assert written == ["Deployment"]


async def test_scaling_down_takes_the_youngest_pods_of_a_node_first() -> None:
    async with Workloads(nodes=1) as lab:
        await lab.deploy(replicas=2)
        old = {meta.name(p) for p in await lab.pods()}
        await lab.clock.advance(60)
        await lab.change("web", {"replicas": 5})
        web = await lab.change("web", {"replicas": 2})
        assert {meta.name(p) for p in await lab.pods()} == old
        assert web["status"]["replicas"] == 2


async def test_a_rolling_update_never_has_too_few_pods() -> None:
    async with Workloads() as lab:
        await lab.deploy(replicas=4, strategy={"rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}})
        least = [4]

        def count(_: object) -> None:
            pods = lab.cluster.informers(*PODS).items("default")
            ready = [p for p in pods if (meta.condition(p, "Ready") or {}).get("status") == "True"]
            least.append(len([p for p in ready if not meta.deleting(p)]))

        lab.cluster.informers(*PODS).add_handler(count)
        await lab.image("web", "nginx:2", seconds=5)
        assert min(least[1:]) >= 4
        assert await lab.sets() == {"nginx:1": 0, "nginx:2": 4}


async def test_rolling_back_brings_the_old_set_back_under_a_new_revision() -> None:
    async with Workloads() as lab:
        await lab.deploy()
        await lab.image("web", "nginx:2", seconds=5)
        web = await lab.image("web", "nginx:1", seconds=5)
        assert await lab.sets() == {"nginx:1": 3, "nginx:2": 0}
        assert meta.annotations(web)["deployment.kubernetes.io/revision"] == "3"
        first = next(
            rs for rs in (await lab.client.list(REPLICASETS, "default")).items if rs["spec"].get("replicas")
        )
        assert meta.annotations(first)["deployment.kubernetes.io/revision-history"] == "1"


async def test_an_image_that_cannot_be_pulled_leaves_the_old_pods_serving_and_times_out() -> None:
    async with Workloads() as lab:
        await lab.deploy(replicas=4, progressDeadlineSeconds=60)
        web = await lab.image("web", "nginx:does-not-exist", seconds=30)
        assert web["status"]["availableReplicas"] == 3
        await lab.clock.advance(60)
        web = await lab.deployment()
        progressing = meta.condition(web, "Progressing")
        assert progressing is not None
        assert (progressing["status"], progressing["reason"]) == ("False", "ProgressDeadlineExceeded")
        assert progressing["message"].endswith("has timed out progressing.")


async def test_recreate_stops_the_old_pods_before_it_starts_new_ones() -> None:
    async with Workloads() as lab:
        await lab.deploy(replicas=3, strategy={"type": "Recreate"})
        seen: set[frozenset[str]] = set()

        def look(_: object) -> None:
            pods = lab.cluster.informers(*PODS).items("default")
            seen.add(frozenset(p["spec"]["containers"][0]["image"] for p in pods))

        lab.cluster.informers(*PODS).add_handler(look)
        await lab.image("web", "nginx:2", seconds=5)
        assert frozenset({"nginx:1", "nginx:2"}) not in seen
        assert await lab.sets() == {"nginx:1": 0, "nginx:2": 3}


async def test_a_paused_deployment_scales_but_does_not_roll() -> None:
    async with Workloads() as lab:
        await lab.deploy()
        await lab.change("web", {"paused": True})
        await lab.image("web", "nginx:2")
        await lab.change("web", {"replicas": 5})
        assert await lab.sets() == {"nginx:1": 5}
        await lab.change("web", {"paused": False}, seconds=5)
        assert await lab.sets() == {"nginx:1": 0, "nginx:2": 5}


async def test_only_as_many_old_sets_are_kept_as_the_history_limit_says() -> None:
    async with Workloads() as lab:
        await lab.deploy(revisionHistoryLimit=1)
        for number in (2, 3, 4):
            await lab.image("web", f"nginx:{number}", seconds=5)
        assert await lab.sets() == {"nginx:3": 0, "nginx:4": 3}


async def test_deleting_in_the_foreground_waits_for_the_pods() -> None:
    async with Workloads() as lab:
        await lab.deploy()
        await lab.client.delete(DEPLOYMENTS, "web", "default", propagation="Foreground")
        await lab.clock.advance(40)
        assert [await lab.names(r) for r in (DEPLOYMENTS, REPLICASETS, PODS)] == [[], [], []]


async def test_orphaned_pods_stay_and_are_adopted_by_the_next_owner() -> None:
    async with Workloads() as lab:
        await lab.deploy(replicas=2)
        pods = {meta.uid(p) for p in await lab.pods()}
        for resource in (DEPLOYMENTS, REPLICASETS):
            for name in await lab.names(resource):
                await lab.client.delete(resource, name, "default", propagation="Orphan")
            await lab.clock.advance(1)
        assert {meta.uid(p) for p in await lab.pods()} == pods
        assert all(not meta.owners(p) for p in await lab.pods())
