"""One pod on its node: brings what runs in step with what is wanted, and tells about it.

Follows pkg/kubelet/kubelet.go (SyncPod, SyncTerminatingPod). ``sync`` is called whenever something may
have changed, one call at a time.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import replace

from karmada_nb.engine import meta
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.meta import Object
from karmada_nb.engine.network.host import PodHost
from karmada_nb.engine.network.services import Target
from karmada_nb.engine.nodes.kubelet import deadline, hosts, lifecycle, outcome, probes
from karmada_nb.engine.nodes.kubelet.adopt import adopted
from karmada_nb.engine.nodes.kubelet.environment import ConfigError, Site, Unbound
from karmada_nb.engine.nodes.kubelet.hooks import before_stop
from karmada_nb.engine.nodes.kubelet.hosts import host_ports
from karmada_nb.engine.nodes.kubelet.node import PODS, Node
from karmada_nb.engine.nodes.kubelet.prober import Probers
from karmada_nb.engine.nodes.kubelet.pulls import Notice, pull
from karmada_nb.engine.nodes.kubelet.run import Run, StartError
from karmada_nb.engine.nodes.kubelet.state import Container
from karmada_nb.engine.nodes.kubelet.status import pod_status, reference
from karmada_nb.engine.nodes.kubelet.surroundings import prepare
from karmada_nb.engine.nodes.kubelet.volumes import Volumes

HANDLER = "runc"
"""The only container runtime of a node."""
UNBOUND_SECONDS = 0.1
RETRY_SECONDS = 2.0
"""Until the kubelet looks again for what a container or volume misses; a claim gets its volume while the
pod gets its node.
"""


class Worker:
    """``written`` is the status that this node wrote last."""

    def __init__(self, node: Node, pod: Object) -> None:
        self.node = node
        self.pod = pod
        self.since = meta.rfc3339(node.clock.now())
        self.states: dict[str, Container] = {}
        self.runs: dict[str, Run] = {}
        self.previous: dict[str, Run] = {}
        self.host: PodHost | None = None
        self.written: Object | None = None
        site = Site("", node.ip, node.allocatable)
        self._volumes = Volumes(lambda: self.pod, node.objects, node.clock, site, node.disk)
        self._forwards: list[Callable[[], None]] = []
        self._probers = Probers(self)
        self._notices: list[tuple[str, Notice]] = []
        self._stopping: asyncio.Task[None] | None = None

    async def sync(self, pod: Object) -> float | None:
        """Do what is to be done now; seconds until more is, if nothing else calls."""
        self.pod = pod
        if self.node.dead:
            return None
        if meta.deleting(pod):
            return await self._terminate(pod)
        if not self.states:
            self.states = adopted(pod)
        for container in lifecycle.ephemeral_containers(pod):
            self.states.setdefault(container["name"], Container())
        if lifecycle.over(pod):
            await self._end(pod, pod["status"])
            return None
        left = deadline.left(pod, self.since, self.node.clock.now())
        if left is not None and left <= 0:
            self.note("", "Normal", deadline.REASON, deadline.MESSAGE)
            await self._end(pod, deadline.exceeded(pod))
            return None
        wake = await self._advance(pod)
        await self._report(pod)
        return min((seconds for seconds in (wake, left) if seconds is not None), default=None)

    async def _end(self, pod: Object, status: Object) -> None:
        """The pod is over, as ``status`` says: nothing of it runs on, and its phase stays as it is."""
        ended = {**pod, "status": status}
        self.pod = ended
        self._probers.stop()
        for name in [name for name, state in self.states.items() if state.running and name in self.runs]:
            await self.runs[name].stop()
        await _turns()
        if self.runs or status is not pod["status"]:
            await self._report(ended, pod["status"])

    async def forget(self) -> None:
        """The pod is gone, or its node is to let go of it."""
        self._probers.stop()
        if self._stopping is not None:
            self._stopping.cancel()
        for run in tuple(self.runs.values()):
            await run.stop()
        for stop in self._forwards:
            stop()
        self._forwards = []
        if self.host is not None and not meta.dig(self.pod, "spec", "hostNetwork"):
            self.node.network.detach(self.host.ip)
            self.node.addresses.free(self.host.ip)
        self.host = None

    def note(self, container: str, kind: str, reason: str, message: str) -> None:
        """Have an event told with the next report."""
        self._notices.append((container, (kind, reason, message)))

    def change(self, name: str, state: Container) -> None:
        """A probe or a process changed a container's state."""
        self.states[name] = state
        self.node.poke(meta.key(self.pod))

    async def _advance(self, pod: Object) -> float | None:
        now = self.node.clock.monotonic()
        try:
            if self.host is None:
                self._volumes.check()
                self._check_runtime(pod)
                self._connect(pod)
        except Unbound:
            return UNBOUND_SECONDS
        except ConfigError as error:
            self.note("", "Warning", "FailedMount", str(error))
            return RETRY_SECONDS
        except OSError as error:
            self.note("", "Warning", "FailedCreatePodSandBox", f"Failed to create pod sandbox: {error}")
            return RETRY_SECONDS
        if self._told_to_crash(pod):
            for name in [n for n, state in self.states.items() if state.running and n in self.runs]:
                await self.runs[name].stop()
        for _ in range(len(self.states) + 1):
            plan = lifecycle.plan(pod, self.states, now)
            for name in plan.stop:
                await self.runs[name].stop()
            if not plan.start:
                return None if plan.wake is None else max(0.0, plan.wake - now)
            for container in plan.start:
                self._start(pod, container, now)
            await _turns()
        return 0.0

    def _check_runtime(self, pod: Object) -> None:
        """Raises OSError for a RuntimeClass whose handler the node does not have."""
        name = meta.dig(pod, "spec", "runtimeClassName")
        handler = self.node.objects.handler(name) if name else HANDLER
        if handler != HANDLER:
            text = f'failed to get sandbox runtime: no runtime for "{handler}" is configured'
            raise OSError(f"rpc error: code = Unknown desc = {text}")

    def _connect(self, pod: Object) -> None:
        """Give the pod its place in the network."""
        known = meta.dig(pod, "status", "podIP", default="")
        if meta.dig(pod, "spec", "hostNetwork"):
            ip = self.node.ip
        elif known:
            self.node.addresses.claim(known)
            ip = known
        else:
            ip = self.node.addresses.take()
        self.node.network.attach(ip)
        self.host = PodHost(self.node.network, ip, meta.namespace(pod), hosts.known_names(pod, ip))
        if not meta.dig(pod, "spec", "hostNetwork"):
            self._forwards = [
                self.node.network.forward(*port, Target(ip, to)) for port, to in host_ports(pod, self.node.ip)
            ]

    def _start(self, pod: Object, container: Object, now: float) -> None:
        """One step of starting a container: its image, then its process."""
        name, node = container["name"], self.node
        state = self.states[name]
        if not state.pulled:
            full = reference(container.get("image", ""))
            state, notices = pull(container, state, full in node.images, node.faults, now)
            self.states[name] = state
            self._notices.extend((name, notice) for notice in notices)
            if not state.pulled:
                return
            node.images[full] = None
        try:
            assert self.host is not None
            run, argv = prepare(node, pod, container, self._volumes, self.host)
        except ConfigError as error:
            self.states[name] = replace(
                state, reason="CreateContainerConfigError", message=str(error), retry=now + RETRY_SECONDS
            )
            self.note(name, "Warning", "Failed", f"Error: {error}")
            return
        if name in self.runs:
            self.previous[name] = self.runs[name]
        self.runs[name] = run
        at = meta.rfc3339(node.clock.now())
        self.note(name, "Normal", "Created", f"Created container: {name}")
        self.states[name] = outcome.started(
            state,
            self._identity(pod, name, state),
            at,
            now,
            startup=probes.of(container, "startup") is not None,
            readiness=probes.of(container, "readiness") is not None,
        )
        try:
            cwd = container.get("workingDir", "")
            run.start(
                argv, cwd, lambda code: self._ended(container, run, code), crash=self._told_to_crash(pod)
            )
        except StartError as error:
            self.note(name, "Warning", "Failed", f"Error: {error}")
            failed = replace(self.states[name], reason="StartError", started_at="")
            self._settle(container, failed, 128, str(error))
            return
        self.note(name, "Normal", "Started", f"Started container {name}")
        self._probers.start(container, run)

    def _told_to_crash(self, pod: Object) -> bool:
        return self.node.faults.crashes(meta.namespace(pod), meta.name(pod))

    def _identity(self, pod: Object, name: str, state: Container) -> str:
        text = f"{meta.uid(pod)}/{name}/{state.restarts + state.ran}/{self.node.clock.monotonic()}"
        return "containerd://" + hashlib.sha256(text.encode()).hexdigest()

    def _ended(self, container: Object, run: Run, code: int) -> None:
        name = container["name"]
        if self.runs.get(name) is not run or not self.states[name].running:
            return
        self._probers.stop(name)
        message = run.termination_message(container, code)
        self._settle(container, self.states[name], code, message)
        self.node.poke(meta.key(self.pod))

    def _settle(self, container: Object, state: Container, code: int, message: str) -> None:
        at = meta.rfc3339(self.node.clock.now())
        now = self.node.clock.monotonic()
        after, notices = outcome.ended(self.pod, container, state, code, message, at, now)
        self.states[container["name"]] = after
        self._notices.extend((container["name"], notice) for notice in notices)

    async def _terminate(self, pod: Object) -> float | None:
        """Hooks and signals first; when nothing runs any more, the object goes."""
        running = [n for n, s in self.states.items() if s.running and n in self.runs]
        if running and self._stopping is None:
            for name in running:
                self.note(name, "Normal", "Killing", f"Stopping container {name}")
            self._probers.stop()
            hooked = [c for c in lifecycle.all_containers(pod) if meta.dig(c, "lifecycle", "preStop")]
            if hooked:
                work = self._stop(pod, [c for c in hooked if c["name"] in running])
                self._stopping = asyncio.get_running_loop().create_task(work)
        if self._stopping is not None and not self._stopping.done():
            await self._tell(pod)
            return None
        await self.forget()
        await self._tell(pod)
        try:
            await self.node.client.delete(
                PODS, meta.name(pod), meta.namespace(pod), uid=meta.uid(pod), grace_seconds=0
            )
        except StatusError as error:
            if error.code not in (404, 409):
                raise
        return None

    async def _stop(self, pod: Object, hooked: list[Object]) -> None:
        grace = float(meta.dig(pod, "metadata", "deletionGracePeriodSeconds", default=30))
        assert self.host is not None
        waits = [before_stop(c, self.runs[c["name"]], self.host, self.node.clock, grace) for c in hooked]
        await asyncio.gather(*waits)
        self.node.poke(meta.key(pod))

    async def _report(self, pod: Object, known: Object | None = None) -> None:
        """Write the status if it is another than the server has (``known``, or the pod's); then events."""
        ip = self.host.ip if self.host is not None else ""
        now = meta.rfc3339(self.node.clock.now())
        status = pod_status(pod, self.states, ip, self.node.ip, self.since, now, self.node.minor)
        if status != (pod.get("status") if known is None else known):
            self.written = status
            await self.node.client.update(PODS, {**pod, "status": status}, "status")
        await self._tell(pod)

    async def _tell(self, pod: Object) -> None:
        notices, self._notices = self._notices, []
        initial = {c["name"] for c in lifecycle.init_containers(pod)}
        added = {c["name"] for c in lifecycle.ephemeral_containers(pod)}
        for name, (kind, reason, message) in notices:
            about = {
                "kind": "Pod",
                "apiVersion": "v1",
                "name": meta.name(pod),
                "namespace": meta.namespace(pod),
                "uid": meta.uid(pod),
                "resourceVersion": meta.resource_version(pod),
            }
            if name:
                field = "initContainers" if name in initial else "containers"
                field = "ephemeralContainers" if name in added else field
                about["fieldPath"] = f"spec.{field}{{{name}}}"
            await self.node.recorder.about(about, kind, reason, message)


async def _turns() -> None:
    """Let fresh processes take their first steps, so that one that fails at once is not told as running."""
    for _ in range(3):
        await asyncio.sleep(0)
