import pytest

from karmada_nb.engine import meta
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.meta import Key
from karmada_nb.engine.nodes.kubelet import lifecycle
from karmada_nb.engine.nodes.kubelet.adopt import adopted
from karmada_nb.engine.runtime.client import Resource
from tests.engine.nodes.lab import Lab, ready, state

ARTICLE = "pipy().listen(8080).serveHTTP(() => new Message(os.env['HOSTNAME'] +'\n'))"


async def test_a_pod_is_scheduled_and_ready_without_waiting() -> None:
    async with Lab() as lab:
        pod = await lab.sleeper(seconds=0)
        assert pod["status"]["phase"] == "Running"
        assert ready(pod)
        assert pod["status"]["podIP"].startswith("10.42.")
        assert [c["type"] for c in pod["status"]["conditions"]] == [
            "PodReadyToStartContainers",
            "Initialized",
            "Ready",
            "ContainersReady",
            "PodScheduled",
        ]
        told = [reason for _, reason, _ in await lab.events("box")]
        assert told == ["Scheduled", "Pulling", "Pulled", "Created", "Started"]


async def test_the_kubelet_writes_a_simple_pod_once() -> None:
    async with Lab() as lab:
        versions: list[object] = []
        lab.cluster.informers("", "v1", "pods").add_handler(lambda event: versions.append(event.new))
        await lab.sleeper()
        assert len(versions) == 3, "created, bound, running"


@pytest.mark.parametrize(
    ("command", "phase", "code", "reason"),
    [("true", "Succeeded", 0, "Completed"), ("false", "Failed", 1, "Error")],
)
async def test_a_pod_that_is_not_restarted_ends(command: str, phase: str, code: int, reason: str) -> None:
    async with Lab() as lab:
        pod = await lab.run("once", command=[command], restartPolicy="Never")
        assert pod["status"]["phase"] == phase
        ended = state(pod)["terminated"]
        assert (ended["exitCode"], ended["reason"]) == (code, reason)
        assert not ready(pod)


async def test_a_failing_container_backs_off_for_ten_seconds_then_twenty() -> None:
    async with Lab() as lab:
        pod = await lab.run("bad", command=["sh", "-c", "echo oops; exit 7"])
        status = pod["status"]["containerStatuses"][0]
        assert status["restartCount"] == 1, "the first restart is free"
        waiting = state(pod)["waiting"]
        assert waiting["reason"] == "CrashLoopBackOff"
        assert waiting["message"].startswith("back-off 10s restarting failed container=main pod=bad_default(")
        assert status["lastState"]["terminated"]["exitCode"] == 7
        await lab.clock.advance(10)
        pod = await lab.pod("bad")
        assert pod["status"]["containerStatuses"][0]["restartCount"] == 2
        assert state(pod)["waiting"]["message"].startswith("back-off 20s")
        assert pod["status"]["phase"] == "Running"
        assert ("Warning", "BackOff") in [event[:2] for event in await lab.events("bad")]
        assert await lab.logs("bad") == "oops\n"
        assert await lab.logs("bad", previous=True) == "oops\n"


async def test_back_off_ends_at_five_minutes() -> None:
    async with Lab() as lab:
        await lab.run("bad", command=["false"])
        await lab.clock.advance(10 + 20 + 40 + 80 + 160 + 1)
        assert state(await lab.pod("bad"))["waiting"]["message"].startswith("back-off 5m0s")


async def test_a_pipy_script_with_an_error_crash_loops() -> None:
    async with Lab() as lab:
        pod = await lab.run("pipy", image="flomesh/pipy", command=["pipy"], args=["-e", "pipy().listen("])
        assert state(pod)["waiting"]["reason"] == "CrashLoopBackOff"
        assert "Syntax error" in await lab.logs("pipy")


async def test_a_command_that_the_image_lacks_is_a_start_error() -> None:
    async with Lab() as lab:
        pod = await lab.run("none", image="busybox", command=["nope"], restartPolicy="Never")
        ended = state(pod)["terminated"]
        assert (ended["exitCode"], ended["reason"]) == (128, "StartError")
        assert 'exec: "nope": executable file not found in $PATH' in ended["message"]


async def test_an_image_that_cannot_be_pulled() -> None:
    async with Lab() as lab:
        pod = await lab.run("broken", image="invalid/app:v1", seconds=0)
        assert pod["status"]["phase"] == "Pending"
        assert state(pod)["waiting"]["reason"] == "ErrImagePull"
        await lab.clock.advance(3)
        pod = await lab.pod("broken")
        assert state(pod)["waiting"]["reason"] == "ImagePullBackOff"
        told = {(kind, reason) for kind, reason, _ in await lab.events("broken")}
        assert {("Normal", "Pulling"), ("Warning", "Failed"), ("Normal", "BackOff")} <= told
        with pytest.raises(StatusError, match="is waiting to start: trying and failing to pull image"):
            await lab.logs("broken")


async def test_a_switch_makes_images_unpullable_and_back() -> None:
    async with Lab() as lab:
        lab.nodes.faults.unpullable("flomesh/*")
        pod = await lab.run("pipy", image="flomesh/pipy")
        assert state(pod)["waiting"]["reason"] == "ErrImagePull"
        lab.nodes.faults.clear()
        await lab.clock.advance(12)
        assert ready(await lab.pod("pipy"))


async def test_a_switch_makes_running_pods_crash_and_recover() -> None:
    async with Lab() as lab:
        assert ready(await lab.sleeper())
        lab.nodes.faults.crash_loop("default/bo*")
        await lab.clock.advance(1)
        pod = await lab.pod("box")
        assert state(pod)["waiting"]["reason"] == "CrashLoopBackOff"
        assert not ready(pod)
        lab.nodes.faults.clear()
        await lab.clock.advance(11)
        assert ready(await lab.pod("box"))


async def test_a_sidecar_runs_beside_and_ends_after_the_main_container() -> None:
    async with Lab() as lab:
        sidecar = {"name": "side", "image": "busybox", "command": ["sleep", "1h"], "restartPolicy": "Always"}
        pod = await lab.run(
            "job",
            restartPolicy="Never",
            initContainers=[sidecar],
            containers=[{"name": "main", "image": "busybox", "command": ["sleep", "5"]}],
        )
        assert ready(pod)
        await lab.clock.advance(6)
        pod = await lab.pod("job")
        assert pod["status"]["phase"] == "Succeeded"
        assert "terminated" in pod["status"]["initContainerStatuses"][0]["state"]


def test_a_node_that_comes_back_goes_on_where_the_status_says() -> None:
    done = {"terminated": {"exitCode": 0, "reason": "Completed", "finishedAt": "2026-01-01T00:00:00Z"}}
    pod = {
        "metadata": {"name": "p", "namespace": "default"},
        "spec": {"initContainers": [{"name": "i"}], "containers": [{"name": "c"}]},
        "status": {
            "initContainerStatuses": [{"name": "i", "state": done, "restartCount": 0}],
            "containerStatuses": [
                {"name": "c", "state": {"running": {}}, "restartCount": 3, "imageID": "x@sha256:1"}
            ],
        },
    }
    states = adopted(pod)
    assert states["i"].succeeded
    plan = lifecycle.plan(pod, states, now=0.0)
    assert [c["name"] for c in plan.start] == ["c"]
    assert (states["c"].restarts, states["c"].pulled) == (3, True)


async def test_a_slow_start_is_container_creating_for_a_while() -> None:
    async with Lab() as lab:
        lab.nodes.faults.slow_start(30)
        pod = await lab.sleeper()
        assert not ready(pod)
        assert pod["status"]["phase"] == "Pending"
        await lab.clock.advance(30)
        assert ready(await lab.pod("box"))


async def test_init_containers_run_one_after_the_other_before_the_main_one() -> None:
    async with Lab() as lab:
        share = {"name": "data", "mountPath": "/data"}
        first = {
            "name": "one",
            "image": "busybox",
            "command": ["sh", "-c", "sleep 5; echo made > /data/file"],
        }
        pod = await lab.run(
            "staged",
            initContainers=[{**first, "volumeMounts": [share]}],
            containers=[
                {"name": "main", "image": "busybox", "command": ["sleep", "1h"], "volumeMounts": [share]}
            ],
            volumes=[{"name": "data", "emptyDir": {}}],
        )
        assert pod["status"]["phase"] == "Pending"
        assert state(pod)["waiting"]["reason"] == "PodInitializing"
        assert (meta.condition(pod, "Initialized") or {})["status"] == "False"
        await lab.clock.advance(5)
        pod = await lab.pod("staged")
        assert ready(pod)
        assert pod["status"]["initContainerStatuses"][0]["state"]["terminated"]["reason"] == "Completed"
        assert (await lab.exec("staged", "cat", "/data/file"))[1] == "made\n"


async def test_a_failed_init_container_of_a_pod_that_is_not_restarted_fails_it() -> None:
    async with Lab() as lab:
        pod = await lab.run(
            "bad",
            restartPolicy="Never",
            initContainers=[{"name": "one", "image": "busybox", "command": ["false"]}],
            containers=[{"name": "main", "image": "busybox", "command": ["sleep", "1h"]}],
        )
        assert pod["status"]["phase"] == "Failed"


async def test_readiness_follows_the_probe() -> None:
    async with Lab() as lab:
        probe = {"exec": {"command": ["cat", "/tmp/ok"]}, "periodSeconds": 5, "failureThreshold": 1}
        pod = await lab.sleeper(readinessProbe=probe)
        assert pod["status"]["phase"] == "Running"
        assert not ready(pod)
        text = "Readiness probe failed: cat: can't open '/tmp/ok': No such file or directory\n"
        assert ("Warning", "Unhealthy", text) in await lab.events("box")
        await lab.exec("box", "touch", "/tmp/ok")
        await lab.clock.advance(5)
        assert ready(await lab.pod("box"))
        await lab.exec("box", "rm", "/tmp/ok")
        await lab.clock.advance(5)
        assert not ready(await lab.pod("box"))


async def test_http_and_tcp_probes_go_over_the_network() -> None:
    async with Lab() as lab:
        http = {"httpGet": {"path": "/", "port": "web"}}
        tcp = {"tcpSocket": {"port": 8080}}
        ports = [{"name": "web", "containerPort": 8080}]
        run = {"image": "flomesh/pipy", "command": ["pipy"], "ports": ports}
        good = await lab.run("good", args=["-e", ARTICLE], readinessProbe=http, livenessProbe=tcp, **run)
        assert ready(good)
        wrong = {"httpGet": {"path": "/", "port": 81}}
        bad = await lab.run("bad", args=["-e", ARTICLE], readinessProbe=wrong, **run)
        assert not ready(bad)
        ip = bad["status"]["podIP"]
        text = f'Readiness probe failed: Get "http://{ip}:81/": dial tcp {ip}:81: connect: connection refused'
        assert ("Warning", "Unhealthy", text) in await lab.events("bad")


async def test_a_failed_liveness_probe_restarts_the_container() -> None:
    async with Lab() as lab:
        probe = {"exec": {"command": ["false"]}, "periodSeconds": 1, "failureThreshold": 2}
        await lab.sleeper(livenessProbe=probe)
        await lab.clock.advance(1.5)
        pod = await lab.pod("box")
        status = pod["status"]["containerStatuses"][0]
        assert status["restartCount"] == 1
        assert status["lastState"]["terminated"]["exitCode"] == 137
        text = "Container main failed liveness probe, will be restarted"
        assert ("Normal", "Killing", text) in await lab.events("box")


async def test_other_probes_wait_for_the_startup_probe() -> None:
    async with Lab() as lab:
        startup = {"exec": {"command": ["cat", "/tmp/up"]}, "periodSeconds": 1, "failureThreshold": 30}
        liveness = {"exec": {"command": ["false"]}, "periodSeconds": 1, "failureThreshold": 1}
        pod = await lab.sleeper(startupProbe=startup, livenessProbe=liveness)
        assert pod["status"]["containerStatuses"][0]["started"] is False
        await lab.clock.advance(10)
        assert (await lab.pod("box"))["status"]["containerStatuses"][0]["restartCount"] == 0
        await lab.exec("box", "touch", "/tmp/up")
        await lab.clock.advance(2)
        assert (await lab.pod("box"))["status"]["containerStatuses"][0]["restartCount"] >= 1


async def test_deleting_a_pod_ends_it_at_once_and_frees_its_name() -> None:
    async with Lab() as lab:
        await lab.sleeper()
        await lab.client.delete(Resource("", "v1", "pods"), "box", "default")
        await lab.clock.settle()
        assert await lab.gone("box")
        assert ("Normal", "Killing", "Stopping container main") in await lab.events("box")
        assert ready(await lab.sleeper())


async def test_a_pre_stop_hook_has_the_grace_period() -> None:
    async with Lab() as lab:
        hook = {"preStop": {"exec": {"command": ["sleep", "10"]}}}
        await lab.sleeper(lifecycle=hook)
        await lab.client.delete(Resource("", "v1", "pods"), "box", "default")
        await lab.clock.advance(9)
        assert not await lab.gone("box")
        await lab.clock.advance(2)
        assert await lab.gone("box")


async def test_environment_comes_from_everywhere() -> None:
    async with Lab() as lab:
        config = {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": "c"},
            "data": {"color": "red"},
        }
        await lab.client.create(Resource("", "v1", "configmaps"), config, "default")
        env = [
            {"name": "NAME", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
            {"name": "IP", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}},
            {"name": "CPU", "valueFrom": {"resourceFieldRef": {"resource": "limits.cpu", "divisor": "1m"}}},
            {"name": "BOTH", "value": "$(NAME)-$(color)-$(NOPE)-$$(NAME)"},
        ]
        pod = await lab.sleeper(
            env=env, envFrom=[{"configMapRef": {"name": "c"}}], resources={"limits": {"cpu": "250m"}}
        )
        _, out, _ = await lab.exec("box", "env")
        found = dict(line.split("=", 1) for line in out.splitlines())
        assert found["HOSTNAME"] == found["NAME"] == "box"
        assert found["IP"] == pod["status"]["podIP"]
        assert found["CPU"] == "250"
        assert found["BOTH"] == "box-red-$(NOPE)-$(NAME)"
        assert "KUBERNETES_SERVICE_HOST" in found


async def test_a_missing_config_map_holds_the_container_until_it_is_there() -> None:
    async with Lab() as lab:
        pod = await lab.sleeper(envFrom=[{"configMapRef": {"name": "c"}}])
        waiting = state(pod)["waiting"]
        assert (waiting["reason"], waiting["message"]) == (
            "CreateContainerConfigError",
            'configmap "c" not found',
        )
        config = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}, "data": {}}
        await lab.client.create(Resource("", "v1", "configmaps"), config, "default")
        await lab.clock.advance(3)
        assert ready(await lab.pod("box"))


async def test_a_mounted_config_map_follows_its_changes() -> None:
    async with Lab() as lab:
        maps = Resource("", "v1", "configmaps")
        config = {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": "c"},
            "data": {"a.txt": "one"},
        }
        await lab.client.create(maps, config, "default")
        await lab.sleeper(
            volumes=[{"name": "v", "configMap": {"name": "c"}}],
            volumeMounts=[{"name": "v", "mountPath": "/config"}],
        )
        assert (await lab.exec("box", "cat", "/config/a.txt"))[1] == "one"
        await lab.client.patch(maps, "c", {"data": {"a.txt": "two"}}, namespace="default")
        assert (await lab.exec("box", "cat", "/config/a.txt"))[1] == "two"
        assert (await lab.exec("box", "sh", "-c", "echo x > /config/b"))[0] == 1


async def test_nodes_register_and_renew_their_leases() -> None:
    async with Lab() as lab:
        nodes = (await lab.client.list(Resource("", "v1", "nodes"))).items
        assert [meta.name(n) for n in nodes] == ["k3d-cluster-1-agent-0", "k3d-cluster-1-server-0"]
        assert all(ready(n) for n in nodes)
        leases = lab.cluster.informers("coordination.k8s.io", "v1", "leases")
        key = Key("kube-node-lease", "k3d-cluster-1-server-0")
        before = (leases.get(key) or {})["spec"]["renewTime"]
        await lab.clock.advance(10)
        assert (leases.get(key) or {})["spec"]["renewTime"] > before
