"""Tables of nodes, namespaces, events and plain data. Follows pkg/printers/internalversion/printers.go."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.resource import Column, Table
from karmada_nb.engine.apiserver.tables.cells import (
    AGE_COLUMN,
    NAME_COLUMN,
    NONE,
    UNKNOWN,
    age,
    since,
    wide,
)
from karmada_nb.engine.meta import Object

_ROLE: Final = "node-role.kubernetes.io/"


def _node(obj: Object, now: datetime) -> list[Any]:
    info = meta.dig(obj, "status", "nodeInfo", default={})
    return [
        meta.name(obj),
        _node_status(obj),
        _roles(meta.labels(obj)),
        age(obj, now),
        info.get("kubeletVersion", ""),
        _address(obj, "InternalIP"),
        _address(obj, "ExternalIP"),
        info.get("osImage") or UNKNOWN,
        _kernel(info),
        info.get("containerRuntimeVersion") or UNKNOWN,
    ]


def _kernel(info: Object) -> str:
    version, architecture = info.get("kernelVersion") or UNKNOWN, info.get("architecture")
    return f"{version} ({architecture})" if architecture else str(version)


def _node_status(obj: Object) -> str:
    ready = meta.condition(obj, "Ready")
    words = ["Unknown" if ready is None else "Ready" if ready.get("status") == "True" else "NotReady"]
    if meta.dig(obj, "spec", "unschedulable"):
        words.append("SchedulingDisabled")
    return ",".join(words)


def _roles(labels: dict[str, str]) -> str:
    roles = {key.removeprefix(_ROLE) for key in labels if key.startswith(_ROLE)}
    roles.add(labels.get("kubernetes.io/role", ""))
    return ",".join(sorted(roles - {""})) or NONE


def _address(obj: Object, kind: str) -> str:
    for address in meta.dig(obj, "status", "addresses", default=[]):
        if address.get("type") == kind:
            return str(address.get("address", ""))
    return NONE


def _namespace(obj: Object, now: datetime) -> list[Any]:
    return [meta.name(obj), meta.dig(obj, "status", "phase", default=""), age(obj, now)]


def _config_map(obj: Object, now: datetime) -> list[Any]:
    size = len(obj.get("data") or {}) + len(obj.get("binaryData") or {})
    return [meta.name(obj), size, age(obj, now)]


def _secret(obj: Object, now: datetime) -> list[Any]:
    return [meta.name(obj), obj.get("type", ""), len(obj.get("data") or {}), age(obj, now)]


def _named(obj: Object, now: datetime) -> list[Any]:
    return [meta.name(obj), age(obj, now)]


def _lease(obj: Object, now: datetime) -> list[Any]:
    return [meta.name(obj), meta.dig(obj, "spec", "holderIdentity", default=""), age(obj, now)]


def _event(obj: Object, now: datetime) -> list[Any]:
    about = obj.get("involvedObject") or obj.get("regarding") or {}
    first = since(
        obj.get("firstTimestamp") or obj.get("deprecatedFirstTimestamp") or obj.get("eventTime"), now
    )
    stamp = obj.get("lastTimestamp") or obj.get("deprecatedLastTimestamp")
    last, times = since(stamp, now) if stamp else first, obj.get("count") or obj.get("deprecatedCount") or 1
    series = obj.get("series")
    if series:
        last, times = since(series.get("lastObservedTime"), now), series.get("count", 0)
    kind, name = about.get("kind", "").lower(), about.get("name", "")
    return [
        last,
        obj.get("type", ""),
        obj.get("reason", ""),
        f"{kind}/{name}" if name else kind,
        about.get("fieldPath", ""),
        _source(obj),
        (obj.get("message") or obj.get("note") or "").strip(),
        first,
        times,
        meta.name(obj),
    ]


def _source(obj: Object) -> str:
    source = obj.get("source") or obj.get("deprecatedSource") or {}
    component = source.get("component") or obj.get("reportingComponent") or obj.get("reportingController")
    host = source.get("host") or obj.get("reportingInstance")
    return ", ".join(part for part in (component or "", host) if part)


_EVENT: Final = Table(
    (
        Column("Last Seen", description="When it was last seen."),
        Column("Type", description="Normal or Warning."),
        Column("Reason", description="Why, in a word."),
        Column("Object", description="What it is about."),
        wide("Subobject", "Which part of it."),
        wide("Source", "Who says so."),
        Column("Message", description="What happened."),
        wide("First Seen", "When it was first seen."),
        wide("Count", "How often it happened."),
        Column("Name", format="name", description="The event's own name.", priority=1),
    ),
    _event,
)

TABLES: Final[dict[tuple[str, str], Table]] = {
    ("", "Node"): Table(
        (
            NAME_COLUMN,
            Column("Status", description="The status of the node"),
            Column("Roles", description="The roles of the node"),
            AGE_COLUMN,
            Column("Version", description="The kubelet's version."),
            wide("Internal-IP", "The address inside the cluster."),
            wide("External-IP", "The address outside the cluster."),
            wide("OS-Image", "The operating system."),
            wide("Kernel-Version", "The kernel."),
            wide("Container-Runtime", "The container runtime."),
        ),
        _node,
    ),
    ("", "Namespace"): Table(
        (NAME_COLUMN, Column("Status", description="The status of the namespace"), AGE_COLUMN), _namespace
    ),
    ("", "ConfigMap"): Table(
        (NAME_COLUMN, Column("Data", description="How many keys it holds."), AGE_COLUMN), _config_map
    ),
    ("", "Secret"): Table(
        (
            NAME_COLUMN,
            Column("Type", description="What it is for."),
            Column("Data", description="How many keys it holds."),
            AGE_COLUMN,
        ),
        _secret,
    ),
    ("", "ServiceAccount"): Table((NAME_COLUMN, AGE_COLUMN), _named),
    ("coordination.k8s.io", "Lease"): Table(
        (NAME_COLUMN, Column("Holder", description="Who holds it."), AGE_COLUMN), _lease
    ),
    ("", "Event"): _EVENT,
    ("events.k8s.io", "Event"): _EVENT,
}
