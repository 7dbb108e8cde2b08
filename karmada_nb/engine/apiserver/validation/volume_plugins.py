"""Volumes of particular storage systems, most of them superseded by CSI.

Follows the functions below validateVolumeSource in pkg/apis/core/validation/validation.go.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.apiserver.validation.names import between, dns_label
from karmada_nb.engine.apiserver.validation.paths import descending_path
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object

Check = Callable[[Object, str], list[Cause]]

_MOST: Final = 255
_PORTAL_AND_NAME: Final = 64
_TENANT: Final = 64
_NAMES_OF_NODES: Final = {
    "iqn": re.compile(r"iqn\.\d{4}-\d{2}\.([A-Za-z0-9.-]+)(:[^,;*&$|\s]+)", re.ASCII),
    "eui": re.compile(r"eui.[A-Za-z0-9]{16}"),
    "naa": re.compile(r"naa.[A-Za-z0-9]{32}"),
}
_CACHING: Final = ("None", "ReadOnly", "ReadWrite")
_DISKS: Final = ("Dedicated", "Managed", "Shared")
_MANAGED: Final = (
    "/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}"
)
_BLOB: Final = "https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd"


def needs(source: Object, path: str, *names: str) -> list[Cause]:
    """Fields that a volume source cannot do without."""
    return [field.required(f"{path}.{name}") for name in names if not source.get(name)]


def needing(*names: str) -> Check:
    """A source of which only this is asked: that some fields are there."""
    return lambda source, path: needs(source, path, *names)


def secret_name(source: Object, path: str) -> list[Cause]:
    """A ``secretRef``, where there is one, names a secret."""
    secret = source.get("secretRef")
    if secret is None or secret.get("name"):
        return []
    return [field.required(f"{path}.secretRef.name")]


def _partitioned(name: str) -> Check:
    """A disk, of which a partition may be chosen. Its path in messages is not its name."""

    def check(disk: Object, path: str) -> list[Cause]:
        causes, number = needs(disk, path, name), disk.get("partition", 0)
        if 0 <= number <= _MOST:
            return causes
        return [*causes, field.invalid(f"{path}.partition", number, between(1, _MOST))]

    return check


def _git_repo(source: Object, path: str) -> list[Cause]:
    causes = needs(source, path, "repository")
    return causes + descending_path(source.get("directory", ""), f"{path}.directory")


def iscsi_fields(source: Object, path: str, *, foreign: str, secret: bool) -> list[Cause]:
    """``foreign``: what is said of names of no known form. ``secret``: a secret has to have a name."""
    causes = needs(source, path, "targetPortal", "iqn")
    if source.get("iqn"):
        causes += _node_name(source["iqn"], f"{path}.iqn", foreign)
    lun = source.get("lun", 0)
    if not 0 <= lun <= _MOST:
        causes.append(field.invalid(f"{path}.lun", lun, between(0, _MOST)))
    if (source.get("chapAuthDiscovery") or source.get("chapAuthSession")) and source.get("secretRef") is None:
        causes.append(field.required(f"{path}.secretRef"))
    causes += secret_name(source, path) if secret else []
    name = source.get("initiatorName")
    return causes if name is None else causes + _node_name(name, f"{path}.initiatorname", foreign)


def _iscsi(source: Object, path: str) -> list[Cause]:
    foreign = "must be valid format starting with iqn, eui, or naa"
    return iscsi_fields(source, path, foreign=foreign, secret=False)


def iscsi_too_long(volume: str, source: Object) -> str:
    """Where the initiator has a name, volume and portal together become a short one. "": they do."""
    portal = f"{volume}:{source.get('targetPortal', '')}"
    if source.get("initiatorName") is None or len(portal) <= _PORTAL_AND_NAME:
        return ""
    return (
        "Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if "
        "iscsi.initiatorName is specified."
    )


def _node_name(name: str, path: str, foreign: str) -> list[Cause]:
    pattern = _NAMES_OF_NODES.get(name[:3])
    if pattern is None:
        return [field.invalid(path, name, foreign)]
    return [] if pattern.fullmatch(name) else [field.invalid(path, name, "must be valid format")]


def _fibre_channel(source: Object, path: str) -> list[Cause]:
    targets, wide, at = source.get("targetWWNs"), source.get("wwids"), f"{path}.targetWWNs"
    causes: list[Cause] = []
    if not targets and not wide:
        causes.append(field.required(at, "must specify either targetWWNs or wwids, but not both"))
    if targets and wide:
        why = "targetWWNs and wwids can not be specified simultaneously"
        causes.append(field.invalid(at, targets, why))
    lun = source.get("lun")
    if targets and lun is None:
        causes.append(field.required(f"{path}.lun", "lun is required if targetWWNs is specified"))
    elif targets and lun is not None and not 0 <= lun <= _MOST:
        causes.append(field.invalid(f"{path}.lun", lun, between(0, _MOST)))
    return causes


def _flex(source: Object, path: str) -> list[Cause]:
    causes = needs(source, path, "driver")
    for key in source.get("options") or {}:
        if f".{key.partition('/')[0].lower()}".endswith((".kubernetes.io", ".k8s.io")):
            why = "kubernetes.io and k8s.io namespaces are reserved"
            causes.append(field.invalid(f"{path}.options[{key}]", key, why))
    return causes


def _cinder(source: Object, path: str) -> list[Cause]:
    return needs(source, path, "volumeID") + secret_name(source, path)


def _flocker(source: Object, path: str) -> list[Cause]:
    name, uid = source.get("datasetName", ""), source.get("datasetUUID")
    causes: list[Cause] = []
    if not name and not uid:
        causes.append(field.required(path, "one of datasetName and datasetUUID is required"))
    if name and uid:
        why = "datasetName and datasetUUID can not be specified simultaneously"
        causes.append(field.invalid(path, "resource", why))
    if "/" in name:
        causes.append(field.invalid(f"{path}.datasetName", name, "must not contain '/'"))
    return causes


def _quobyte(source: Object, path: str) -> list[Cause]:
    causes: list[Cause] = []
    registry, pairs = source.get("registry"), "must be a host:port pair or multiple pairs separated by commas"
    if not registry:
        causes.append(field.required(f"{path}.registry", pairs))
    elif len(source.get("tenant", "")) > _TENANT:
        why = "must be a UUID and may not exceed a length of 64 characters"
        causes.append(field.required(f"{path}.tenant", why))
    else:
        wrong = [pair for pair in registry.split(",") if pair.count(":") != 1]
        causes += [field.invalid(f"{path}.registry", registry, pairs) for _ in wrong]
    return causes + needs(source, path, "volume")


def _azure_disk(source: Object, path: str) -> list[Cause]:
    causes = needs(source, path, "diskName", "diskURI")
    for name, supported in (("cachingMode", _CACHING), ("kind", _DISKS)):
        causes += field.optional(f"{path}.{name}", source.get(name), supported)
    kind, place = source.get("kind"), source.get("diskURI", "")
    start, form = ("/subscriptions/", _MANAGED) if kind == "Managed" else ("https://", _BLOB)
    if kind is not None and not place.startswith(start):
        causes.append(field.not_supported(f"{path}.diskURI", place, (form,)))
    return causes


def _storage_os(source: Object, path: str) -> list[Cause]:
    causes = needs(source, path, "volumeName")
    for name in ("volumeName", "volumeNamespace"):
        if source.get(name):
            causes += field.each(f"{path}.{name}", source[name], dns_label(source[name]))
    return causes + secret_name(source, path)


PLUGINS: Final[dict[str, Check]] = {
    "gitRepo": _git_repo,
    "gcePersistentDisk": _partitioned("pdName"),
    "awsElasticBlockStore": _partitioned("volumeID"),
    "iscsi": _iscsi,
    "glusterfs": needing("endpoints", "path"),
    "flocker": _flocker,
    "rbd": needing("monitors", "image"),
    "cinder": _cinder,
    "cephfs": needing("monitors"),
    "quobyte": _quobyte,
    "fc": _fibre_channel,
    "flexVolume": _flex,
    "azureFile": needing("secretName", "shareName"),
    "vsphereVolume": needing("volumePath"),
    "photonPersistentDisk": needing("pdID"),
    "portworxVolume": needing("volumeID"),
    "azureDisk": _azure_disk,
    "storageos": _storage_os,
    "scaleIO": needing("gateway", "system", "volumeName"),
}
SHOWN: Final = {"gcePersistentDisk": "persistentDisk"}
"""How upstream's messages name a source's fields, where that is not its own name."""
