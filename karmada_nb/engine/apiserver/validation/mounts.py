"""Volumes as a container sees them: mounts and block devices.

Follows ValidateVolumeMounts and ValidateVolumeDevices in pkg/apis/core/validation/validation.go, where a few
paths leave the number of the mount out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.apiserver.validation.paths import descending_path
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object

_PROPAGATIONS: Final = ("Bidirectional", "HostToContainer", "None")
_RECURSIVE: Final = ("Disabled", "Enabled", "IfPossible")
_BLOCK: Final = "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode"


def validate_mounts(container: Object, volumes: Mapping[str, Object], path: str) -> list[Cause]:
    """``volumeMounts`` and ``volumeDevices`` of one container."""
    mounts, devices = container.get("volumeMounts") or [], container.get("volumeDevices") or []
    causes: list[Cause] = []
    places: set[str] = set()
    for index, mount in enumerate(mounts):
        at, place = f"{path}.volumeMounts[{index}]", mount.get("mountPath", "")
        causes += _mount(mount, volumes, container, at)
        if place in places:
            causes.append(field.invalid(f"{at}.mountPath", place, "must be unique"))
        places.add(place)
        if any(mount.get("name", "") == device.get("name") for device in devices):
            why = "must not already exist in volumeDevices"
            causes.append(field.invalid(f"{at}.name", mount.get("name", ""), why))
        if any(place == device.get("devicePath") for device in devices):
            why = "must not already exist as a path in volumeDevices"
            causes.append(field.invalid(f"{at}.mountPath", place, why))
        causes += _ways(mount, container, at, at.rpartition("[")[0])
    return causes + _devices(devices, mounts, volumes, f"{path}.volumeDevices")


def _mount(mount: Object, volumes: Mapping[str, Object], container: Object, path: str) -> list[Cause]:
    name = mount.get("name", "")
    causes = [] if name else [field.required(f"{path}.name")]
    if name not in volumes:
        causes.append(field.not_found(f"{path}.name", name))
    if not mount.get("mountPath"):
        causes.append(field.required(f"{path}.mountPath"))
    if volumes.get(name, {}).get("image") is not None:
        for way in ("subPath", "subPathExpr"):
            if mount.get(way):
                causes.append(
                    field.invalid(f"{path}.{way}", mount[way], "not allowed in image volume sources")
                )
    return causes


def _ways(mount: Object, container: Object, own: str, path: str) -> list[Cause]:
    causes: list[Cause] = []
    below, computed = mount.get("subPath", ""), mount.get("subPathExpr", "")
    causes += descending_path(below, f"{path}.subPath")
    if below and computed:
        why = "subPathExpr and subPath are mutually exclusive"
        causes.append(field.invalid(f"{own}.subPathExpr", computed, why))
    causes += descending_path(computed, f"{path}.subPathExpr")
    propagation = mount.get("mountPropagation")
    if propagation is not None:
        at = f"{path}.mountPropagation"
        if propagation not in _PROPAGATIONS:
            causes.append(field.not_supported(at, propagation, _PROPAGATIONS))
        elif propagation == "Bidirectional" and not (container.get("securityContext") or {}).get(
            "privileged"
        ):
            why = "Bidirectional mount propagation is available only to privileged containers"
            causes.append(field.forbidden(at, why))
    return causes + _recursive(mount, f"{path}.recursiveReadOnly")


def _recursive(mount: Object, path: str) -> list[Cause]:
    way = mount.get("recursiveReadOnly")
    if way is None or way == "Disabled":
        return []
    if way not in _RECURSIVE:
        return [field.not_supported(path, way, _RECURSIVE)]
    causes: list[Cause] = []
    if not mount.get("readOnly"):
        causes.append(field.forbidden(path, "may only be specified when readOnly is true"))
    if mount.get("mountPropagation") not in (None, "None"):
        why = "may only be specified when mountPropagation is None or not specified"
        causes.append(field.forbidden(path, why))
    return causes


def _devices(
    devices: list[Object], mounts: list[Object], volumes: Mapping[str, Object], path: str
) -> list[Cause]:
    causes: list[Cause] = []
    names: set[str] = set()
    places: set[str] = set()
    for index, device in enumerate(devices):
        at, name, place = f"{path}[{index}]", device.get("name", ""), device.get("devicePath", "")
        if not name:
            causes.append(field.required(f"{at}.name"))
        if name in names:
            causes.append(field.invalid(f"{at}.name", name, "must be unique"))
        if name not in volumes:
            causes.append(field.not_found(f"{at}.name", name))
        elif not volumes[name].keys() & {"persistentVolumeClaim", "ephemeral"}:
            causes.append(field.invalid(f"{at}.name", name, _BLOCK))
        if not place:
            causes.append(field.required(f"{at}.devicePath"))
        if place in places:
            causes.append(field.invalid(f"{at}.devicePath", place, "must be unique"))
        if ".." in place.split("/"):
            causes.append(field.invalid(f"{at}.devicePath", place, "can not contain backsteps ('..')"))
        else:
            places.add(place)
        if any(name == mount.get("name") for mount in mounts):
            causes.append(field.invalid(f"{at}.name", name, "must not already exist in volumeMounts"))
        if any(place == mount.get("mountPath") for mount in mounts):
            why = "must not already exist as a path in volumeMounts"
            causes.append(field.invalid(f"{at}.devicePath", place, why))
        names |= {name} if name else set()
    return causes
