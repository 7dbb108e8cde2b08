"""Volumes of pods.

Follows ValidateVolumes and validateVolumeSource in pkg/apis/core/validation/validation.go.
"""

from __future__ import annotations

from typing import Final

from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.apiserver.validation.claim import validate_claim_spec
from karmada_nb.engine.apiserver.validation.drivers import driver_name
from karmada_nb.engine.apiserver.validation.files import downward_file, item, mode
from karmada_nb.engine.apiserver.validation.metadata import validate_annotations, validate_labels
from karmada_nb.engine.apiserver.validation.names import dns_label, dns_subdomain
from karmada_nb.engine.apiserver.validation.projected import validate_projected
from karmada_nb.engine.apiserver.validation.resources import amount_of
from karmada_nb.engine.apiserver.validation.volume_plugins import (
    PLUGINS,
    SHOWN,
    Check,
    iscsi_too_long,
    needing,
    needs,
)
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object

_HOST_PATH_TYPES: Final = (
    "", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket",
)  # fmt: skip
_PULL_POLICIES: Final = ("Always", "IfNotPresent", "Never")
MORE: Final = "may not specify more than 1 volume type"
MISSPELT: Final = {"cephfs": "cephFS", "downwardAPI": "downwarAPI"}
"""Upstream's names of sources that stand beside another one."""


def validate_volumes(
    volumes: list[Object], path: str, pod: str | None = None
) -> tuple[dict[str, Object], list[Cause]]:
    """The volumes that containers may mount, by name, and what is wrong.

    ``pod``: the pod's name; None in a template, where claims and images are not yet final.
    """
    names: dict[str, Object] = {}
    causes: list[Cause] = []
    made = {f"{pod}-{volume.get('name', '')}" for volume in volumes if pod and volume.get("ephemeral")}
    for index, volume in enumerate(volumes):
        at = f"{path}[{index}]"
        name = volume.get("name", "")
        own = _source(volume, at, pod)
        own += field.checked(f"{at}.name", name, dns_label)
        if name in names:
            own.append(field.duplicate(f"{at}.name", name))
        if not own:
            names[name] = volume
        causes += own
        claim = (volume.get("persistentVolumeClaim") or {}).get("claimName", "")
        if claim in made:
            why = "must not reference a PVC that gets created for an ephemeral volume"
            causes.append(field.invalid(f"{at}.persistentVolumeClaim.claimName", claim, why))
    return names, causes


def _source(volume: Object, path: str, pod: str | None) -> list[Cause]:
    found = [name for name in _CHECKS if volume.get(name) is not None]
    if not found:
        return [field.required(path, "must specify a volume type")]
    causes: list[Cause] = []
    for index, kind in enumerate(found):
        source, at = volume[kind], f"{path}.{SHOWN.get(kind, kind)}"
        if index:
            causes.append(field.forbidden(f"{path}.{MISSPELT.get(kind, kind)}", MORE))
        else:
            causes += _CHECKS[kind](source, at)
            causes += _of_pod(volume, kind, pod, path) if pod is not None else []
        if kind == "iscsi":
            name = volume.get("name", "")
            why = iscsi_too_long(name, source)
            causes += [field.invalid(f"{path}.name", name, why)] if why else []
    return causes


def _of_pod(volume: Object, kind: str, pod: str, path: str) -> list[Cause]:
    """What holds for a pod alone: the name of the claim that is made for it, and an image's reference."""
    name = volume.get("name", "")
    if kind == "image":
        return needs(volume["image"], f"{path}.image", "reference")
    if kind != "ephemeral" or not pod or not name:
        return []
    claim = f"{pod}-{name}"
    return field.each(f"{path}.name", name, (f'PVC name "{claim}": {why}' for why in dns_subdomain(claim)))


def validate_host_path(source: Object, path: str) -> list[Cause]:
    place, kind = source.get("path", ""), source.get("type") or ""
    if not place:
        return [field.required(f"{path}.path")]
    causes: list[Cause] = []
    if ".." in place.split("/"):
        causes.append(field.invalid(f"{path}.path", place, "must not contain '..'"))
    if kind not in _HOST_PATH_TYPES:
        causes.append(field.not_supported(f"{path}.type", kind, _HOST_PATH_TYPES))
    return causes


def validate_nfs(source: Object, path: str) -> list[Cause]:
    causes, place = needs(source, path, "server", "path"), source.get("path", "")
    if not place.startswith("/"):
        causes.append(field.invalid(f"{path}.path", place, "must be an absolute path"))
    return causes


def _csi(source: Object, path: str) -> list[Cause]:
    causes = driver_name(source.get("driver", ""), f"{path}.driver")
    secret = source.get("nodePublishSecretRef")
    if secret is None:
        return causes
    name = secret.get("name", "")
    if not name:
        return [*causes, field.required(f"{path}.nodePublishSecretRef.name")]
    return causes + field.each(f"{path}.name", name, dns_subdomain(name))


def _empty_dir(source: Object, path: str) -> list[Cause]:
    limit = source.get("sizeLimit")
    if limit is not None and amount_of(limit, path):
        return [field.forbidden(f"{path}.sizeLimit", "SizeLimit field must be a valid resource quantity")]
    return []


def _of_keys(name: str) -> Check:
    """A config map or a secret, under its own name for the name."""

    def check(source: Object, path: str) -> list[Cause]:
        causes = needs(source, path, name) + mode(source, "defaultMode", path)
        for index, key in enumerate(source.get("items") or []):
            causes += item(key, f"{path}.items[{index}]")
        return causes

    return check


def _downward(source: Object, path: str) -> list[Cause]:
    causes = mode(source, "defaultMode", path)
    for file in source.get("items") or []:
        causes += downward_file(file, path)
    return causes


def _ephemeral(source: Object, path: str) -> list[Cause]:
    template, at = source.get("volumeClaimTemplate"), f"{path}.volumeClaimTemplate"
    if template is None:
        return [field.required(at)]
    causes = validate_template_metadata(template.get("metadata") or {}, f"{at}.metadata")
    return causes + validate_claim_spec(template.get("spec") or {}, f"{at}.spec")


def validate_template_metadata(metadata: Object, path: str) -> list[Cause]:
    """Metadata of what is made for a pod: labels and annotations only."""
    causes = validate_annotations(metadata.get("annotations"), f"{path}.annotations")
    causes += validate_labels(metadata.get("labels"), f"{path}.labels")
    known = ("annotations", "labels", "creationTimestamp")
    others = [name for name, value in metadata.items() if name not in known and value not in ("", 0)]
    return causes + [field.forbidden(f"{path}.{name}", "cannot be set") for name in others]


def _image(source: Object, path: str) -> list[Cause]:
    return field.one_of(f"{path}.pullPolicy", source.get("pullPolicy"), _PULL_POLICIES)


_OWN: Final[dict[str, Check]] = {
    "emptyDir": _empty_dir,
    "hostPath": validate_host_path,
    "secret": _of_keys("secretName"),
    "nfs": validate_nfs,
    "persistentVolumeClaim": needing("claimName"),
    "downwardAPI": _downward,
    "configMap": _of_keys("name"),
    "projected": validate_projected,
    "csi": _csi,
    "ephemeral": _ephemeral,
    "image": _image,
}
_ORDER: Final = (
    "emptyDir", "hostPath", "gitRepo", "gcePersistentDisk", "awsElasticBlockStore", "secret", "nfs", "iscsi",
    "glusterfs", "flocker", "persistentVolumeClaim", "rbd", "cinder", "cephfs", "quobyte", "downwardAPI",
    "fc", "flexVolume", "configMap", "azureFile", "vsphereVolume", "photonPersistentDisk", "portworxVolume",
    "azureDisk", "storageos", "projected", "scaleIO", "csi", "ephemeral", "image",
)  # fmt: skip
_CHECKS: Final[dict[str, Check]] = {kind: _OWN.get(kind) or PLUGINS[kind] for kind in _ORDER}
"""In upstream's order: of several sources the first is looked at, the others are one too many."""
