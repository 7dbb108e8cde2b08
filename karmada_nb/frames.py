"""Kubernetes objects as pandas frames. Pure functions: objects in, a frame out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from karmada_nb.manifests import Object, replica_count

if TYPE_CHECKING:
    import pandas as pd

CLUSTERS: Final = ("cluster", "role", "version", "nodes", "ready", "endpoint", "joined")
BY_CLUSTER: Final = ("cluster", "desired", "ready")
BY_POD: Final = ("cluster", "desired", "ready", "node", "pod")
OBJECTS: Final = ("stage", "cluster", "kind", "namespace", "name", "status")
EVENTS: Final = ("seen", "type", "reason", "from", "count", "message")
SEATS: Final = ("round", "cluster", "weight", "claim", "gets", "why")
NONE: Final = "none"
THERE: Final = "there"
SELECTS: Final = "selects it"
BEING_DELETED: Final = "being deleted"
NOT_SCHEDULED: Final = "not scheduled"
APPLIED: Final = "applied"
NOT_APPLIED: Final = "not applied"
NOT_YET_APPLIED: Final = "not yet applied"
STATUSES: Final = (NONE, THERE, SELECTS, BEING_DELETED, NOT_SCHEDULED, APPLIED, NOT_APPLIED, NOT_YET_APPLIED)
"""How an object of the chain is, in words: in English, as the names of columns are."""
REQUESTS: Final = ("pod", "cluster", "ok", "seconds", "error")


@dataclass(frozen=True, slots=True)
class Link:
    """One object of the chain from a template to the members; ``obj`` None means that there is none."""

    stage: str
    cluster: str
    kind: str
    obj: Object | None
    name: str = ""


def frame(rows: Iterable[Sequence[Any]], columns: Sequence[str]) -> pd.DataFrame:
    """A frame of rows; the columns are there even without any row."""
    import pandas as pd

    # Messages are there to be read: pandas would cut them off after 50 letters.
    pd.set_option("display.max_colwidth", None)
    return pd.DataFrame.from_records([tuple(row) for row in rows], columns=list(columns))


def condition(obj: Mapping[str, Any], kind: str) -> str:
    """The status of one of an object's conditions: True, False, Unknown, or '' where it has none."""
    for found in (obj.get("status") or {}).get("conditions") or ():
        if found.get("type") == kind:
            return str(found.get("status", ""))
    return ""


def ready_replicas(obj: Mapping[str, Any]) -> int:
    status = obj.get("status") or {}
    return int(status.get("readyReplicas") or status.get("numberReady") or 0)


def desired_replicas(obj: Mapping[str, Any]) -> int:
    """How many replicas a workload is to have in its cluster; a DaemonSet by the number of nodes."""
    scheduled = (obj.get("status") or {}).get("desiredNumberScheduled")
    return replica_count(obj) if scheduled is None else int(scheduled)


def by_cluster(found: Mapping[str, Object | None]) -> pd.DataFrame:
    """What each cluster wants and has of a workload; a cluster without it counts as 0."""
    rows = [
        (cluster, desired_replicas(obj), ready_replicas(obj)) if obj else (cluster, 0, 0)
        for cluster, obj in found.items()
    ]
    return frame(rows, BY_CLUSTER)


def by_pod(pods: Mapping[str, Sequence[Object]]) -> pd.DataFrame:
    """One row a pod; ``desired`` is 1, so that both frames add up alike."""
    rows = [
        (
            cluster,
            1,
            int(condition(pod, "Ready") == "True"),
            (pod.get("spec") or {}).get("nodeName", ""),
            pod["metadata"]["name"],
        )
        for cluster, found in pods.items()
        for pod in sorted(found, key=lambda pod: str(pod["metadata"]["name"]))
    ]
    return frame(rows, BY_POD)


def objects(chain: Iterable[Link]) -> pd.DataFrame:
    """The chain from template to member objects, with the status of each in a word."""
    rows = []
    for link in chain:
        metadata = (link.obj or {}).get("metadata", {})
        rows.append(
            (
                link.stage,
                link.cluster,
                link.kind,
                metadata.get("namespace", ""),
                metadata.get("name", link.name),
                status(link.obj),
            )
        )
    return frame(rows, OBJECTS)


def status(obj: Object | None) -> str:
    """How an object of the chain is, in a word or two."""
    if obj is None:
        return NONE
    if "deletionTimestamp" in obj["metadata"]:
        return BEING_DELETED
    match obj.get("kind"):
        case "PropagationPolicy" | "ClusterPropagationPolicy":
            return SELECTS
        case "ResourceBinding" | "ClusterResourceBinding":
            return _binding_status(obj)
        case "Work":
            applied = condition(obj, "Applied")
            return {"True": APPLIED, "False": NOT_APPLIED}.get(applied, NOT_YET_APPLIED)
    if "replicas" in (obj.get("spec") or {}):
        return f"{ready_replicas(obj)}/{replica_count(obj)} ready"
    return THERE


def _binding_status(obj: Object) -> str:
    targets = obj["spec"].get("clusters") or []
    if condition(obj, "Scheduled") == "False" or not targets:
        return NOT_SCHEDULED
    counted = any("replicas" in target for target in targets)
    return ", ".join(f"{t['name']} {t.get('replicas', 0)}" if counted else str(t["name"]) for t in targets)


def seats(rows: Iterable[Sequence[Any]]) -> pd.DataFrame:
    """The hand-out of replicas, a row a cluster and a round."""
    return frame(rows, SEATS)


def events(found: Iterable[Object]) -> pd.DataFrame:
    """Events, the oldest first."""
    rows = sorted((_event(event) for event in found), key=lambda row: str(row[0]))
    return frame(rows, EVENTS)


def _event(event: Object) -> tuple[str, str, str, str, int, str]:
    series = event.get("series") or {}
    seen = (
        series.get("lastObservedTime")
        or event.get("lastTimestamp")
        or event.get("eventTime")
        or event["metadata"].get("creationTimestamp", "")
    )
    source = (event.get("source") or {}).get("component") or event.get("reportingComponent", "")
    count = series.get("count") or event.get("count") or 1
    return (_clock(seen), event["type"], event["reason"], source, int(count), event.get("message", ""))


def _clock(stamp: str) -> str:
    """A time of the API, as date and time of day in UTC without fractions."""
    try:
        return datetime.fromisoformat(stamp).strftime("%Y-%m-%d %H:%M:%S")
    except ValueError:
        return stamp
