"""What a container finds: hosts, resolver, users, a root that may be read only."""

from tests.engine.nodes.lab import Lab, state


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
