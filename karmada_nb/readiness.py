"""When an object is as it should be, and how far it is: the words for waiting and for errors."""

from typing import Any

from karmada_nb.frames import condition, ready_replicas
from karmada_nb.manifests import Object, replica_count

Ready = int | bool | None


def reached(obj: Object | None, ready: Ready, *, gone: bool = False) -> bool:
    """Whether an object has ``ready`` replicas, or all that it asks for (True or None), or is Ready.

    An object of a kind that knows no readiness only has to exist. With ``gone`` it has not to.
    """
    if obj is None or gone:
        return gone and obj is None
    if counts(obj):
        wanted = replica_count(obj) if ready is None or isinstance(ready, bool) else ready
        metadata, status = obj["metadata"], obj.get("status") or {}
        seen = status.get("observedGeneration", metadata.get("generation", 0))
        return bool(seen >= metadata.get("generation", 0) and ready_replicas(obj) == wanted)
    for kind in ("Ready", "Complete", "Established"):
        found = condition(obj, kind)
        if found:
            return found == ("False" if ready is False else "True")
    return ready is None or _has_no_readiness(obj)


def describe(obj: Object | None, what: str) -> str:
    """How far an object is: ``deployment/pipy has 1 of 2 replicas ready``."""
    if obj is None:
        return f"no {what}"
    if counts(obj):
        return f"{what} has {ready_replicas(obj)} of {replica_count(obj)} replicas ready"
    ready = condition(obj, "Ready") or condition(obj, "Complete")
    return f"{what} has Ready={ready}" if ready else f"{what} exists and has no condition yet"


def counts(obj: Object) -> bool:
    """Whether the object is a workload with replicas."""
    spec: Any = obj.get("spec")
    return isinstance(spec, dict) and "replicas" in spec and "template" in spec


def _has_no_readiness(obj: Object) -> bool:
    return obj.get("kind") not in ("Cluster", "Node", "Pod", "Job")
