"""PersistentVolumes: what they offer, and where their contents are.

Follows ValidatePersistentVolumeSpec in pkg/apis/core/validation/validation.go and
pkg/volume/validation/pv_validation.go.
"""

from __future__ import annotations

import posixpath
from typing import Final

from karmada_nb.engine import meta, quantity
from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.apiserver.validation.claim import validate_access_modes
from karmada_nb.engine.apiserver.validation.drivers import driver_name
from karmada_nb.engine.apiserver.validation.names import dns_label, dns_subdomain
from karmada_nb.engine.apiserver.validation.scheduling import validate_node_selector
from karmada_nb.engine.apiserver.validation.storage_changes import sound_amount
from karmada_nb.engine.apiserver.validation.volume_plugins import (
    PLUGINS,
    SHOWN,
    Check,
    iscsi_fields,
    iscsi_too_long,
    needs,
)
from karmada_nb.engine.apiserver.validation.volumes import MISSPELT, MORE, validate_host_path, validate_nfs
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object

_POLICIES: Final = ("Delete", "Recycle", "Retain")
_MODES: Final = ("Block", "Filesystem")
_MOUNT_OPTIONS: Final = "volume.beta.kubernetes.io/mount-options"
_MOUNTABLE: Final = (
    "gcePersistentDisk", "awsElasticBlockStore", "glusterfs", "nfs", "rbd", "quobyte", "iscsi", "cinder",
    "cephfs", "azureFile", "vsphereVolume", "azureDisk", "photonPersistentDisk",
)  # fmt: skip
"""Sources that take mount options from the annotation that came before the field."""
_CSI_SECRETS: Final = (
    "controllerPublishSecretRef",
    "controllerExpandSecretRef",
    "nodePublishSecretRef",
    "nodeExpandSecretRef",
)


def validate_volume(volume: Object) -> list[Cause]:
    spec = volume.get("spec") or {}
    causes = _spec(meta.name(volume), spec)
    mountable = any(spec.get(kind) is not None for kind in _MOUNTABLE)
    if _MOUNT_OPTIONS in meta.annotations(volume) and not mountable:
        why = "may not specify mount options for this volume type"
        causes.append(field.forbidden(f"metadata.annotations.{_MOUNT_OPTIONS}", why))
    return causes


def _spec(name: str, spec: Object) -> list[Cause]:
    causes = [] if spec.get("accessModes") else [field.required("spec.accessModes")]
    causes += validate_access_modes(spec, "spec.accessModes") + _capacity(spec.get("capacity") or {})
    policy = spec.get("persistentVolumeReclaimPolicy")
    causes += field.one_of("spec.persistentVolumeReclaimPolicy", policy, _POLICIES)
    affinity = spec.get("nodeAffinity")
    if affinity is not None and affinity.get("required") is None:
        causes.append(field.required("spec.nodeAffinity.required", "must specify required node constraints"))
    elif affinity is not None:
        causes += validate_node_selector(affinity["required"], "spec.nodeAffinity.required")
    return causes + _sources(name, spec) + _classes(spec)


def _capacity(capacity: Object) -> list[Cause]:
    causes = [] if capacity else [field.required("spec.capacity")]
    if set(capacity) != {"storage"}:
        shown = {name: str(amount) for name, amount in capacity.items()}
        causes.append(field.not_supported("spec.capacity", shown, ("storage",)))
    for name, amount in capacity.items():
        path = f"spec.capacity[{name}]"
        causes += sound_amount(amount, path)
        if quantity.parse(amount) <= 0:
            causes.append(field.invalid(path, str(amount), "must be greater than zero"))
    return causes


def _sources(name: str, spec: Object) -> list[Cause]:
    """Where the contents are: one place, which is looked at; the others are one too many."""
    causes: list[Cause] = []
    found = [kind for kind in _CHECKS if spec.get(kind) is not None]
    for index, kind in enumerate(found):
        if index and kind != "flexVolume":
            causes.append(field.forbidden(f"spec.{MISSPELT.get(kind, kind)}", MORE))
            continue
        path = f"spec.{SHOWN.get(kind, kind)}"
        if kind == "iscsi":
            why = iscsi_too_long(name, spec[kind])
            causes += [field.invalid(f"{path}.targetportal", spec[kind]["targetPortal"], why)] if why else []
        causes += _CHECKS[kind](spec[kind], path)
        if kind == "local" and spec.get("nodeAffinity") is None:
            causes.append(field.required("spec.nodeAffinity", "Local volume requires node affinity"))
    if not found:
        causes.append(field.required("spec", "must specify a volume type"))
    place = (spec.get("hostPath") or {}).get("path")
    whole = place and set(posixpath.normpath(place)) == {"/"}
    if whole and spec.get("persistentVolumeReclaimPolicy") == "Recycle":
        why = "may not be 'recycle' for a hostPath mount of '/'"
        causes.append(field.forbidden("spec.persistentVolumeReclaimPolicy", why))
    return causes


def _classes(spec: Object) -> list[Cause]:
    name, mode, attributes = (
        spec.get(key) for key in ("storageClassName", "volumeMode", "volumeAttributesClassName")
    )
    causes = field.each("spec.storageClassName", name, dns_subdomain(name)) if name else []
    causes += field.optional("spec.volumeMode", mode, _MODES)
    if attributes is None:
        return causes
    path = "spec.volumeAttributesClassName"
    if attributes:
        causes += field.each(path, attributes, dns_subdomain(attributes))
    else:
        causes.append(field.required(path, "an empty string is disallowed"))
    if spec.get("csi") is None:
        causes.append(field.required("spec.csi", "has to be specified when using volumeAttributesClassName"))
    return causes


def _secret_of_namespace(source: Object, path: str) -> list[Cause]:
    """A ``secretRef`` here says in which namespace the secret is."""
    secret = source.get("secretRef")
    return [] if secret is None else needs(secret, f"{path}.secretRef", "name", "namespace")


def _glusterfs(source: Object, path: str) -> list[Cause]:
    causes, namespace = needs(source, path, "endpoints", "path"), source.get("endpointsNamespace")
    at = f"{path}.endpointsNamespace"
    if namespace == "":
        why = "if the endpointnamespace is set, it must be a valid namespace name"
        return [*causes, field.invalid(at, namespace, why)]
    return causes + (field.each(at, namespace, dns_label(namespace)) if namespace else [])


def _iscsi(source: Object, path: str) -> list[Cause]:
    return iscsi_fields(source, path, foreign="must be valid format", secret=True)


def _cinder(source: Object, path: str) -> list[Cause]:
    return needs(source, path, "volumeID") + _secret_of_namespace(source, path)


def _azure_file(source: Object, path: str) -> list[Cause]:
    optional = [] if source.get("secretNamespace") is None else ["secretNamespace"]
    return needs(source, path, "secretName", "shareName", *optional)


def _local(source: Object, path: str) -> list[Cause]:
    place = source.get("path", "")
    if not place:
        return [field.required(f"{path}.path")]
    steps = place.split("/")
    return [field.invalid(f"{path}.path", place, "must not contain '..'")] if ".." in steps else []


def _storage_os(source: Object, path: str) -> list[Cause]:
    causes = needs(source, path, "volumeName")
    for name in ("volumeName", "volumeNamespace"):
        value = source.get(name)
        causes += field.each(f"{path}.{name}", value, dns_label(value)) if value else []
    return causes + _secret_of_namespace(source, path)


def _csi(source: Object, path: str) -> list[Cause]:
    causes = driver_name(source.get("driver", ""), f"{path}.driver") + needs(source, path, "volumeHandle")
    for kind in _CSI_SECRETS:
        for name, check in (("name", dns_subdomain), ("namespace", dns_label)):
            if source.get(kind) is None:
                continue
            at, value = f"{path}.{kind}.{name}", source[kind].get(name, "")
            causes += field.checked(at, value, check)
    return causes


_OWN: Final[dict[str, Check]] = {
    "hostPath": validate_host_path,
    "glusterfs": _glusterfs,
    "nfs": validate_nfs,
    "iscsi": _iscsi,
    "cinder": _cinder,
    "azureFile": _azure_file,
    "local": _local,
    "storageos": _storage_os,
    "csi": _csi,
}
_ORDER: Final = (
    "hostPath", "gcePersistentDisk", "awsElasticBlockStore", "glusterfs", "flocker", "nfs", "rbd", "quobyte",
    "cephfs", "iscsi", "cinder", "fc", "flexVolume", "azureFile", "vsphereVolume", "photonPersistentDisk",
    "portworxVolume", "azureDisk", "scaleIO", "local", "storageos", "csi",
)  # fmt: skip
_CHECKS: Final[dict[str, Check]] = {kind: _OWN.get(kind) or PLUGINS[kind] for kind in _ORDER}
"""In upstream's order."""
