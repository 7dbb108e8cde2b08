"""``PodRuntime`` on the workers of a cluster: exec, logs, attach, port-forward, proxy.

Follows pkg/kubelet/server/server.go and pkg/registry/core/pod/strategy.go for what is refused, and how.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping

from karmada_nb.engine import errors, golang, meta
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.network.network import Network
from karmada_nb.engine.network.services import port_of
from karmada_nb.engine.network.stream import Stream
from karmada_nb.engine.nodes.kubelet import lifecycle
from karmada_nb.engine.nodes.kubelet.run import Run
from karmada_nb.engine.nodes.kubelet.worker import Worker
from karmada_nb.engine.nodes.runtime import LogOptions, Streams
from karmada_nb.engine.runtime.informer import Informer

DEFAULT_CONTAINER = "kubectl.kubernetes.io/default-container"


class PodServer:
    """See ``PodRuntime``."""

    def __init__(self, pods: Informer, workers: Mapping[Key, Worker], network: Network) -> None:
        self._pods = pods
        self._workers = workers
        self._network = network

    async def exec(
        self, namespace: str, pod: str, container: str, command: list[str], streams: Streams
    ) -> int:
        """Raises ExecFailed, StatusError."""
        if not command:
            raise errors.bad_request("you must specify at least one command for the container")
        obj, run = self._running(namespace, pod, container, "exec into")
        found = self._container(obj, container)
        return await run.execute(command, streams, found.get("workingDir", ""))

    async def attach(self, namespace: str, pod: str, container: str, streams: Streams) -> int:
        return await self._running(namespace, pod, container, "attach to")[1].attach(streams)

    async def logs(
        self, namespace: str, pod: str, container: str, options: LogOptions
    ) -> AsyncIterator[bytes]:
        obj = self._find(namespace, pod)
        name = self._container(obj, container, chosen=True)["name"]
        worker = self._worker(obj)
        state = worker.states.get(name) if worker is not None else None
        run = None
        if worker is not None and state is not None:
            resting = not state.running and state.last is not None
            runs = worker.previous if options.previous and not resting else worker.runs
            run = runs.get(name)
        if run is None and options.previous:
            raise errors.bad_request(f'previous terminated container "{name}" in pod "{pod}" not found')
        if run is None:
            reason = state.reason if state is not None else "ContainerCreating"
            raise errors.bad_request(f'container "{name}" in pod "{pod}" is waiting to start: {_why(reason)}')
        async for line in run.log.read(options):
            yield line

    async def port_forward(self, namespace: str, pod: str, port: int) -> Stream:
        """Raises StatusError, ConnectionError."""
        obj = self._find(namespace, pod)
        worker = self._worker(obj)
        if worker is None or worker.host is None:
            raise errors.internal(f"pod {pod}_{namespace} is not running")
        return await worker.host.dial("localhost", port)

    async def dial_service(self, namespace: str, service: str, port: str) -> Stream:
        """Raises StatusError 404 and 503, ConnectionError."""
        found = self._network.balancer.service(namespace, service)
        if found is None:
            raise errors.not_found("", "services", service)
        if port:
            number: int | str = int(port) if golang.is_number(port) else port
        else:
            ports = meta.dig(found, "spec", "ports", default=[])
            number = ports[0]["port"] if len(ports) == 1 else ""
        if port_of(found, number) is None:
            raise errors.service_unavailable(f'no service port "{port}" found for service "{service}"')
        try:
            return await self._network.dial_service(found, number)
        except ConnectionRefusedError:
            place = f"{service}:{port}" if port else service
            if self._network.balancer.pick(found, port_of(found, number) or {}, "") is None:
                raise errors.service_unavailable(f'no endpoints available for service "{place}"') from None
            raise

    def _find(self, namespace: str, name: str) -> Object:
        pod = self._pods.get(Key(namespace, name))
        if pod is None:
            raise errors.not_found("", "pods", name)
        if not meta.dig(pod, "spec", "nodeName"):
            raise errors.bad_request(f"pod {name} does not have a host assigned")
        return pod

    def _worker(self, pod: Object) -> Worker | None:
        worker = self._workers.get(meta.key(pod))
        if worker is not None and worker.node.dead:
            raise errors.internal(
                f"error dialing backend: dial tcp {worker.node.ip}:10250: connect: no route to host"
            )
        return worker

    def _container(self, pod: Object, name: str, *, chosen: bool = False) -> Object:
        """The container asked for; with ``chosen`` a pod of several wants a name. Raises StatusError 400."""
        main = lifecycle.containers(pod)
        if not name and chosen and len(main) > 1:
            names = " ".join(c["name"] for c in main)
            why = f"a container name must be specified for pod {meta.name(pod)}, choose one of: [{names}]"
            raise errors.bad_request(why)
        if not name:
            name = meta.annotations(pod).get(DEFAULT_CONTAINER) or str(main[0]["name"])
        for container in lifecycle.all_containers(pod):
            if container["name"] == name:
                return container
        raise errors.bad_request(f"container {name} is not valid for pod {meta.name(pod)}")

    def _running(self, namespace: str, pod: str, container: str, verb: str) -> tuple[Object, Run]:
        obj = self._find(namespace, pod)
        phase = meta.dig(obj, "status", "phase")
        if phase in ("Succeeded", "Failed"):
            why = f"cannot {verb} a container in a completed pod; current phase is {phase}"
            raise errors.bad_request(why)
        name = self._container(obj, container)["name"]
        worker = self._worker(obj)
        state = worker.states.get(name) if worker is not None else None
        if worker is None or state is None or not state.running:
            raise StatusError(404, "NotFound", f'container not found ("{name}")')
        return obj, worker.runs[name]


def _why(reason: str) -> str:
    """How the kubelet names a wait in the answer to a log request."""
    waits = {
        "ImagePullBackOff": "trying and failing to pull image",
        "ErrImagePull": "image can't be pulled",
        "Pulling": "ContainerCreating",
    }
    return waits.get(reason, reason)
