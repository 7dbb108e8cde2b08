"""Which objects on clusters that others use too are the drills' own, so that they may go again.

A ConfigMap in Karmada keeps the names that drills have taken. A name that somebody else has is not taken.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from karmada_nb.chain import KARMADA
from karmada_nb.connection import Connection
from karmada_nb.failures import LabError
from karmada_nb.manifests import Object

if TYPE_CHECKING:
    from karmada_nb.lab import Lab

MARKER: Final = "karmada-nb-drills"
_KINDS: Final = ("deployments.apps", "services")
_POLICIES: Final = (
    "propagationpolicies.policy.karmada.io",
    "overridepolicies.policy.karmada.io",
    "clusterpropagationpolicies.policy.karmada.io",
    "clusteroverridepolicies.policy.karmada.io",
)


def claim(lab: Lab, name: str, namespace: str) -> None:
    """Take a name for a drill; nothing to do on clusters that are for the course alone.

    Raises LabError where an object of that name stands, in Karmada or in a cluster.
    """
    if lab.backend.disposable:
        return
    wanted = [(word, space) for word in _KINDS for space in _spaces(namespace)]
    for cluster in (KARMADA, *lab.cluster_names()):
        connection = lab.connect(cluster)
        for word, space in [*wanted, *_own_namespace(namespace)]:
            if connection.get(word, name, space) is not None:
                raise LabError(
                    "expected no {what} in {cluster}, found one that is not the course's. "
                    "The drill leaves it alone, and cannot be had on these clusters.",
                    what=f"{word.partition('.')[0]}/{name}",
                    cluster=cluster,
                )
    marker = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": MARKER, "namespace": "default"}}
    lab.apply({**marker, "data": {name: namespace}})


def owned(karmada: Connection) -> Iterator[tuple[str, Object]]:
    """The drills' objects in Karmada: those of their names, and every policy for those."""
    names = _names(karmada)
    for name, namespace in names.items():
        for word in _KINDS:
            for space in _spaces(namespace):
                found = karmada.get(word, name, space)
                if found is not None:
                    yield word, found
    for word in _POLICIES if names else ():
        for policy in karmada.list(word, None):
            selectors = policy["spec"].get("resourceSelectors") or ()
            selected = {selector.get("name", "") for selector in selectors}
            if selected and selected <= set(names):
                yield word, policy


def release(lab: Lab) -> None:
    """Delete what a drill made by hand in the clusters, and give its names back."""
    karmada = lab.connect(KARMADA)
    for name, namespace in _names(karmada).items():
        for _ in _own_namespace(namespace):
            karmada.delete("namespaces", namespace, None)
        for cluster in lab.cluster_names():
            connection = lab.connect(cluster)
            for word in _KINDS:
                for space in _spaces(namespace):
                    connection.delete(word, name, space)
    karmada.delete("configmaps", MARKER)


def _names(karmada: Connection) -> dict[str, str]:
    """The names that drills have taken, and the namespace of each."""
    marker = karmada.get("configmaps", MARKER)
    return dict((marker or {}).get("data") or {})


def _spaces(namespace: str) -> set[str]:
    """Where something of a drill may stand: readers move things."""
    return {namespace, "default"}


def _own_namespace(namespace: str) -> Iterator[tuple[str, None]]:
    if namespace != "default":
        yield "namespaces", None
