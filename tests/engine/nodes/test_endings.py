"""Pods that are over, and servers that are ill behind redirects."""

from tests.engine.nodes.lab import PODS, Lab, ready, state


async def test_a_pod_is_over_when_its_time_is() -> None:
    async with Lab() as lab:
        pod = await lab.sleeper(activeDeadlineSeconds=30)
        assert pod["status"]["phase"] == "Running"
        await lab.clock.advance(31)
        pod = await lab.pod("box")
        text = "Pod was active on the node longer than the specified deadline"
        assert {k: pod["status"][k] for k in ("phase", "reason", "message")} == {
            "phase": "Failed",
            "reason": "DeadlineExceeded",
            "message": text,
        }
        assert state(pod)["terminated"]["exitCode"] == 137
        assert ("Normal", "DeadlineExceeded", text) in await lab.events("box")


async def test_a_pod_that_somebody_declares_failed_stays_so_and_stops() -> None:
    async with Lab() as lab:
        pod = await lab.sleeper()
        failed = {**pod, "status": {**pod["status"], "phase": "Failed"}}
        await lab.client.update(PODS, failed, "status")
        await lab.clock.advance(60)
        pod = await lab.pod("box")
        assert pod["status"]["phase"] == "Failed"
        assert state(pod)["terminated"]["exitCode"] == 137
        assert not ready(pod)


async def test_probes_follow_redirects_on_the_same_host_only() -> None:
    async with Lab() as lab:
        image = {"image": "registry.k8s.io/e2e-test-images/agnhost:2.47", "args": ["liveness"]}
        probe = {"periodSeconds": 5, "failureThreshold": 1}
        local = {**probe, "httpGet": {"path": "/redirect?loc=%2Fhealthz", "port": 8080}}
        away = {**probe, "httpGet": {"path": "/redirect?loc=http%3A%2F%2Fexample.com%2F", "port": 8080}}
        await lab.run("local", livenessProbe=local, **image)
        await lab.run("away", livenessProbe=away, **image)
        await lab.clock.advance(30)
        # The server is ill from its eleventh second on; nobody hears of that on the other host.
        assert (await lab.pod("local"))["status"]["containerStatuses"][0]["restartCount"] > 0
        assert (await lab.pod("away"))["status"]["containerStatuses"][0]["restartCount"] == 0
        warning = "Liveness probe warning: Probe terminated redirects, Response body: "
        warning += '<a href="http://example.com/">Found</a>.\n\n'
        assert ("Warning", "ProbeWarning", warning) in await lab.events("away")
