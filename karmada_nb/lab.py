"""The lab: what a notebook calls to open clusters, act on them, wait, and look."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, ClassVar, Final

from karmada_nb import chain, manifests, outage, readiness, waiting
from karmada_nb.backends.base import Backend, BackendError
from karmada_nb.backends.kubeconfig import ExistingKarmada, Members
from karmada_nb.chain import KARMADA
from karmada_nb.clusters import Clusters
from karmada_nb.failures import LabError
from karmada_nb.language import say
from karmada_nb.looking import Looking
from karmada_nb.manifests import Manifest, Object
from karmada_nb.opening import backend_for

if TYPE_CHECKING:
    from karmada_nb.command import Output
    from karmada_nb.snapshots import Snapshot

EDITIONS: Final = {
    "article": "Karmada v1.2 on Kubernetes v1.23, as in the article",
    "current": "today's Karmada (v1.19) on Kubernetes v1.36",
}


_HEAVY: Final = ("kubernetes.dynamic", "pandas")


def _import_ahead() -> None:
    """Import what the first requests and tables need, while the clusters start in a process of their own."""
    for module in _HEAVY:
        import_module(module)


class Applied(list[Object]):
    """The objects after an apply; it shows as kubectl would say it."""

    def __init__(self, objects: Sequence[Object], said: Sequence[str]) -> None:
        super().__init__(objects)
        self.said = list(said)

    def __repr__(self) -> str:
        return "\n".join(self.said) or say("nothing to apply")


class Lab(Looking):
    """Four clusters and Karmada, on any backend. Open one with ``Lab.open`` or ``Lab.start``."""

    _current: ClassVar[Lab | None] = None

    def __init__(self, backend: Backend) -> None:
        """Bring the backend's clusters up, with a progress bar. Raises LabError."""
        self.backend = backend
        self._widgets = {}
        imports = threading.Thread(target=_import_ahead, name="imports", daemon=True)
        imports.start()
        try:
            with waiting.progress() as line:
                self._clusters = Clusters(backend.up(lambda step: line("{what}", what=step)))
        except BackendError as error:
            raise LabError(str(error)) from None
        finally:
            # Two threads that import from packages with circles, such as kubernetes, can lock each other out.
            imports.join()
        Lab._current = self

    @classmethod
    def start(
        cls,
        backend: str = "embedded",
        state_dir: str | Path | None = None,
        edition: str = "article",
        members: int = 3,
        nodes: int = 2,
        base_port: int | None = None,
        own_pod_ranges: bool = False,
    ) -> Lab:
        """Start bare clusters, or find the lab that runs. Raises LabError.

        ``nodes`` is per cluster; ``base_port`` is the host cluster's API port, and members follow it.
        ``own_pod_ranges``: no two clusters give pods the same addresses, so that routes can join them.
        """
        if edition not in EDITIONS:
            raise LabError(
                "expected edition to be one of {editions}, found {edition!r}",
                editions=", ".join(EDITIONS),
                edition=edition,
            )
        folder = Path(state_dir).expanduser() if state_dir else None
        return cls(backend_for(backend, folder, edition, members, nodes, base_port, own_pod_ranges))

    @classmethod
    def attach(
        cls, karmada: str | Path, members: Members | None = None, host: str | Path | None = None
    ) -> Lab:
        """Use a Karmada that runs already; ``members`` are kubeconfigs by the names they joined under."""
        return cls(ExistingKarmada(karmada, members, host))

    @classmethod
    def open(
        cls,
        backend: str = "embedded",
        karmada: str | Path | None = None,
        members: Members | int | None = None,
        host: str | Path | None = None,
        **options: Any,
    ) -> Lab:
        """What notebooks call with their parameters: attach for ``backend="kubeconfig"``, else start."""
        if backend == "kubeconfig":
            if isinstance(members, int):
                raise LabError("expected members to be kubeconfigs by name, found a number")
            return cls(ExistingKarmada(karmada, members, host))
        if isinstance(members, int):
            options["members"] = members
        return cls.start(backend, **options)

    @classmethod
    def current(cls) -> Lab:
        """The lab opened last. Raises LabError if there is none."""
        if cls._current is None:
            raise LabError("expected an open lab, found none. Open one with: lab = Lab.open()")
        return cls._current

    @property
    def edition(self) -> str:
        """article or current; asked from Karmada itself where the backend does not know."""
        if self.backend.edition or not self._clusters.installed():
            return self.backend.edition
        newer = "workloadrebalancers.apps.karmada.io"
        found = self.connect().get("customresourcedefinitions", newer, None)
        return "current" if found else "article"

    def init(self, *, show: bool = True) -> None:
        """Install Karmada in the host cluster with ``karmadactl init``; nothing if it is there."""
        if self._clusters.installed():
            return
        host = self._host()
        self._clusters.forget(KARMADA)
        self.karmadactl("--kubeconfig", str(host), "init", *self.backend.karmadactl().init, show=show)
        waiting.until(self._clusters.installed, say("Karmada's API server"), 120.0)

    def join(self, name: str, *, show: bool = True) -> None:
        """Make a cluster a member with ``karmadactl join``; nothing if it is one."""
        name = self._clusters.resolve(name)
        if name not in self._clusters.joined():
            self._membership("join", name, show)

    def unjoin(self, name: str, *, show: bool = True) -> None:
        """Let a member go with ``karmadactl unjoin``; nothing if it is none."""
        name = self._clusters.resolve(name)
        if name in self._clusters.joined():
            self._membership("unjoin", name, show)

    def deinit(self, *, show: bool = True) -> None:
        """Remove Karmada from the host cluster; nothing if it is not there."""
        if not self._clusters.installed():
            return
        options = self.backend.karmadactl().deinit
        self.karmadactl("--kubeconfig", str(self._host()), "deinit", *options, stdin="y\n", show=show)
        waiting.until(lambda: not self._clusters.installed(), say("Karmada to be gone"), 60.0)
        self._clusters.kubeconfigs.karmada.unlink(missing_ok=True)
        self._clusters.forget(KARMADA)

    def karmadactl(self, *arguments: str, stdin: str | None = None, show: bool = True) -> Output:
        """Run karmadactl, showing its output; ``stdin`` answers what it asks. Raises LabError if it fails."""
        from karmada_nb.command import run

        try:
            tool = self.backend.karmadactl()
        except BackendError as error:
            raise LabError(str(error)) from None
        done = run([*tool.arguments, *arguments], environment=tool.environment, stdin=stdin, show=show)
        if done.code != 0:
            lines = done.err.strip().splitlines() or [say("it said nothing")]
            said = next((line for line in lines if line.lower().startswith("error")), lines[-1])
            raise LabError(
                "{command} ended with exit code {code}: {said}",
                command=f"karmadactl {' '.join(arguments)}",
                code=done.code,
                said=said,
            )
        return done

    def apply(self, manifest: Manifest, cluster: str = KARMADA) -> Applied:
        """Create or patch objects, as kubectl apply does. Raises ManifestError, LabError."""
        if isinstance(manifest, str):
            manifest = self._clusters.localize(manifest)
        connection = self.connect(cluster)
        done = [connection.apply(obj) for obj in manifests.parse(manifest)]
        return Applied([obj for obj, _ in done], [f"{connection.title(obj)} {verb}" for obj, verb in done])

    def delete(self, resource: str, cluster: str = KARMADA, namespace: str = "default") -> bool:
        """Delete ``deployment/pipy``; whether it was there. What depends on it goes in the background."""
        return self.connect(cluster).delete(*chain.split(resource), namespace)

    def get(self, resource: str, cluster: str = KARMADA, namespace: str = "default") -> Object | None:
        """The object ``deployment/pipy`` as a dict, or None."""
        return self.connect(cluster).get(*chain.split(resource), namespace)

    def list(
        self, kind: str, cluster: str = KARMADA, namespace: str | None = "default", labels: str = ""
    ) -> Sequence[Object]:
        """The objects of a kind in a namespace (None: in all), as dicts."""
        return self.connect(cluster).list(kind, namespace, labels=labels)

    def wait(
        self,
        what: str | Callable[[], Any],
        description: str = "",
        *,
        ready: readiness.Ready = None,
        gone: bool = False,
        cluster: str = KARMADA,
        namespace: str = "default",
        timeout: float = 60.0,
    ) -> None:
        """Wait until ``deployment/pipy`` is ready, or gone, or until a function gives something true.

        ``description`` is what the function waits for, in English; it is said in the reader's language.
        ``ready`` is a number of replicas, or True for all. What has none is ready by its conditions, and a
        Service in a member by its endpoints; without ``ready`` a Service only has to exist. ``timeout`` is in
        seconds. Raises LabError with what was expected, what was found and the command that shows it.
        """
        if callable(what):
            waiting.until(what, say(description or "what the function checks"), timeout)
            return
        connection, (word, name) = self.connect(cluster), chain.split(what)
        seen: tuple[Object | None, readiness.Slices] = None, ()

        def check() -> bool:
            nonlocal seen
            seen = readiness.look(connection, word, name, namespace)
            return readiness.reached(seen[0], ready, seen[1], gone=gone)

        see = f"kubectl --kubeconfig {connection.kubeconfig} get {what} -n {namespace}"
        waiting.until(
            check,
            readiness.wish(what, ready, gone=gone),
            timeout,
            found=lambda: readiness.describe(seen[0], what, seen[1]),
            see=see,
        )

    def cut(self, cluster: str) -> None:
        """Have Karmada lose a member, as if it had died; the cluster itself runs on.

        Raises LabError on clusters that are not the lab's own.
        """
        outage.cut(self, cluster)

    def mend(self, cluster: str) -> None:
        """Have Karmada find a member again."""
        outage.mend(self, cluster)

    def flag(self, deployment: str, *flags: str) -> None:
        """Start one of Karmada's deployments with more flags: ``lab.flag("karmada-webhook", "--v=4")``."""
        outage.flag(self, deployment, *flags)

    def unflag(self, deployment: str, *flags: str) -> None:
        """Start one of Karmada's deployments without flags that it has; see ``flag``."""
        outage.unflag(self, deployment, *flags)

    def at(self, step: str) -> None:
        """Bring the lab to the start of a step, from any state; see ``karmada_nb.steps.STEPS``."""
        from karmada_nb.steps import reach

        reach(self, step)

    def snapshot(self, path: str | Path | None = None) -> Snapshot:
        """What you have made, in Karmada and the clusters, as a value; with a path, also as a file."""
        from karmada_nb.snapshots import take

        found = take(self)
        if path is not None:
            found.save(path)
        return found

    def restore(self, snapshot: Snapshot | str | Path) -> None:
        """Bring back what a snapshot, or its file, holds; what else you have made goes. Raises LabError."""
        from karmada_nb import snapshots

        snapshots.restore(self, snapshots.load(snapshot) if isinstance(snapshot, str | Path) else snapshot)

    def reset(self) -> None:
        """Throw everything away and have new, bare clusters. Raises LabError where they are not ours."""
        self.close_widgets()
        self._clusters.forget()
        try:
            with waiting.progress() as line:
                found = self.backend.reset(lambda step: line("{what}", what=step))
            self._clusters = Clusters(found)
        except BackendError as error:
            raise LabError(str(error)) from None

    def stop(self) -> None:
        """End what ``start`` started; what is on disk stays, and the next start goes on from there."""
        self.close_widgets()
        self._clusters.forget()
        self.backend.down()
        if Lab._current is self:
            Lab._current = None

    def magics(self) -> None:
        """Have %kmd, %k0 and so on in this notebook, for this lab."""
        from karmada_nb.kubectl import register

        Lab._current = self
        register()

    def __enter__(self) -> Lab:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def __repr__(self) -> str:
        members = ", ".join(self._clusters.kubeconfigs.members)
        return say("Lab on {backend}: members {members}", backend=self.backend.name, members=members)

    def _membership(self, verb: str, name: str, show: bool) -> None:
        found = self._clusters.kubeconfigs
        path = found.members[name]
        self.karmadactl(
            "--kubeconfig", str(found.karmada), verb, name, f"--cluster-kubeconfig={path}", show=show
        )

    def _host(self) -> Path:
        host = self._clusters.kubeconfigs.host
        if host is None:
            raise LabError("expected a host cluster to install Karmada in, found none. Give host=KUBECONFIG")
        return host
