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


def _component(obj: Object, now: datetime) -> list[Any]:
    found = next((c for c in obj.get("conditions") or [] if c.get("type") == "Healthy"), None)
    if found is None:
        return [meta.name(obj), "Unknown", "", ""]
    word = "Healthy" if found.get("status") == "True" else "Unhealthy"
    return [meta.name(obj), word, found.get("message", ""), found.get("error", "")]


def _source(obj: Object) -> str:
    source = obj.get("source") or obj.get("deprecatedSource") or {}
    component = source.get("component") or obj.get("reportingComponent") or obj.get("reportingController")
    host = source.get("host") or obj.get("reportingInstance")
    return ", ".join(part for part in (component or "", host) if part)


_EVENT: Final = Table(
    (
        Column("Last Seen", doc="core.v1.Event.lastTimestamp"),
        Column("Type", doc="core.v1.Event.type"),
        Column("Reason", doc="core.v1.Event.reason"),
        Column("Object", doc="core.v1.Event.involvedObject"),
        wide("Subobject", doc="core.v1.ObjectReference.fieldPath"),
        wide("Source", doc="core.v1.Event.source"),
        Column("Message", doc="core.v1.Event.message"),
        wide("First Seen", doc="core.v1.Event.firstTimestamp"),
        wide("Count", doc="core.v1.Event.count"),
        Column("Name", format="name", doc="meta.v1.ObjectMeta.name", priority=1),
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
            Column("Version", doc="core.v1.NodeSystemInfo.kubeletVersion"),
            wide("Internal-IP", doc="core.v1.NodeStatus.addresses"),
            wide("External-IP", doc="core.v1.NodeStatus.addresses"),
            wide("OS-Image", doc="core.v1.NodeSystemInfo.osImage"),
            wide("Kernel-Version", doc="core.v1.NodeSystemInfo.kernelVersion"),
            wide("Container-Runtime", doc="core.v1.NodeSystemInfo.containerRuntimeVersion"),
        ),
        _node,
    ),
    ("", "Namespace"): Table(
        (NAME_COLUMN, Column("Status", description="The status of the namespace"), AGE_COLUMN), _namespace
    ),
    ("", "ComponentStatus"): Table(
        (
            NAME_COLUMN,
            Column("Status", description="Status of the component conditions"),
            Column("Message", description="Message of the component conditions"),
            Column("Error", description="Error of the component conditions"),
        ),
        _component,
    ),
    ("", "ConfigMap"): Table(
        (NAME_COLUMN, Column("Data", doc="core.v1.ConfigMap.data"), AGE_COLUMN), _config_map
    ),
    ("", "Secret"): Table(
        (
            NAME_COLUMN,
            Column("Type", doc="core.v1.Secret.type"),
            Column("Data", doc="core.v1.Secret.data"),
            AGE_COLUMN,
        ),
        _secret,
    ),
    ("", "ServiceAccount"): Table((NAME_COLUMN, AGE_COLUMN), _named),
    ("coordination.k8s.io", "Lease"): Table(
        (NAME_COLUMN, Column("Holder", doc="coordination.v1.LeaseSpec.holderIdentity"), AGE_COLUMN), _lease
    ),
    ("", "Event"): _EVENT,
    ("events.k8s.io", "Event"): _EVENT,
}
