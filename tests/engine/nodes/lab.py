"""A cluster with two nodes on virtual time, without HTTP."""

from functools import lru_cache
from typing import Any

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.auth.jwt import Signer
from karmada_nb.engine.cluster import Cluster, Settings
from karmada_nb.engine.meta import Object
from karmada_nb.engine.nodes import Nodes
from karmada_nb.engine.nodes.runtime import LogOptions, Streams
from karmada_nb.engine.pki import SigningKey
from karmada_nb.engine.runtime.client import Resource
from karmada_nb.engine.runtime.clock import VirtualClock
from karmada_nb.engine.runtime.events import FLUSH_SECONDS

PODS = Resource("", "v1", "pods")
EVENTS = Resource("", "v1", "events")
NODES = Resource("", "v1", "nodes")


@lru_cache(maxsize=1)
def _signer() -> Signer:
    return Signer(SigningKey())


class Lab:
    """``async with Lab() as lab``: the nodes are registered."""

    def __init__(
        self, nodes: int = 2, version: str = "v1.36.2+k3s1", *, without: tuple[str, ...] = ("ServiceAccount",)
    ) -> None:
        self.clock = VirtualClock()
        settings = Settings("k3d-cluster-1", version, disabled_plugins=frozenset(without))
        self.cluster = Cluster(settings, self.clock, _signer(), "")
        names = ["k3d-cluster-1-server-0", *(f"k3d-cluster-1-agent-{i}" for i in range(nodes - 1))]
        self.nodes = Nodes(self.cluster, names)
        self.client = self.cluster.client_as("test", "test")

    async def __aenter__(self) -> "Lab":
        self.cluster.start()
        self.nodes.start()
        await self.clock.advance(1)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.nodes.stop()
        await self.cluster.stop()

    async def run(self, name: str, *, seconds: float = 0.5, **spec: Any) -> Object:
        """Create a pod of one container unless ``containers`` says otherwise; the pod after ``seconds``."""
        metadata = {"name": name, "namespace": "default", **spec.pop("metadata", {})}
        if "containers" not in spec:
            keys = ("command", "args", "env", "envFrom", "ports", "resources", "volumeMounts", "lifecycle")
            probes = ("readinessProbe", "livenessProbe", "startupProbe")
            own = {key: spec.pop(key) for key in (*keys, *probes) if key in spec}
            spec["containers"] = [{"name": "main", "image": spec.pop("image", "curlimages/curl"), **own}]
        pod = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}
        await self.client.create(PODS, pod, "default")
        await self.clock.advance(seconds)
        return await self.pod(name)

    async def sleeper(self, name: str = "box", **spec: Any) -> Object:
        return await self.run(name, command=["sleep", "365d"], **spec)

    async def pod(self, name: str) -> Object:
        return await self.client.get(PODS, name, "default")

    async def gone(self, name: str) -> bool:
        return all(meta.name(p) != name for p in (await self.client.list(PODS, "default")).items)

    async def events(self, name: str) -> list[tuple[str, str, str]]:
        """Type, reason and message of what was told about an object, in order."""
        await self.clock.advance(FLUSH_SECONDS)
        found = (await self.client.list(EVENTS, "default")).items
        mine = [e for e in found if e["involvedObject"]["name"] == name]
        mine.sort(key=lambda e: int(e["metadata"]["resourceVersion"]))
        return [(e["type"], e["reason"], e["message"]) for e in mine]

    async def exec(self, pod: str, *command: str) -> tuple[int, str, str]:
        return await self.exec_in(pod, "", *command)

    async def exec_in(self, pod: str, container: str, *command: str) -> tuple[int, str, str]:
        out: list[bytes] = []
        err: list[bytes] = []

        async def stdout(data: bytes) -> None:
            out.append(data)

        async def stderr(data: bytes) -> None:
            err.append(data)

        streams = Streams(stdout, stderr)
        code = await self.nodes.runtime.exec("default", pod, container, list(command), streams)
        return code, b"".join(out).decode(), b"".join(err).decode()

    async def logs(self, pod: str, container: str = "", **options: Any) -> str:
        chosen = LogOptions(**options)
        lines = [x async for x in self.nodes.runtime.logs("default", pod, container, chosen)]
        return b"".join(lines).decode()


def state(pod: Object, index: int = 0) -> Object:
    """The state of a container."""
    return dict(pod["status"]["containerStatuses"][index]["state"])


def ready(pod: Object) -> bool:
    return (meta.condition(pod, "Ready") or {}).get("status") == "True"
