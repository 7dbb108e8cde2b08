"""When an object is as it should be, and how far it is: for every kind, in this one place.

Kinds that count (workloads, DaemonSets, Services with a selector) are ready when all are that they ask for;
others by their conditions or their phase, as ``kubectl wait`` and ``kubectl rollout status`` judge them.
What knows no readiness, such as a ConfigMap, is ready when it is there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from karmada_nb.connection import Connection
from karmada_nb.frames import condition, desired_replicas, ready_replicas
from karmada_nb.language import say
from karmada_nb.manifests import Object

Ready = int | bool | None
Slices = Sequence[Object]
"""The EndpointSlices of a Service; of anything else, none."""

CONDITIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "APIService": ("Available",),
    "Cluster": ("Ready",),
    "ClusterResourceBinding": ("Scheduled", "FullyApplied"),
    "CustomResourceDefinition": ("NamesAccepted", "Established"),
    "Job": ("Complete",),
    "Node": ("Ready",),
    "Pod": ("Ready",),
    "ResourceBinding": ("Scheduled", "FullyApplied"),
    "Work": ("Applied",),
}
"""What has to be true, all of it. Of other kinds it is the condition Ready, if an object has one."""
PHASES: Final[Mapping[str, tuple[str, ...]]] = {
    "Namespace": ("Active",),
    "PersistentVolume": ("Available", "Bound"),
    "PersistentVolumeClaim": ("Bound",),
    "Pod": ("Succeeded",),
}
"""Phases in which an object of the kind is as it should be, whatever its conditions say."""


def look(connection: Connection, word: str, name: str, namespace: str) -> tuple[Object | None, Slices]:
    """An object, and what else has to be read to judge it."""
    obj = connection.get(word, name, namespace)
    if obj is None or not _selects(obj):
        return obj, ()
    return obj, connection.list("endpointslices", namespace, labels=f"kubernetes.io/service-name={name}")


def reached(obj: Object | None, ready: Ready, slices: Slices = (), *, gone: bool = False) -> bool:
    """Whether an object has ``ready`` replicas, or is as it should be (True), or is not (False).

    None is like True, but a Service only has to exist: it is there before its pods are. With ``gone`` the
    object has not to exist.
    """
    if obj is None or gone:
        return gone and obj is None
    if ready is False:
        return not _as_it_should_be(obj, slices)
    if ready is None and obj.get("kind") == "Service":
        return True
    counted = _count(obj, slices)
    if counted is not None and ready is not None and ready is not True:
        return _is_current(obj) and counted[0] == ready
    return _as_it_should_be(obj, slices)


def wish(what: str, ready: Ready, *, gone: bool = False) -> str:
    """What is waited for: ``deployment/pipy to be ready``."""
    if gone:
        return say("{what} to be gone", what=what)
    if ready is False:
        return say("{what} not to be ready", what=what)
    if ready is None or ready is True:
        return say("{what} to be ready", what=what)
    return say("{what} to have {ready} ready", what=what, ready=ready)


def describe(obj: Object | None, what: str, slices: Slices = ()) -> str:
    """How far an object is: ``deployment/pipy has 1 of 2 replicas ready``."""
    if obj is None:
        return say("no {what}", what=what)
    if _selects(obj):
        return say("{what} has ready endpoints: {count}", what=what, count=_addresses(slices))
    counted = _count(obj, slices)
    if counted is not None:
        return say(
            "{what} has {ready} of {wanted} pods ready"
            if obj.get("kind") == "DaemonSet"
            else "{what} has {ready} of {wanted} replicas ready",
            what=what,
            ready=counted[0],
            wanted=counted[1],
        )
    known = [f"{kind}={said}" for kind in _wanted(obj) if (said := condition(obj, kind))]
    phase = (obj.get("status") or {}).get("phase")
    if known or phase:
        return say(
            "{what} has {found}", what=what, found=", ".join([*known, *([f"phase {phase}"] if phase else [])])
        )
    return say("{what} exists and has no condition yet", what=what)


def _as_it_should_be(obj: Object, slices: Slices) -> bool:
    counted = _count(obj, slices)
    if counted is not None:
        ready, wanted = counted
        return _is_current(obj) and (ready >= wanted if _selects(obj) else ready == wanted)
    kind, phase = str(obj.get("kind")), (obj.get("status") or {}).get("phase")
    if phase in PHASES.get(kind, ()):
        return True
    wanted_conditions = _wanted(obj)
    if wanted_conditions:
        return all(condition(obj, one) == "True" for one in wanted_conditions)
    return kind not in PHASES


def _wanted(obj: Object) -> tuple[str, ...]:
    known = CONDITIONS.get(str(obj.get("kind")))
    return known if known is not None else ("Ready",) if condition(obj, "Ready") else ()


def _count(obj: Object, slices: Slices) -> tuple[int, int] | None:
    """How many are ready and how many are wanted, of a kind that counts. A Service wants one endpoint."""
    if _selects(obj):
        return _addresses(slices), 1
    spec: Any = obj.get("spec")
    counts = isinstance(spec, Mapping) and "replicas" in spec and "template" in spec
    if counts or obj.get("kind") == "DaemonSet":
        return ready_replicas(obj), desired_replicas(obj)
    return None


def _is_current(obj: Object) -> bool:
    """Whether the status is of the object as it is now, as far as its controller says so.

    Karmada v1.2 sums up a status without ``observedGeneration``. A DaemonSet's numbers are all 0 before
    anybody has looked at it, so there 0 without a generation means nothing.
    """
    metadata, status = obj["metadata"], obj.get("status") or {}
    if obj.get("kind") == "DaemonSet" and not status.get("observedGeneration"):
        return bool(status.get("desiredNumberScheduled"))
    seen = status.get("observedGeneration", metadata.get("generation", 0))
    return bool(seen >= metadata.get("generation", 0))


def _selects(obj: Object) -> bool:
    """Whether an object is a Service whose endpoints somebody collects."""
    spec: Any = obj.get("spec") or {}
    return obj.get("kind") == "Service" and bool(spec.get("selector")) and spec.get("type") != "ExternalName"


def _addresses(slices: Slices) -> int:
    """The ready addresses of all slices; one in two slices, as in a dual-stack Service, counts twice."""
    endpoints = (endpoint for found in slices for endpoint in found.get("endpoints") or ())
    return sum(
        len(endpoint.get("addresses") or ())
        for endpoint in endpoints
        if (endpoint.get("conditions") or {}).get("ready") is not False
    )
