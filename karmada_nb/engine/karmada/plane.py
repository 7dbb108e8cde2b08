"""What every Karmada controller is given: the control plane's API, the members, the edition."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from karmada_nb.engine.karmada.addons import Addons
from karmada_nb.engine.karmada.constants import ARTICLE, Edition
from karmada_nb.engine.karmada.interpretation import ResourceInterpreter
from karmada_nb.engine.karmada.members import Members
from karmada_nb.engine.karmada.options import Options
from karmada_nb.engine.runtime.client import Client, Resource
from karmada_nb.engine.runtime.clock import Clock
from karmada_nb.engine.runtime.events import Recorder
from karmada_nb.engine.runtime.informer import Informers

CLUSTERS: Final = Resource("cluster.karmada.io", "v1alpha1", "clusters")
POLICIES: Final = Resource("policy.karmada.io", "v1alpha1", "propagationpolicies")
CLUSTER_POLICIES: Final = Resource("policy.karmada.io", "v1alpha1", "clusterpropagationpolicies")
OVERRIDES: Final = Resource("policy.karmada.io", "v1alpha1", "overridepolicies")
CLUSTER_OVERRIDES: Final = Resource("policy.karmada.io", "v1alpha1", "clusteroverridepolicies")
BINDINGS: Final = Resource("work.karmada.io", "v1alpha2", "resourcebindings")
CLUSTER_BINDINGS: Final = Resource("work.karmada.io", "v1alpha2", "clusterresourcebindings")
WORKS: Final = Resource("work.karmada.io", "v1alpha1", "works")
NAMESPACES: Final = Resource("", "v1", "namespaces")
SECRETS: Final = Resource("", "v1", "secrets")


class Served:
    """The resources that the Karmada API serves, and word of those that come and go."""

    def __init__(
        self,
        of_kind: Callable[[str, str], Resource | None],
        resources: Callable[[], Iterable[Resource]],
        namespaced: Callable[[Resource], bool],
        on_change: Callable[[Callable[[], None]], None],
    ) -> None:
        self.of_kind = of_kind
        """``(apiVersion, kind)`` -> the resource, None where it is not served."""
        self.resources = resources
        """One version of each resource that can be listed and watched."""
        self.namespaced = namespaced
        self.on_change = on_change
        """Calls back whenever ``resources`` may have changed (a CRD was made or removed)."""


@dataclass(frozen=True, slots=True)
class Plane:
    """``client_as(component)`` writes to the Karmada API under a component's name."""

    client_as: Callable[[str], Client]
    informers: Informers
    served: Served
    members: Members
    interpreter: ResourceInterpreter
    clock: Clock
    edition: Edition
    addons: Addons
    options: Options = field(default_factory=Options)

    @property
    def article(self) -> bool:
        """Whether the behaviours are those of v1.2."""
        return self.edition == ARTICLE

    def gate(self, name: str) -> bool:
        """Whether a feature gate is on."""
        return self.options.gates.enabled(name)

    def recorder(self, component: str) -> Recorder:
        """Writes events whose source is ``component``."""
        return Recorder(self.client_as(component), self.clock, component)
