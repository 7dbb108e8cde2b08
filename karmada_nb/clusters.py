"""The clusters of a lab by name: connections made when they are asked for, and their table."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from karmada_nb import frames
from karmada_nb.backends.base import HOST, Kubeconfigs
from karmada_nb.chain import KARMADA
from karmada_nb.connection import Connection, Unreachable
from karmada_nb.failures import LabError

if TYPE_CHECKING:
    import pandas as pd

CLUSTERS: Final = "clusters.cluster.karmada.io"
"""The word for what Karmada knows of its members."""
_ARTICLE_NAME: Final = re.compile(r"(?<![\w.-])k3d-cluster-(\d+)(?![\w-])")


class Clusters:
    """The host cluster, the members and Karmada itself, behind their kubeconfigs."""

    def __init__(self, kubeconfigs: Kubeconfigs) -> None:
        self.kubeconfigs = kubeconfigs
        self._connections: dict[str, Connection] = {}

    def names(self) -> list[str]:
        """The host cluster, if there is one, and the members."""
        host = [HOST] if self.kubeconfigs.host is not None else []
        return [*host, *self.kubeconfigs.members]

    def resolve(self, name: str) -> str:
        """A cluster's own name, from that, the article's name for it, or its magic's. Raises LabError."""
        members = list(self.kubeconfigs.members)
        said = name.lstrip("%$")
        if said in (KARMADA, "kmd"):
            return KARMADA
        if said in members:
            return said
        if said in (HOST, f"k3d-{HOST}", "host", "k0") and self.kubeconfigs.host is not None:
            return HOST
        numbered = re.fullmatch(r"(?:k3d-)?(?:cluster-|k)(\d+)", said)
        if numbered and 1 <= int(numbered[1]) <= len(members):
            return members[int(numbered[1]) - 1]
        known = ", ".join((KARMADA, *self.names()))
        raise LabError("expected one of the lab's clusters ({known}), found {name!r}", known=known, name=name)

    def localize(self, text: str) -> str:
        """Text in which the article's names of members have become the lab's own."""
        members = list(self.kubeconfigs.members)

        def own(match: re.Match[str]) -> str:
            index = int(match[1]) - 1
            return members[index] if 0 <= index < len(members) and match[0] not in members else match[0]

        return _ARTICLE_NAME.sub(own, text)

    def connect(self, name: str) -> Connection:
        """The connection to a cluster. Raises LabError if there is no such one, or no Karmada yet."""
        name = self.resolve(name)
        if name not in self._connections:
            path = self.path(name)
            if name == KARMADA and not path.exists():
                raise LabError(
                    "Karmada is not installed yet: expected its kubeconfig at {path}, found none. "
                    "Install it with: lab.init()",
                    path=path,
                )
            self._connections[name] = Connection(name, path)
        return self._connections[name]

    def members(self) -> dict[str, Connection]:
        return {name: self.connect(name) for name in self.kubeconfigs.members}

    def joined(self) -> list[str]:
        """The members that Karmada knows; none while it is not there."""
        if not self.installed():
            return []
        return [item["metadata"]["name"] for item in self.connect(KARMADA).list(CLUSTERS)]

    def installed(self) -> bool:
        """Whether Karmada's API server answers."""
        return self.kubeconfigs.karmada.exists() and self.connect(KARMADA).ready()

    def forget(self, name: str | None = None) -> None:
        """Close the connection to a cluster, or all: what stands behind it has changed."""
        for known in [name] if name is not None else list(self._connections):
            connection = self._connections.pop(known, None)
            if connection is not None:
                connection.close()

    def frame(self) -> pd.DataFrame:
        """The clusters and what their API servers say, as a table."""
        joined = self.joined()
        rows = []
        for name in self.names():
            connection = self.connect(name)
            try:
                version, nodes = connection.version(), connection.list("nodes")
            except Unreachable:
                version, nodes = "no answer", []
            ready = sum(frames.condition(node, "Ready") == "True" for node in nodes)
            role = "host" if name == HOST else "member"
            rows.append((name, role, version, len(nodes), ready, connection.endpoint, name in joined))
        return frames.frame(rows, frames.CLUSTERS)

    def path(self, name: str) -> Path:
        """Where the kubeconfig of a cluster is. Raises LabError if there is no such cluster."""
        name = self.resolve(name)
        if name == KARMADA:
            return self.kubeconfigs.karmada
        if name == HOST:
            assert self.kubeconfigs.host is not None
            return self.kubeconfigs.host
        return self.kubeconfigs.members[name]
