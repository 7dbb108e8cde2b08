"""Volumes of pods.

Follows ValidateVolumes and validateVolumeSource in pkg/apis/core/validation/validation.go.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.apiserver.validation.claim import validate_claim_spec
from karmada_nb.engine.apiserver.validation.environment import (
    ENV_FIELDS,
    validate_field_ref,
    validate_resource_ref,
)
from karmada_nb.engine.apiserver.validation.metadata import validate_annotations, validate_labels
from karmada_nb.engine.apiserver.validation.names import config_key, dns_label, dns_subdomain
from karmada_nb.engine.apiserver.validation.paths import free_path
from karmada_nb.engine.apiserver.validation.resources import amount_of
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object

_HOST_PATH_TYPES: Final = (
    "", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket",
)  # fmt: skip
_LONGEST_DRIVER: Final = 63
_DOWNWARD_FIELDS: Final = ENV_FIELDS[:3]
_PROJECTIONS: Final = (
    "secret", "configMap", "downwardAPI", "serviceAccountToken", "clusterTrustBundle", "podCertificate",
)  # fmt: skip


def validate_volumes(volumes: list[Object], path: str) -> tuple[dict[str, Object], list[Cause]]:
    """The volumes that containers may mount, by name, and what is wrong."""
    names: dict[str, Object] = {}
    causes: list[Cause] = []
    for index, volume in enumerate(volumes):
        at = f"{path}[{index}]"
        name = volume.get("name", "")
        own: list[Cause] = []
        if not name:
            own.append(field.required(f"{at}.name"))
        else:
            own += field.each(f"{at}.name", name, dns_label(name))
        if name in names:
            own.append(field.duplicate(f"{at}.name", name))
        own = _source(volume, at) + own
        if not own:
            names[name] = volume
        causes += own
    return names, causes


def _source(volume: Object, path: str) -> list[Cause]:
    found = [name for name in volume if name != "name"]
    if not found:
        return [field.required(path, "must specify a volume type")]
    causes: list[Cause] = []
    for index, name in enumerate(found):
        if index:
            causes.append(field.forbidden(f"{path}.{name}", "may not specify more than 1 volume type"))
        elif name in _CHECKS:
            causes += _CHECKS[name](volume[name], f"{path}.{name}")
    return causes


def needs(source: Object, path: str, *names: str) -> list[Cause]:
    """Fields that a volume source cannot do without."""
    return [field.required(f"{path}.{name}") for name in names if not source.get(name)]


def validate_host_path(source: Object, path: str) -> list[Cause]:
    causes = needs(source, path, "path")
    place = source.get("path", "")
    if place and ".." in place.split("/"):
        causes.append(field.invalid(f"{path}.path", place, "must not contain '..'"))
    kind = source.get("type") or ""
    if kind not in _HOST_PATH_TYPES:
        causes.append(field.not_supported(f"{path}.type", kind, _HOST_PATH_TYPES))
    return causes


def validate_nfs(source: Object, path: str) -> list[Cause]:
    causes = needs(source, path, "server", "path")
    if source.get("path") and not source["path"].startswith("/"):
        causes.append(field.invalid(f"{path}.path", source["path"], "must be an absolute path"))
    return causes


def validate_csi(source: Object, path: str) -> list[Cause]:
    return needs(source, path, "driver") + _driver(source.get("driver", ""), f"{path}.driver")


def _driver(name: str, path: str) -> list[Cause]:
    causes = [field.too_long(path, _LONGEST_DRIVER)] if len(name) > _LONGEST_DRIVER else []
    return causes + (field.each(path, name, dns_subdomain(name.lower())) if name else [])


def _empty_dir(source: Object, path: str) -> list[Cause]:
    limit = source.get("sizeLimit")
    if limit is not None and amount_of(limit, path):
        return [field.forbidden(f"{path}.sizeLimit", "SizeLimit field must be a valid resource quantity")]
    return []


def _mode(source: Object, name: str, path: str) -> list[Cause]:
    mode = source.get(name)
    if mode is None or 0 <= mode <= 0o777:
        return []
    return [
        field.invalid(f"{path}.{name}", mode, "must be a number between 0 and 0777 (octal), both inclusive")
    ]


def _items(source: Object, path: str) -> list[Cause]:
    causes = _mode(source, "defaultMode", path)
    for index, item in enumerate(source.get("items") or []):
        at = f"{path}.items[{index}]"
        causes += needs(item, at, "key")
        if item.get("key"):
            causes += field.each(f"{at}.key", item["key"], config_key(item["key"]))
        causes += _target(item, at)
    return causes


def _target(item: Object, path: str) -> list[Cause]:
    causes = needs(item, path, "path") + free_path(item.get("path", ""), f"{path}.path")
    return causes + _mode(item, "mode", path)


def _secret(source: Object, path: str) -> list[Cause]:
    return needs(source, path, "secretName") + _items(source, path)


def _config_map(source: Object, path: str) -> list[Cause]:
    return needs(source, path, "name") + _items(source, path)


def _downward(source: Object, path: str) -> list[Cause]:
    causes = _mode(source, "defaultMode", path)
    for index, item in enumerate(source.get("items") or []):
        at = f"{path}.items[{index}]"
        causes += _target(item, at)
        if item.get("fieldRef") is not None:
            causes += validate_field_ref(item["fieldRef"], _DOWNWARD_FIELDS, f"{at}.fieldRef")
            if item.get("resourceFieldRef") is not None:
                why = "fieldRef and resourceFieldRef can not be specified simultaneously"
                causes.append(field.invalid(at, "resource", why))
        elif item.get("resourceFieldRef") is not None:
            causes += validate_resource_ref(item["resourceFieldRef"], f"{at}.resourceFieldRef", volume=True)
        else:
            causes.append(field.required(at, "one of fieldRef and resourceFieldRef is required"))
    return causes


def _projected(source: Object, path: str) -> list[Cause]:
    causes = _mode(source, "defaultMode", path)
    for index, projection in enumerate(source.get("sources") or []):
        at = f"{path}.sources[{index}]"
        found = [name for name in _PROJECTIONS if projection.get(name) is not None]
        for _ in found[1:]:
            causes.append(field.forbidden(at, "may not specify more than 1 volume type per source"))
        for name in found:
            inner, place = projection[name], f"{at}.{name}"
            if name in ("secret", "configMap"):
                causes += needs(inner, place, "name") + _items(inner, place)
            elif name == "downwardAPI":
                causes += _downward(inner, place)
            elif name == "serviceAccountToken":
                causes += _token(inner, place)
        if not found:
            causes.append(field.required(at, "must specify a source"))
    return causes


def _token(token: Object, path: str) -> list[Cause]:
    seconds = token.get("expirationSeconds", 3600)
    causes: list[Cause] = []
    if seconds < 600:
        why = "may not specify a duration less than 10 minutes"
        causes.append(field.invalid(f"{path}.expirationSeconds", seconds, why))
    elif seconds > 2**32:
        why = "may not specify a duration larger than 2^32 seconds"
        causes.append(field.invalid(f"{path}.expirationSeconds", seconds, why))
    return causes + _target(token, path)


def _claim(source: Object, path: str) -> list[Cause]:
    causes = needs(source, path, "claimName")
    name = source.get("claimName", "")
    return causes + (field.each(f"{path}.claimName", name, dns_subdomain(name)) if name else [])


def _ephemeral(source: Object, path: str) -> list[Cause]:
    template, at = source.get("volumeClaimTemplate"), f"{path}.volumeClaimTemplate"
    if template is None:
        return [field.required(at)]
    metadata = template.get("metadata") or {}
    causes = validate_annotations(metadata.get("annotations"), f"{at}.annotations")
    causes += validate_labels(metadata.get("labels"), f"{at}.labels")
    return causes + validate_claim_spec(template.get("spec") or {}, f"{at}.spec")


_CHECKS: Final[dict[str, Callable[[Object, str], list[Cause]]]] = {
    "emptyDir": _empty_dir,
    "hostPath": validate_host_path,
    "secret": _secret,
    "configMap": _config_map,
    "downwardAPI": _downward,
    "projected": _projected,
    "persistentVolumeClaim": _claim,
    "nfs": validate_nfs,
    "csi": validate_csi,
    "ephemeral": _ephemeral,
}
