"""What a lab shows: tables, charts, requests. Only the widget's sliders change anything."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from karmada_nb import chain, frames, requests, waiting
from karmada_nb.chain import KARMADA
from karmada_nb.clusters import Clusters
from karmada_nb.connection import Connection
from karmada_nb.failures import LabError
from karmada_nb.manifests import pod_selector

if TYPE_CHECKING:
    import pandas as pd

    from karmada_nb.charts import Chart
    from karmada_nb.history import Recorder
    from karmada_nb.widgets import Dashboard, DistributionWidget

SERVICE: Final = "http://pipy.default:8080"
CLIENT: Final = "app=curl"
_Told = TypeVar("_Told")
_Widget = TypeVar("_Widget", bound="DistributionWidget")


class Page(str):
    """Text that a cell shows as it is."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


class Looking:
    """The half of the lab that reads."""

    _clusters: Clusters
    _widgets: dict[tuple[str, str, str, str], DistributionWidget]

    def connect(self, cluster: str = KARMADA) -> Connection:
        """The connection to a cluster: ``karmada``, ``control-plane`` or a member's name."""
        return self._clusters.connect(cluster)

    def kubeconfig(self, cluster: str = KARMADA) -> Path:
        """Where the kubeconfig of a cluster is, or will be."""
        return self._clusters.path(cluster)

    def kubeconfigs(self) -> list[str]:
        """All kubeconfig files of the lab that exist."""
        paths = [self.kubeconfig(name) for name in (KARMADA, *self._clusters.names())]
        return [str(path) for path in paths if path.exists()]

    def cluster_names(self) -> list[str]:
        """The host cluster, if the lab has it, and the members."""
        return self._clusters.names()

    def installed(self) -> bool:
        """Whether Karmada's API server answers."""
        return self._clusters.installed()

    def joined(self) -> list[str]:
        """The names of the clusters that have joined Karmada."""
        return self._clusters.joined()

    def own_names(self, text: str) -> str:
        """Text in which k3d-cluster-1 and so on have become the names of this lab's members."""
        return self._clusters.localize(text)

    def members(self) -> list[str]:
        """The names of the member clusters, joined or not."""
        return list(self._clusters.kubeconfigs.members)

    def clusters(self) -> pd.DataFrame:
        """A frame of the clusters: cluster, role, version, nodes, ready, endpoint, joined."""
        return self._clusters.frame()

    def distribution(self, resource: str, by: str = "cluster", namespace: str = "default") -> pd.DataFrame:
        """What each member wants and has of a workload: cluster, desired, ready; by="pod": also node, pod."""
        if by not in ("cluster", "pod"):
            raise LabError("expected by='cluster' or by='pod', found by={by!r}", by=by)
        word, name = chain.split(resource)
        members = self._clusters.members()
        found = {cluster: connection.get(word, name, namespace) for cluster, connection in members.items()}
        if by == "cluster":
            return frames.by_cluster(found)
        return frames.by_pod(
            {
                cluster: members[cluster].list("pods", namespace, labels=pod_selector(obj)) if obj else []
                for cluster, obj in found.items()
            }
        )

    def objects(self, resource: str, namespace: str = "default") -> pd.DataFrame:
        """The chain of a resource, a row an object: stage, cluster, kind, namespace, name, status.

        The stages are template, policy, binding, work and member.
        """
        return frames.objects(self._chain(resource, namespace))

    def differences(self, resource: str, namespace: str = "default") -> pd.DataFrame:
        """Where the members' objects differ from the template: cluster, field, template, member.

        Karmada's marks, and what every API server writes for itself, are left out. Raises LabError.
        """
        from karmada_nb.differences import table

        word, name = chain.split(resource)
        template = self.connect().get(word, name, namespace)
        if template is None:
            raise LabError(
                "expected the template {resource} in Karmada, found none. See: %kmd get {word}",
                resource=resource,
                word=word,
            )
        members = self._clusters.members()
        found = {cluster: connection.get(word, name, namespace) for cluster, connection in members.items()}
        return table(template, found)

    def explain(self, resource: str, namespace: str = "default", *, anew: bool = False) -> Page:
        """Why each cluster got what it got: filters, scores, groups, and the seats handed out one by one.

        ``anew``: as if nothing were assigned yet. The code that decides gives the reasons. Raises LabError.
        """
        from karmada_nb.karmadactl.placement import explanation

        return Page(self._explained(explanation, resource, namespace, anew))

    def events(self, resource: str, cluster: str = KARMADA, namespace: str = "default") -> pd.DataFrame:
        """What controllers say of an object, the oldest first: seen, type, reason, from, count, message."""
        connection, (word, name) = self.connect(cluster), chain.split(resource)
        fields = f"involvedObject.name={name},involvedObject.kind={connection.discovery.word(word).kind}"
        standing = connection.get(word, name, namespace)
        if standing is not None:
            fields += f",involvedObject.uid={standing['metadata']['uid']}"
        return frames.events(connection.list("events", namespace, fields=fields))

    def exec(
        self, cluster: str, pod: str, command: Sequence[str], namespace: str = "default"
    ) -> tuple[str, str, int]:
        """Run a command in a pod, given by name or as a label selector: stdout, stderr and exit code."""
        connection = self.connect(cluster)
        name = requests.running_pod(connection, pod, namespace) if "=" in pod else pod
        return requests.run(connection, name, command, namespace)

    def request(
        self,
        n: int = 5,
        cluster: str = "k3d-cluster-3",
        url: str = SERVICE,
        client: str = CLIENT,
        namespace: str = "default",
    ) -> pd.DataFrame:
        """Ask ``n`` times from a client pod in a cluster: pod, cluster, ok, seconds, error of each answer."""
        connection = self.connect(cluster)
        pod = requests.running_pod(connection, client, namespace)
        owners = requests.owners(self._clusters.members(), namespace)
        rows: list[tuple[str | None, str | None, bool, float, str]] = []
        with waiting.progress() as line:
            for answer, error, ok, seconds in requests.ask(connection, pod, url, n, namespace):
                line("waiting for answers: {done} of {all}", done=len(rows) + 1, all=n)
                rows.append((answer if ok else None, owners.get(answer), ok, round(seconds, 3), error))
        found = frames.frame(rows, frames.REQUESTS)
        found.index = found.index + 1
        return found.rename_axis("request")

    def chart_distribution(
        self,
        resource: str,
        title: str | None = None,
        namespace: str = "default",
        before: pd.DataFrame | None = None,
    ) -> Chart:
        """Bars of what each member wants and has; with ``before``, an earlier ``distribution``, of both."""
        from karmada_nb.charts import change, distribution

        now = self.distribution(resource, namespace=namespace)
        return distribution(now, resource, title) if before is None else change(before, now, resource, title)

    def chart_seats(
        self, resource: str, title: str | None = None, namespace: str = "default", *, anew: bool = True
    ) -> Chart:
        """How the scheduler hands replicas out, one by one, with its tie-breaks; see ``explain``."""
        from karmada_nb.charts import seats
        from karmada_nb.karmadactl.placement import hand_out

        return seats(frames.seats(self._explained(hand_out, resource, namespace, anew)), resource, title)

    def chart_objects(self, resource: str, namespace: str = "default") -> Chart:
        """The chain from template to members as boxes and arrows."""
        from karmada_nb.charts import objects

        return objects(self.objects(resource, namespace), resource)

    def chart_requests(self, frame: pd.DataFrame, title: str | None = None) -> Chart:
        """Who answered which request, from what ``request`` gave."""
        from karmada_nb.charts import answers

        return answers(frame, title)

    def chart_history(self, frame: pd.DataFrame, title: str | None = None) -> Chart:
        """Ready replicas over time, from what ``record`` gave."""
        from karmada_nb.charts import history

        return history(frame, title)

    @contextmanager
    def record(self, resource: str, namespace: str = "default") -> Iterator[Recorder]:
        """Record while the block runs; ``.frame`` then has seconds, cluster, desired, ready."""
        from karmada_nb.history import Recorder

        recorder = Recorder(self._clusters.members(), *chain.split(resource), namespace)
        try:
            yield recorder
        finally:
            recorder.close()

    def distribution_widget(
        self, resource: str, policy: str, namespace: str = "default"
    ) -> DistributionWidget:
        """Sliders for the weights in a policy and for the replicas; they change the real objects.

        A widget made before for the same objects ends: its cell has run again.
        """
        from karmada_nb.widgets import DistributionWidget

        return self._widget(DistributionWidget, resource, policy, namespace)

    def dashboard(self, resource: str, policy: str, namespace: str = "default") -> Dashboard:
        """The clusters with nodes and pods as they change, and controls with their commands and an undo.

        A dashboard made before for the same objects ends: its cell has run again.
        """
        from karmada_nb.widgets import Dashboard

        return self._widget(Dashboard, resource, policy, namespace)

    def close_widgets(self) -> None:
        """End all widgets of this lab."""
        while self._widgets:
            self._widgets.popitem()[1].close()

    def _widget(self, kind: type[_Widget], resource: str, policy: str, namespace: str) -> _Widget:
        known = (kind.__name__, resource, policy, namespace)
        if known in self._widgets:
            self._widgets[known].close()
        made = kind(self.connect(), self._clusters.members(), resource, policy, namespace)
        self._widgets[known] = made
        return made

    def _explained(self, how: Callable[..., _Told], resource: str, namespace: str, anew: bool) -> _Told:
        """What the deciding code says of a resource. Raises LabError."""
        from karmada_nb.engine.errors import StatusError
        from karmada_nb.karmadactl.failures import CommandError, ConnectionFailed

        word, name = chain.split(resource)
        kind = self.connect().discovery.word(word).kind
        try:
            return how(str(self.kubeconfig()), name, namespace, kind, anew=anew)
        except (CommandError, ConnectionFailed, StatusError) as error:
            said = (str(error), getattr(error, "hint", ""))
            raise LabError("\n".join(filter(None, said))) from None

    def _chain(self, resource: str, namespace: str) -> Iterator[frames.Link]:
        return chain.chain(self.connect(), self._clusters.members(), resource, namespace)
