"""What was answered is on disk: a lab that is killed at any moment comes back with all of it."""

import asyncio
import os
import random
import resource
import sqlite3
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import aiohttp
import orjson
import pytest

from tests.conftest import free_base_port
from tests.engine.lab_process import LabProcess, karmada_nb

pytestmark = pytest.mark.slow

ROUNDS = int(os.environ.get("KARMADA_NB_KILLS", "3"))
CONFIG_MAPS = "/api/v1/namespaces/default/configmaps"
DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabProcess]:
    made = LabProcess(tmp_path_factory.mktemp("durable") / "lab", free_base_port())
    made.up("--members", "2", "--nodes", "1")
    yield made
    made.kill()


def config_map(name: str, value: int) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": {"n": str(value)}}


def deployment(name: str, replicas: int) -> dict[str, Any]:
    template = {
        "metadata": {"labels": {"app": name}},
        "spec": {"containers": [{"name": "c", "image": "nginx"}]},
    }
    selector = {"matchLabels": {"app": name}}
    spec = {"replicas": replicas, "selector": selector, "template": template}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name}, "spec": spec}


class Writer:
    """A client that writes as fast as it can, and remembers what it was told."""

    def __init__(self, number: int, session: aiohttp.ClientSession) -> None:
        self.number = number
        self.session = session
        self.present: dict[str, tuple[int, int]] = {}
        """By name: the value last acknowledged, and its revision."""
        self.absent: set[str] = set()
        self.uncertain: set[str] = set()
        """Asked for when the connection broke: nobody knows."""
        self.last = 0

    async def run(self, rng: random.Random, begun: int) -> None:
        step = begun
        while True:
            step += 1
            name = f"w{self.number}-{rng.randrange(30)}"
            try:
                await self._write(name, step, rng)
            except (aiohttp.ClientError, ConnectionError, TimeoutError):
                self.uncertain.add(name)
                return

    async def _write(self, name: str, step: int, rng: random.Random) -> None:
        known = name in self.present
        if known and rng.random() < 0.2:
            async with self.session.delete(f"{CONFIG_MAPS}/{name}") as response:
                await response.read()
                assert response.status == 200
            del self.present[name]
            self.absent.add(name)
            return
        method, path = ("PUT", f"{CONFIG_MAPS}/{name}") if known else ("POST", CONFIG_MAPS)
        async with self.session.request(method, path, json=config_map(name, step)) as response:
            answer = orjson.loads(await response.read())
            assert response.status in (200, 201), answer
        revision = int(answer["metadata"]["resourceVersion"])
        assert revision > self.last
        self.last = revision
        self.present[name] = (step, revision)
        self.absent.discard(name)


async def items(session: aiohttp.ClientSession, path: str) -> tuple[dict[str, Any], int]:
    async with session.get(path) as response:
        listed = orjson.loads(await response.read())
    return {o["metadata"]["name"]: o for o in listed["items"]}, int(listed["metadata"]["resourceVersion"])


async def events(
    session: aiohttp.ClientSession, path: str, revision: int
) -> AsyncIterator[tuple[str, dict[str, Any]]]:
    """What a watch from a revision tells, until its connection ends."""
    more = f"{path}?watch=1&timeoutSeconds=5&resourceVersion={revision}"
    async with session.get(more) as response:
        async for line in response.content:
            event = orjson.loads(line)
            yield event["type"], event["object"]


async def watched(session: aiohttp.ClientSession, seen: list[int]) -> None:
    """Follow all changes for as long as the server lives."""
    _, revision = await items(session, CONFIG_MAPS)
    try:
        async for kind, obj in events(session, CONFIG_MAPS, revision):
            assert kind in ("ADDED", "MODIFIED", "DELETED"), obj
            seen.append(int(obj["metadata"]["resourceVersion"]))
    except (aiohttp.ClientError, ConnectionError):
        return


async def ready(session: aiohttp.ClientSession, name: str, replicas: int) -> None:
    while True:
        async with session.get(f"{DEPLOYMENTS}/{name}") as response:
            found = orjson.loads(await response.read())
        if found.get("status", {}).get("readyReplicas") == replicas:
            return
        await asyncio.sleep(0.02)


async def test_killed_while_clients_write_nothing_acknowledged_is_lost(lab: LabProcess) -> None:
    rng = random.Random(7)
    writers: list[Writer] = []
    highest = 0
    for round_ in range(ROUNDS):
        async with lab.session(lab.kubeconfig(1)) as session:
            seen: list[int] = []
            if not writers:
                writers = [Writer(number, session) for number in range(4)]
            for writer in writers:
                writer.session = session
            name, replicas = f"d{round_}", 2 + round_
            async with session.post(DEPLOYMENTS, json=deployment(name, 1)) as response:
                assert response.status == 201
            tasks = [asyncio.create_task(w.run(rng, 1000 * round_)) for w in writers]
            watch = asyncio.create_task(watched(session, seen))
            await asyncio.sleep(rng.uniform(0.05, 0.5))
            change = {"spec": {"replicas": replicas}}
            media = {"Content-Type": "application/merge-patch+json"}
            async with session.patch(
                f"{DEPLOYMENTS}/{name}", data=orjson.dumps(change), headers=media
            ) as got:
                assert got.status == 200
            lab.kill()
            await asyncio.gather(*tasks, watch)
        assert seen == sorted(set(seen))
        highest = max([highest, *seen, *(w.last for w in writers)])
        lab.up()
        async with lab.session(lab.kubeconfig(1)) as session:
            found, revision = await items(session, CONFIG_MAPS)
            assert revision >= highest
            for writer in writers:
                _check(writer, found)
            await asyncio.wait_for(ready(session, name, replicas), 20)
            await _resumes_or_is_told_to_start_over(session, highest)


def _check(writer: Writer, found: dict[str, Any]) -> None:
    for name, (value, revision) in writer.present.items():
        if name in writer.uncertain:
            continue
        assert name in found, f"{name} was acknowledged with {value} at {revision}, and is gone"
        assert found[name]["data"]["n"] == str(value)
        assert found[name]["metadata"]["resourceVersion"] == str(revision)
    for name in writer.absent - writer.uncertain:
        assert name not in found, f"the deletion of {name} was acknowledged"
    for name in writer.uncertain:
        writer.absent.discard(name)
        writer.present.pop(name, None)
        if name in found:
            meta = found[name]
            writer.present[name] = (int(meta["data"]["n"]), int(meta["metadata"]["resourceVersion"]))
    writer.uncertain.clear()


async def _resumes_or_is_told_to_start_over(session: aiohttp.ClientSession, revision: int) -> None:
    """A watch from before the kill goes on without a gap, or gets the 410 on which clients list again."""
    async for kind, obj in events(session, CONFIG_MAPS, revision):
        assert (kind, obj.get("code")) == ("ERROR", 410)
        assert "too old resource version" in obj["message"]
        return


async def test_kubeconfigs_and_the_control_plane_outlive_a_kill(lab: LabProcess) -> None:
    before = {path.name: path.read_bytes() for path in lab.folder.path.glob("*.config")}
    before |= {path.name: path.read_bytes() for path in lab.folder.path.glob("*.kubeconfig")}
    lab.kill()
    lab.up()
    assert {name: (lab.folder.path / name).read_bytes() for name in before} == before
    async with lab.session(lab.folder.karmada_config) as session:
        clusters, _ = await items(session, "/apis/cluster.karmada.io/v1alpha1/clusters")
        assert sorted(clusters) == ["k3d-cluster-1", "k3d-cluster-2"]


async def test_killed_between_policy_and_pods_the_application_still_arrives(lab: LabProcess) -> None:
    policy = {
        "apiVersion": "policy.karmada.io/v1alpha1",
        "kind": "PropagationPolicy",
        "metadata": {"name": "p", "namespace": "default"},
        "spec": {
            "resourceSelectors": [{"apiVersion": "apps/v1", "kind": "Deployment", "name": "spread"}],
            "placement": {
                "clusterAffinity": {"clusterNames": ["k3d-cluster-1", "k3d-cluster-2"]},
                "replicaScheduling": {"replicaSchedulingType": "Duplicated"},
            },
        },
    }
    policies = "/apis/policy.karmada.io/v1alpha1/namespaces/default/propagationpolicies"
    async with lab.session(lab.folder.karmada_config) as session:
        for path, obj in ((DEPLOYMENTS, deployment("spread", 2)), (policies, policy)):
            async with session.post(path, json=obj) as response:
                assert response.status == 201, await response.text()
        lab.kill()
    lab.up()
    for index in (1, 2):
        async with lab.session(lab.kubeconfig(index)) as session:
            await asyncio.wait_for(ready(session, "spread", 2), 20)


def test_killed_while_it_starts(lab: LabProcess) -> None:
    """Whatever the moment, the next start makes the lab whole."""
    import subprocess
    import sys
    import time

    for seconds in (0.15, 0.4, 0.8):
        lab.down()
        command = [sys.executable, "-m", "karmada_nb", "up", "--state-dir", str(lab.folder.path)]
        starting = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(seconds)
        lab.kill()
        starting.wait()
        lab.kill()
    lab.up()
    said = karmada_nb("status", "--state-dir", str(lab.folder.path)).stdout
    assert "is ready" in said


def test_a_torn_write_ahead_log_costs_only_what_was_never_acknowledged(lab: LabProcess) -> None:
    lab.kill()
    path = lab.folder.database("k3d-cluster-1")
    log = path.with_name(path.name + "-wal")
    if log.exists() and log.stat().st_size > 100:
        with log.open("r+b") as file:
            file.truncate(log.stat().st_size - 57)
    lab.up()
    assert "is ready" in karmada_nb("status", "--state-dir", str(lab.folder.path)).stdout


def test_data_of_a_newer_release_is_refused_with_what_to_do(lab: LabProcess, tmp_path: Path) -> None:
    lab.down()
    path = lab.folder.database("k3d-cluster-1")
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE meta SET value = 99 WHERE key = 'format'")
    done = karmada_nb("up", "--state-dir", str(lab.folder.path), check=False)
    assert done.returncode == 1
    assert "k3d-cluster-1.db has format 99; this release reads up to 1" in done.stderr
    assert "another --state-dir" in done.stderr
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE meta SET value = 1 WHERE key = 'format'")
    lab.up()


def test_the_clock_of_the_host_jumping_back_does_not_turn_time_back(monkeypatch: pytest.MonkeyPatch) -> None:
    from datetime import UTC, datetime, timedelta

    from karmada_nb.engine.runtime import clock

    class Jumping(datetime):
        offset = timedelta()

        @classmethod
        def now(cls, tz: Any = None) -> datetime:
            return datetime(2026, 1, 1, tzinfo=UTC) + cls.offset

    monkeypatch.setattr(clock, "datetime", Jumping)
    system = clock.SystemClock()
    first = system.now()
    Jumping.offset = timedelta(hours=-5)
    assert system.now() == first
    Jumping.offset = timedelta(seconds=1)
    assert system.now() == first + timedelta(seconds=1)


async def test_a_full_disk_refuses_writes_and_reads_go_on(lab: LabProcess) -> None:
    """No file may grow beyond a page: to the engine that is a disk without space."""
    lab.up()
    pid = lab.folder.running()
    assert pid
    before = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    async with lab.session(lab.kubeconfig(2)) as session:
        async with session.post(CONFIG_MAPS, json=config_map("kept", 1)) as response:
            assert response.status == 201
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (4096, before[1]))
        try:
            async with session.post(CONFIG_MAPS, json=config_map("doubtful", 1)) as response:
                answer = orjson.loads(await response.read())
                assert (response.status, answer["reason"]) == (507, "InsufficientStorage")
                assert "cannot write" in answer["message"]
            async with session.post(CONFIG_MAPS, json=config_map("refused", 1)) as response:
                assert response.status == 507
            found, _ = await items(session, CONFIG_MAPS)
            assert "kept" in found
            assert "refused" not in found
        finally:
            resource.prlimit(pid, resource.RLIMIT_FSIZE, before)
        async with asyncio.timeout(20):
            while True:
                async with session.post(CONFIG_MAPS, json=config_map("after", 1)) as response:
                    if response.status == 201:
                        break
                await asyncio.sleep(0.1)
    lab.kill()
    lab.up()
    async with lab.session(lab.kubeconfig(2)) as session:
        found, _ = await items(session, CONFIG_MAPS)
        assert {"kept", "after"} <= found.keys()
    assert "Traceback" not in lab.folder.log.read_text()
