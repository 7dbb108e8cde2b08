"""The k3d backend: the article's own way, with four k3s clusters in Docker and the real karmadactl."""

import os
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import platformdirs

from karmada_nb.backends.base import HOST, BackendError, Command, Kubeconfigs, Progress
from karmada_nb.language import say

IMAGES: Final = {
    "article": "rancher/k3s:v1.23.8-k3s2",
    "current": "rancher/k3s:v1.36.2-k3s1",
}
BASE_PORT: Final = 6444
_TOOLS: Final = {
    "docker": "Docker runs the clusters. Install it, and start it",
    "k3d": "k3d creates the clusters. Install it from k3d.io",
    "karmadactl": "karmadactl installs Karmada. Install the release of your edition from karmada.io",
}


@dataclass(slots=True)
class K3d:
    """``state_dir`` keeps the kubeconfigs; the clusters themselves are Docker's."""

    state_dir: Path | None = None
    members: int = 3
    nodes: int = 1
    edition: str = "article"
    base_port: int | None = None
    own_pod_ranges: bool = False
    name: str = field(default="k3d", init=False)
    disposable: bool = field(default=True, init=False)

    @property
    def folder(self) -> Path:
        return (self.state_dir or platformdirs.user_state_path("karmada-nb") / "k3d").expanduser().absolute()

    def names(self) -> list[str]:
        """The clusters as k3d calls them; kubeconfigs and Karmada say k3d- before that."""
        return [HOST, *(f"cluster-{index}" for index in range(1, self.members + 1))]

    def create_command(self, name: str, address: str, port: int) -> list[str]:
        """The article's command that creates one cluster; agents are added for nodes after the first."""
        command = ["k3d", "cluster", "create", name, "--image", IMAGES[self.edition]]
        command += ["--api-port", f"{address}:{port}", "--servers-memory", "2g"]
        command += ["--k3s-arg", "--disable=traefik@server:0", "--network", "multi-clusters"]
        if self.own_pod_ranges:
            pods = f"10.{44 + self.names().index(name)}.0.0/16"
            command += ["--k3s-arg", f"--cluster-cidr={pods}@server:0"]
        if self.nodes > 1:
            command += ["--agents", str(self.nodes - 1)]
        return [*command, "--timeout", "120s", "--wait"]

    def up(self, progress: Progress) -> Kubeconfigs:
        progress(say("looking for Docker and k3d"))
        self._need("docker", "k3d")
        self._run(
            ["docker", "info", "--format", "{{.ServerVersion}}"],
            say("Docker does not answer; is it started?"),
        )
        address = self._address()
        base = BASE_PORT if self.base_port is None else self.base_port
        standing = self._standing()
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        paths = [self.folder / "cp.kubeconfig"]
        paths += [self.folder / f"c{index}.kubeconfig" for index in range(1, self.members + 1)]
        for index, (name, path) in enumerate(zip(self.names(), paths, strict=True)):
            counted = {"index": index + 1, "of": self.members + 1}
            progress(say("cluster {name} ({index} of {of})", name=name, **counted))
            if name not in standing:
                self._run(self.create_command(name, address, base + index))
            elif not standing[name]:
                self._run(["k3d", "cluster", "start", name, "--wait"])
            self._write_private(path, self._run(["k3d", "kubeconfig", "get", name]))
        members = {f"k3d-{name}": path for name, path in zip(self.names()[1:], paths[1:], strict=True)}
        return Kubeconfigs(paths[0], members, self.folder / "karmada" / "karmada-apiserver.config")

    def down(self) -> None:
        """Stop the clusters; the next ``up`` finds them."""
        self._need("k3d")
        self._run(["k3d", "cluster", "stop", *self.names()])

    def reset(self, progress: Progress) -> Kubeconfigs:
        self._need("k3d")
        progress(say("deleting the clusters"))
        self._run(["k3d", "cluster", "delete", *self.names()])
        shutil.rmtree(self.folder, ignore_errors=True)
        return self.up(progress)

    def karmadactl(self) -> Command:
        """The real one; Karmada's files go to our folder, where no root is needed to write."""
        self._need("karmadactl")
        data = self.folder / "karmada"
        if self.edition == "article":
            return Command(("karmadactl",), {}, ("--karmada-data", str(data)), deinit=())
        return Command(("karmadactl",), {}, ("--karmada-data", str(data), "--karmada-pki", str(data / "pki")))

    def _standing(self) -> dict[str, bool]:
        """Whether each cluster that k3d knows runs."""
        rows = [line.split() for line in self._run(["k3d", "cluster", "list", "--no-headers"]).splitlines()]
        return {row[0]: not row[1].startswith("0/") for row in rows if len(row) > 1}

    def _address(self) -> str:
        """The machine's own address, which containers can reach too."""
        import socket

        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            try:
                probe.connect(("8.8.8.8", 53))
            except OSError:
                raise BackendError(
                    "expected this machine to have an address that containers can reach, found none. "
                    "Is it connected to a network?"
                ) from None
            return str(probe.getsockname()[0])

    def _need(self, *tools: str) -> None:
        for tool in tools:
            if shutil.which(tool) is None:
                raise BackendError(
                    "expected the program {tool} for backend='k3d', found none on PATH. {advice}; or "
                    "use backend='embedded', which needs none of this.",
                    tool=tool,
                    advice=say(_TOOLS[tool]),
                )

    def _run(self, command: list[str], hint: str = "") -> str:
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            said = (done.stderr or done.stdout).strip().rpartition("\n")[2]
            told = say(
                "{command} ended with exit code {code}: {said}",
                command=" ".join(command),
                code=done.returncode,
                said=said,
            )
            raise BackendError(f"{told}. {hint}".rstrip(". "))
        return done.stdout

    @staticmethod
    def _write_private(path: Path, text: str) -> None:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
