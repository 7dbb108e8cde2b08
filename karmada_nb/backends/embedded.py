"""The embedded backend: our engine, as a process of its own that outlives a kernel."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import psutil

from karmada_nb.backends.base import HOST, BackendError, Command, Kubeconfigs, Progress
from karmada_nb.engine.state import StateError, StateFolder
from karmada_nb.language import say
from karmada_nb.paths import default_state_dir as default_state_dir

START_SECONDS: Final = 60.0
STOP_SECONDS: Final = 15.0
_POLL: Final = 0.02


@dataclass(slots=True)
class Embedded:
    """One lab of the embedded engine. What it is made of counts only when its folder is new."""

    state_dir: Path | None = None
    members: int = 3
    nodes: int = 2
    edition: str = "article"
    clusters_only: bool = True
    base_port: int | None = None
    feature_gates: str = ""
    enable_no_execute_taint_eviction: bool = False
    own_pod_ranges: bool = False
    name: str = field(default="embedded", init=False)
    disposable: bool = field(default=True, init=False)

    @property
    def folder(self) -> StateFolder:
        return StateFolder((self.state_dir or default_state_dir()).expanduser().absolute())

    def up(self, progress: Progress) -> Kubeconfigs:
        folder = self.folder
        if folder.running() is None:
            process = self._spawn(folder)
            self._wait(folder, process, progress)
        else:
            self._wait(folder, None, progress)
        return self.kubeconfigs()

    def kubeconfigs(self) -> Kubeconfigs:
        """Where the clusters of the lab in the folder are. Raises BackendError if there is none."""
        folder = self.folder
        try:
            plan = folder.plan()
        except StateError as error:
            raise BackendError(error.text, **error.values) from None
        if plan is None:
            raise BackendError(
                "expected a lab in {path}, found none. Start one with: karmada-nb up --state-dir {path}",
                path=folder.path,
            )
        members = {f"k3d-cluster-{i}": folder.kubeconfig(i) for i in range(1, plan.members + 1)}
        return Kubeconfigs(folder.kubeconfig(0), members, folder.karmada_config)

    def down(self) -> None:
        """Stop the engine. What it keeps on disk stays, and ``up`` goes on from there."""
        folder = self.folder
        pid = folder.running()
        if not pid:
            return
        with contextlib.suppress(psutil.NoSuchProcess):
            process = psutil.Process(pid)
            process.send_signal(signal.SIGTERM)
            if not self._gone():
                process.kill()
                self._gone()

    def _gone(self) -> bool:
        """Whether the engine ends in time. It has ended when it holds its folder no more: to who started it
        and does not ask, its process goes on as a zombie."""
        deadline = time.monotonic() + STOP_SECONDS
        while self.folder.running() is not None:
            if time.monotonic() > deadline:
                return False
            time.sleep(_POLL)
        return True

    def reset(self, progress: Progress) -> Kubeconfigs:
        """Forget all objects; ports, certificates and kubeconfigs of the clusters stay."""
        self.down()
        shutil.rmtree(self.folder.path / "data", ignore_errors=True)
        self.folder.karmada_config.unlink(missing_ok=True)
        return self.up(progress)

    def karmadactl(self) -> Command:
        environment = {"KARMADA_NB_STATE": str(self.folder.path)}
        return Command((sys.executable, "-m", "karmada_nb", "karmadactl"), environment)

    def status(self) -> dict[str, Any]:
        """What runs: ``running``, ``pid``, ``phase``, and the folder's plan."""
        folder = self.folder
        pid = folder.running()
        plan = folder.plan()
        found: dict[str, Any] = {"stateDir": str(folder.path), "running": pid is not None}
        if pid is not None:
            found |= {"pid": pid, "phase": folder.read_status().get("phase", "starting")}
        if plan is not None:
            found |= {
                "edition": plan.edition,
                "clusters": {HOST: plan.ports[0]}
                | {f"k3d-cluster-{i}": port for i, port in enumerate(plan.ports[1:], 1)},
                "karmada": plan.karmada_port if folder.karmada_config.exists() else None,
            }
        return found

    def _spawn(self, folder: StateFolder) -> "subprocess.Popen[bytes]":
        folder.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.status.unlink(missing_ok=True)
        command = [sys.executable, "-m", "karmada_nb.engine.server", "--state-dir", str(folder.path)]
        command += ["--members", str(self.members), "--nodes", str(self.nodes), "--edition", self.edition]
        if self.clusters_only:
            command.append("--clusters-only")
        if self.feature_gates:
            command += ["--feature-gates", self.feature_gates]
        if self.enable_no_execute_taint_eviction:
            command.append("--enable-no-execute-taint-eviction")
        if self.own_pod_ranges:
            command.append("--own-pod-ranges")
        if self.base_port is not None:
            command += ["--base-port", str(self.base_port)]
        errors = os.open(folder.path / "engine.err", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            return subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                start_new_session=True,
            )
        finally:
            os.close(errors)

    def _wait(
        self, folder: StateFolder, process: "subprocess.Popen[bytes] | None", progress: Progress
    ) -> None:
        deadline, last = time.monotonic() + START_SECONDS, ""
        while time.monotonic() < deadline:
            status = folder.read_status()
            # An engine of ours that comes too late must be gone first: it would take over after a down.
            if status.get("phase") == "ready" and (process is None or process.pid == status.get("pid")):
                return
            if process is None or process.poll() is not None:
                if folder.running() is None:
                    raise BackendError(
                        "the engine did not start: {why}",
                        why=self._failure(folder, status) or say("it gave no reason"),
                    )
                process = None  # Another up was faster: its engine has the folder.
            step = _step(status)
            if step != last:
                progress(step)
                last = step
            time.sleep(_POLL)
        raise BackendError(
            "expected the engine to be ready within {seconds:.0f} s, found it {step}. "
            "See what it does: tail {log}",
            seconds=START_SECONDS,
            step=_step(status) if status else say("not answering"),
            log=folder.log,
        )

    def _failure(self, folder: StateFolder, status: dict[str, Any]) -> str:
        """What the engine, or Python, said at its end."""
        if status.get("error"):
            return say(status["error"], **status["of"])
        return (folder.path / "engine.err").read_text().strip().rpartition("\n")[2]


def _step(status: dict[str, Any]) -> str:
    """What an engine does while it starts, in the reader's language."""
    return say(status.get("step", "starting the engine"), **status.get("of", {}))
