"""The kubeconfig backend: a Karmada and members that already run, and stay when the lab goes."""

import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from karmada_nb.backends.base import BackendError, Command, Kubeconfigs, Progress

Members = Mapping[str, str | Path] | str


def parse_members(said: Members | None) -> dict[str, Path]:
    """Kubeconfigs by cluster name, from a mapping or ``name=path,name=path``. Raises BackendError."""
    if not said:
        return {}
    if isinstance(said, Mapping):
        return {name: Path(path).expanduser() for name, path in said.items()}
    found: dict[str, Path] = {}
    for part in said.split(","):
        name, equals, path = part.strip().partition("=")
        if not equals or not name or not path:
            raise BackendError(
                "expected members as name=path,name=path, found {part!r} in {said!r}. "
                "For example: members='k3d-cluster-1=/tmp/c1.kubeconfig,k3d-cluster-2=/tmp/c2.kubeconfig'",
                part=part.strip(),
                said=said,
            )
        found[name.strip()] = Path(path.strip()).expanduser()
    return found


@dataclass(slots=True)
class ExistingKarmada:
    """Karmada's kubeconfig, those of its members by the names they joined under, and perhaps its host's."""

    karmada: str | Path | None
    members: Members | None = None
    host: str | Path | None = None
    name: str = field(default="kubeconfig", init=False)
    disposable: bool = field(default=False, init=False)
    edition: str = field(default="", init=False)

    def up(self, progress: Progress) -> Kubeconfigs:
        """Check that the files are there; nothing is started."""
        if not self.karmada:
            raise BackendError(
                "expected karmada= with the kubeconfig of a Karmada that runs, found nothing. "
                "karmadactl init writes one to /etc/karmada/karmada-apiserver.config"
            )
        host = Path(self.host).expanduser() if self.host else None
        found = Kubeconfigs(host, parse_members(self.members), Path(self.karmada).expanduser())
        named = {"karmada": found.karmada, "host": host} | found.members
        for name, path in named.items():
            if path is not None and not path.is_file():
                raise BackendError(
                    "expected a kubeconfig for {name} at {path}, found no such file", name=name, path=path
                )
        return found

    def down(self) -> None:
        """Nothing: what runs was not started by us."""

    def reset(self, progress: Progress) -> Kubeconfigs:
        raise BackendError(
            "these clusters were here before the lab, so it does not throw them away. "
            "To remove only what the course made: lab.at('deploy')"
        )

    def karmadactl(self) -> Command:
        """The real karmadactl if it is installed, else this package's own."""
        found = shutil.which("karmadactl")
        return Command((found,) if found else (sys.executable, "-m", "karmada_nb", "karmadactl"), {})
