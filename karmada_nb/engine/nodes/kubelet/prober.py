"""The probes of one pod at work. Follows pkg/kubelet/prober/worker.go."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from karmada_nb.engine import meta
from karmada_nb.engine.meta import Object
from karmada_nb.engine.nodes.kubelet import hooks, probes
from karmada_nb.engine.nodes.kubelet.probes import Kind, Tally
from karmada_nb.engine.nodes.kubelet.run import Run

if TYPE_CHECKING:
    from karmada_nb.engine.nodes.kubelet.worker import Worker


class Probers:
    """Tasks by container; they live while their container runs."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker
        self._tasks: dict[str, list[asyncio.Task[None]]] = {}

    def start(self, container: Object, run: Run) -> None:
        """Begin with the startup probe, or where there is none with the others."""
        if meta.dig(container, "lifecycle", "postStart"):
            self._spawn(container, self._hook(container, run))
        if probes.of(container, "startup") is not None:
            self._spawn(container, self._probe(container, run, "startup"))
        else:
            self._started(container, run)

    def stop(self, name: str = "") -> None:
        """Stop the probes of one container, or of all."""
        for key in [name] if name else list(self._tasks):
            for task in self._tasks.pop(key, []):
                if task is not asyncio.current_task():
                    task.cancel()

    def _started(self, container: Object, run: Run) -> None:
        for kind in ("liveness", "readiness"):
            if probes.of(container, kind) is not None:
                self._spawn(container, self._probe(container, run, kind))

    def _spawn(self, container: Object, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.setdefault(container["name"], []).append(task)

    async def _hook(self, container: Object, run: Run) -> None:
        host = self._worker.host
        assert host is not None
        failure = await hooks.after_start(container, run, host, self._worker.node.clock)
        if failure is not None:
            self._worker.note(container["name"], "Warning", "FailedPostStartHook", "PostStartHook failed")
            await run.stop()

    async def _probe(self, container: Object, run: Run, kind: Kind) -> None:
        worker, name, clock = self._worker, container["name"], self._worker.node.clock
        probe, host = probes.of(container, kind), worker.host
        assert probe is not None
        assert host is not None
        tally = Tally()
        await clock.sleep(float(probe.get("initialDelaySeconds", 0)))
        while worker.runs.get(name) is run and worker.states[name].running:
            if not worker.node.dead:
                warn = partial(self._warn, name, kind)
                failure = await probes.check(probe, container, run, host, clock, warn)
                tally = probes.count(tally, probe, failure is None)
                if failure is not None:
                    text = f"{kind.capitalize()} probe failed: {failure}"
                    worker.note(name, "Warning", "Unhealthy", text)
                    worker.node.poke(meta.key(worker.pod))
                if await self._act(container, run, kind, tally):
                    return
            await clock.sleep(float(probe.get("periodSeconds", 10)))

    def _warn(self, name: str, kind: Kind, text: str) -> None:
        self._worker.note(name, "Warning", "ProbeWarning", f"{kind.capitalize()} probe warning: {text}")
        self._worker.node.poke(meta.key(self._worker.pod))

    async def _act(self, container: Object, run: Run, kind: Kind, tally: Tally) -> bool:
        """What the verdict comes to; whether this probe is over."""
        worker, name = self._worker, container["name"]
        state = worker.states[name]
        if worker.runs.get(name) is not run or not state.running:
            return True
        if kind == "readiness":
            ready = tally.verdict is True
            if state.ready != ready:
                worker.change(name, replace(state, ready=ready))
            return False
        if tally.verdict is False:
            text = f"Container {name} failed {kind} probe, will be restarted"
            worker.note(name, "Normal", "Killing", text)
            await run.stop()
            return True
        if kind == "startup" and tally.verdict is True:
            ready = probes.of(container, "readiness") is None
            worker.change(name, replace(state, started=True, ready=ready))
            self._started(container, run)
            return True
        return False
