"""Volumes as programs see them: contents, modes, parts, changes. The rules are those of pkg/volume."""

import base64

from karmada_nb.engine.runtime.client import Resource
from tests.engine.nodes.lab import PODS, Lab, state

CONFIG_MAPS = Resource("", "v1", "configmaps")
SECRETS = Resource("", "v1", "secrets")
AGNHOST = "registry.k8s.io/e2e-test-images/agnhost:2.47"


async def config(lab: Lab, **data: str) -> None:
    made = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "conf"}, "data": data}
    await lab.client.create(CONFIG_MAPS, made, "default")


def at(path: str, **more: object) -> dict[str, object]:
    return {"name": "v", "mountPath": path, **more}


async def test_modes_are_those_of_the_volume_the_item_or_the_group() -> None:
    async with Lab() as lab:
        await config(lab, a="1", b="2")
        items = [{"key": "a", "path": "deep/one", "mode": 0o400}, {"key": "b", "path": "two"}]
        source = {"configMap": {"name": "conf", "defaultMode": 0o444, "items": items}}
        await lab.sleeper(volumeMounts=[at("/v")], volumes=[{"name": "v", **source}])
        shown = "stat -c '%a %n' /v/deep/one /v/two; cat /v/deep/one; ls /v; echo x > /v/two"
        code, out, err = await lab.exec("box", "sh", "-c", shown)
        assert out == "400 /v/deep/one\n444 /v/two\n1deep\ntwo\n"
        assert (code, err) == (1, "sh: can't create /v/two: Read-only file system\n")
        await lab.sleeper(
            "grouped",
            securityContext={"fsGroup": 1001},
            volumeMounts=[at("/v")],
            volumes=[{"name": "v", "configMap": {"name": "conf", "defaultMode": 0o400}}],
        )
        assert (await lab.exec("grouped", "stat", "-c", "%a", "/v/a"))[1] == "440\n"


async def test_what_is_mounted_follows_changes_but_a_part_does_not() -> None:
    async with Lab() as lab:
        await config(lab, a="old")
        mounts = [at("/v"), at("/part", subPath="a")]
        volumes = [{"name": "v", "configMap": {"name": "conf"}}]
        await lab.sleeper(volumeMounts=mounts, volumes=volumes)
        found = await lab.client.get(CONFIG_MAPS, "conf", "default")
        await lab.client.update(CONFIG_MAPS, {**found, "data": {"a": "new"}})
        await lab.clock.advance(1)
        assert (await lab.exec("box", "cat", "/v/a", "/part"))[1] == "newold"


async def test_annotations_are_files_that_follow_the_pod_and_limits_default_to_the_node() -> None:
    async with Lab() as lab:
        items = [
            {"path": "notes", "fieldRef": {"fieldPath": "metadata.annotations"}},
            {"path": "cpu", "resourceFieldRef": {"containerName": "main", "resource": "limits.cpu"}},
            {"path": "ask", "resourceFieldRef": {"containerName": "main", "resource": "requests.cpu"}},
        ]
        await lab.sleeper(
            metadata={"annotations": {"b": "2", "a": 'say "1"'}},
            resources={"requests": {"cpu": "1250m"}},
            volumeMounts=[at("/v")],
            volumes=[{"name": "v", "downwardAPI": {"items": items}}],
        )
        # A node here has 4 CPUs; 1250m is 2 when it is rounded up.
        assert (await lab.exec("box", "sh", "-c", "cat /v/notes; echo; cat /v/cpu /v/ask"))[1] == (
            'a="say \\"1\\""\nb="2"\n42'
        )
        pod = await lab.pod("box")
        noted = {**pod["metadata"], "annotations": {"c": "3"}}
        await lab.client.update(PODS, {**pod, "metadata": noted})
        await lab.clock.advance(1)
        assert (await lab.exec("box", "cat", "/v/notes"))[1] == 'c="3"'


async def test_containers_share_an_empty_directory_and_parts_of_it() -> None:
    async with Lab() as lab:
        sleep = {"image": "busybox", "command": ["sleep", "1h"]}
        name = {"name": "POD_NAME", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}
        part = at("/mine", subPathExpr="$(POD_NAME)")
        await lab.run(
            "pair",
            containers=[
                {"name": "one", **sleep, "volumeMounts": [at("/all")]},
                {"name": "two", **sleep, "env": [name], "volumeMounts": [part, at("/ro", readOnly=True)]},
            ],
            volumes=[{"name": "v", "emptyDir": {"medium": "Memory"}}],
        )
        await lab.exec("pair", "sh", "-c", "mkdir /all/pair/d; echo x > /all/pair/d/f; echo y > /all/g")
        code, out, _ = await lab.exec("pair", "sh", "-c", "ls /all /all/pair; stat -c %a /all")
        assert (code, out) == (0, "g\npair\nd\n777\n")
        other = await lab.exec_in("pair", "two", "sh", "-c", "cat /mine/d/f /ro/g; echo z > /ro/h")
        assert other == (1, "x\ny\n", "sh: can't create /ro/h: Read-only file system\n")


async def test_what_is_missing_keeps_the_pod_waiting() -> None:
    async with Lab() as lab:
        await config(lab, a="1")
        wrong = {"name": "conf", "items": [{"key": "none", "path": "p"}]}
        await lab.sleeper("keyless", volumeMounts=[at("/v")], volumes=[{"name": "v", "configMap": wrong}])
        text = 'MountVolume.SetUp failed for volume "v" : configmap references non-existent config key: none'
        assert ("Warning", "FailedMount", text) in await lab.events("keyless")
        await lab.sleeper(
            "lost",
            env=[{"name": "X", "value": ".."}],
            volumeMounts=[at("/v", subPathExpr="$(X)")],
            volumes=[{"name": "v", "emptyDir": {}}],
        )
        waiting = state(await lab.pod("lost"))["waiting"]
        assert waiting["reason"] == "CreateContainerConfigError"
        assert waiting["message"] == "unable to provision SubPath `..`: must not contain '..'"


async def test_a_secret_among_other_sources() -> None:
    async with Lab() as lab:
        await config(lab, a="1")
        secret = {"metadata": {"name": "s"}, "data": {"k": base64.b64encode(b"hidden").decode()}}
        await lab.client.create(SECRETS, {"apiVersion": "v1", "kind": "Secret", **secret}, "default")
        hidden = {"name": "s", "items": [{"key": "k", "path": "x/k"}]}
        sources = [{"configMap": {"name": "conf"}}, {"secret": hidden}]
        run = ["mounttest", "--file_content=/v/x/k", "--file_mode=/v/a"]
        await lab.run(
            "once",
            image=AGNHOST,
            args=run,
            restartPolicy="Never",
            volumeMounts=[at("/v")],
            volumes=[{"name": "v", "projected": {"sources": sources, "defaultMode": 0o440}}],
        )
        assert await lab.logs("once") == (
            'mode of file "/v/a": -r--r-----\ncontent of file "/v/x/k": hidden\n'
        )


async def test_pods_of_a_node_share_its_disk() -> None:
    async with Lab() as lab:
        shown = {"volumeMounts": [at("/host")], "nodeName": "k3d-cluster-1-server-0"}
        folder = [{"name": "v", "hostPath": {"path": "/data/x", "type": "DirectoryOrCreate"}}]
        await lab.sleeper("one", **shown, volumes=folder)
        await lab.exec("one", "sh", "-c", "echo here > /host/f")
        await lab.sleeper("two", **shown, volumes=[{"name": "v", "hostPath": {"path": "/data"}}])
        assert (await lab.exec("two", "cat", "/host/x/f"))[1] == "here\n"
        await lab.sleeper("hosts", **shown, volumes=[{"name": "v", "hostPath": {"path": "/etc/hosts"}}])
        assert "localhost" in (await lab.exec("hosts", "cat", "/host"))[1]
        wrong = [{"name": "v", "hostPath": {"path": "/data", "type": "File"}}]
        await lab.sleeper("wrong", **shown, volumes=wrong)
        text = 'MountVolume.SetUp failed for volume "v" : hostPath type check failed: /data is not a file'
        assert ("Warning", "FailedMount", text) in await lab.events("wrong")
