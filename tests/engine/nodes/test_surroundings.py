"""What a container finds: hosts, resolver, users, a root that may be read only."""

from karmada_nb.engine.runtime.client import Resource
from tests.engine.nodes.lab import NODES, Lab, state


async def test_hosts_and_resolver_are_written_by_the_node() -> None:
    async with Lab() as lab:
        pod = await lab.sleeper(
            hostname="web",
            subdomain="site",
            hostAliases=[{"ip": "10.1.2.3", "hostnames": ["foo.local", "bar.local"]}],
            dnsConfig={"searches": ["corp.example"], "options": [{"name": "ndots", "value": "2"}]},
        )
        ip = pod["status"]["podIP"]
        hosts = (await lab.exec("box", "cat", "/etc/hosts"))[1]
        assert hosts.startswith("# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n::1\tlocalhost")
        assert f"{ip}\tweb.site.default.svc.cluster.local\tweb\n" in hosts
        full = "web.site.default.svc.cluster.local"
        assert (await lab.exec("box", "hostname", "-f"))[1] == f"{full}\n"
        refused = f"nc: can't connect to remote host ({full}): Connection refused\n"
        assert await lab.exec("box", "nc", "-z", full, "1") == (1, "", refused)
        assert hosts.endswith("\n# Entries added by HostAliases.\n10.1.2.3\tfoo.local\tbar.local\n")
        assert (await lab.exec("box", "cat", "/etc/resolv.conf"))[1] == (
            "search default.svc.cluster.local svc.cluster.local cluster.local corp.example\n"
            "nameserver 10.43.0.10\noptions ndots:2\n"
        )
        own = {"nameservers": ["1.1.1.1"], "searches": ["resolv.conf.local"]}
        await lab.sleeper("own", dnsPolicy="None", dnsConfig=own)
        assert (await lab.exec("own", "cat", "/etc/resolv.conf"))[1] == (
            "search resolv.conf.local\nnameserver 1.1.1.1\n"
        )


async def test_users_groups_and_a_root_that_is_read_only() -> None:
    async with Lab() as lab:
        context = {"runAsUser": 1001, "runAsGroup": 2002, "fsGroup": 3003, "supplementalGroups": [4004]}
        await lab.sleeper(securityContext=context)
        assert (await lab.exec("box", "id"))[1] == "uid=1001 gid=2002 groups=2002,4004,3003\n"
        assert await lab.exec("box", "whoami") == (1, "", "whoami: unknown uid 1001\n")
        locked = {"name": "main", "image": "busybox", "securityContext": {"readOnlyRootFilesystem": True}}
        script = "echo x > /file; echo done > /dev/termination-log"
        pod = await lab.run(
            "locked",
            restartPolicy="Never",
            containers=[{**locked, "command": ["/bin/sh", "-c", script]}],
        )
        assert await lab.logs("locked") == "/bin/sh: can't create /file: Read-only file system\n"
        assert state(pod)["terminated"]["message"] == "done\n"


async def test_root_is_refused_where_nobody_may_be_root() -> None:
    async with Lab() as lab:
        pod = await lab.run("rooted", image="busybox", securityContext={"runAsNonRoot": True})
        waiting = state(pod)["waiting"]
        assert waiting["reason"] == "CreateContainerConfigError"
        place = f"rooted_default({pod['metadata']['uid']})"
        assert waiting["message"] == (
            f'container has runAsNonRoot and image will run as root (pod: "{place}", container: main)'
        )


async def test_a_runtime_that_the_node_does_not_have() -> None:
    async with Lab() as lab:
        made = {"metadata": {"name": "kata"}, "handler": "kata"}
        await lab.client.create(Resource("node.k8s.io", "v1", "runtimeclasses"), made)
        pod = await lab.sleeper(runtimeClassName="kata")
        assert state(pod)["waiting"]["reason"] == "ContainerCreating"
        text = (
            "Failed to create pod sandbox: rpc error: code = Unknown desc = "
            'failed to get sandbox runtime: no runtime for "kata" is configured'
        )
        assert ("Warning", "FailedCreatePodSandBox", text) in await lab.events("box")


async def test_ports_of_the_host_by_address() -> None:
    async with Lab() as lab:
        node = {"nodeName": "k3d-cluster-1-server-0"}
        ip = (await lab.sleeper("inside", hostNetwork=True, **node))["status"]["hostIP"]
        serve = {"image": "registry.k8s.io/e2e-test-images/agnhost:2.47", "args": ["netexec"], **node}
        for name, address in (("looped", "127.0.0.1"), ("open", ip)):
            port = {"containerPort": 8080, "hostPort": 54321, "hostIP": address}
            assert (await lab.run(name, ports=[port], **serve))["status"]["phase"] == "Running"
        for name, address in (("looped", "127.0.0.1"), ("open", ip)):
            assert (await lab.exec("inside", "curl", "-s", f"{address}:54321/hostname"))[1] == name


async def test_a_resource_that_somebody_adds_to_a_node_can_be_asked_for() -> None:
    async with Lab() as lab:
        change = {"status": {"capacity": {"example.com/dongle": "2"}}}
        name = "k3d-cluster-1-server-0"
        await lab.client.patch(NODES, name, change, subresource="status")
        await lab.clock.advance(11)
        status = (await lab.client.get(NODES, name))["status"]
        assert status["allocatable"]["example.com/dongle"] == "2"
        assert status["capacity"]["cpu"] == "4"
        wants = {"resources": {"limits": {"example.com/dongle": "2"}}}
        assert (await lab.sleeper(**wants))["spec"]["nodeName"] == name
        assert (await lab.sleeper("more", **wants))["status"]["phase"] == "Pending"


async def test_a_program_of_roots_gains_its_rights_unless_that_is_forbidden() -> None:
    async with Lab() as lab:
        image = "registry.k8s.io/e2e-test-images/nonewprivs:1.3"
        for name, context, uid in (
            ("gains", {}, 0),
            ("stays", {"allowPrivilegeEscalation": False}, 1000),
        ):
            container = {"name": "main", "image": image, "securityContext": {"runAsUser": 1000, **context}}
            await lab.run(name, restartPolicy="Never", containers=[container])
            assert await lab.logs(name) == f"Effective uid: {uid}\n"
