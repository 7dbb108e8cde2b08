"""What a controller of one cluster is given."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from karmada_nb.engine.runtime.client import Client, Resource
from karmada_nb.engine.runtime.clock import Clock
from karmada_nb.engine.runtime.events import Recorder
from karmada_nb.engine.runtime.informer import Informers

PODS: Final = Resource("", "v1", "pods")
NAMESPACES: Final = Resource("", "v1", "namespaces")
SERVICES: Final = Resource("", "v1", "services")
DEPLOYMENTS: Final = Resource("apps", "v1", "deployments")
REPLICASETS: Final = Resource("apps", "v1", "replicasets")
STATEFULSETS: Final = Resource("apps", "v1", "statefulsets")
DAEMONSETS: Final = Resource("apps", "v1", "daemonsets")
REVISIONS: Final = Resource("apps", "v1", "controllerrevisions")
JOBS: Final = Resource("batch", "v1", "jobs")
CRONJOBS: Final = Resource("batch", "v1", "cronjobs")
NODES: Final = Resource("", "v1", "nodes")
CLAIMS: Final = Resource("", "v1", "persistentvolumeclaims")


@dataclass(frozen=True, slots=True)
class Context:
    """``client_as`` gives a client that writes under a component's name (its field manager)."""

    client_as: Callable[[str], Client]
    informers: Informers
    clock: Clock
    minor: int = 36
    """The minor version of the cluster: what a status tells depends on it."""
    served: Callable[[str, str], Resource | None] = lambda group, plural: None
    """The resource of a group and plural, in a version that is served."""

    @property
    def counts_terminating(self) -> bool:
        """Whether workloads tell of pods that are going: DeploymentReplicaSetTerminatingReplicas."""
        return self.minor >= 35

    def recorder(self, component: str) -> Recorder:
        """Writes events whose source is ``component``."""
        return Recorder(self.client_as(component), self.clock, component)
