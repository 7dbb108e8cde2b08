"""Environment variables of containers.

Follows ValidateEnv and ValidateEnvFrom in pkg/apis/core/validation/validation.go.
"""

from __future__ import annotations

import re
from typing import Final

from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.apiserver.validation.names import (
    config_key,
    dns_label,
    dns_subdomain,
    env_name,
    qualified_name,
)
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object

_SOURCES: Final = ("fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef", "fileKeyRef")
ENV_FIELDS: Final = (
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.serviceAccountName",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
)
_CONTAINER_RESOURCES: Final = (
    "limits.cpu",
    "limits.ephemeral-storage",
    "limits.memory",
    "requests.cpu",
    "requests.ephemeral-storage",
    "requests.memory",
)
_HUGE_PAGES: Final = ("limits.hugepages-", "requests.hugepages-")
_KNOWN_FIELDS: Final = frozenset(
    {
        "metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid",
        "spec.nodeName", "spec.restartPolicy", "spec.serviceAccountName", "spec.schedulerName", "spec.host",
        "status.phase", "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs",
    }
)  # fmt: skip
_RENAMED_FIELDS: Final = {"spec.host": "spec.nodeName"}
_SIZES: Final = (
    "1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei",
)  # fmt: skip
_DIVISORS: Final = {
    "memory": "memory resource",
    "ephemeral-storage": "local ephemeral storage resource",
    "hugepages-": "hugepages resource",
}
_SUBSCRIPT: Final = re.compile(r"(metadata\.(?:annotations|labels))\['(.*)'\]", re.DOTALL)


def validate_env(variables: list[Object], path: str) -> list[Cause]:
    causes: list[Cause] = []
    for index, variable in enumerate(variables):
        at = f"{path}[{index}]"
        name = variable.get("name", "")
        causes += field.checked(f"{at}.name", name, env_name)
        if variable.get("valueFrom") is not None:
            causes += _source(variable, f"{at}.valueFrom")
    return causes


def validate_env_from(sources: list[Object], path: str) -> list[Cause]:
    causes: list[Cause] = []
    for index, source in enumerate(sources):
        at = f"{path}[{index}]"
        prefix = source.get("prefix", "")
        if prefix:
            causes += field.each(f"{at}.prefix", prefix, env_name(prefix))
        found = [name for name in ("configMapRef", "secretRef") if source.get(name) is not None]
        for name in found:
            causes += _named(source[name], f"{at}.{name}")
        if not found:
            causes.append(field.invalid(path, "", "must specify one of: `configMapRef` or `secretRef`"))
        elif len(found) > 1:
            causes.append(field.invalid(path, "", "may not have more than one field specified at a time"))
    return causes


def validate_field_ref(reference: Object, allowed: tuple[str, ...], path: str) -> list[Cause]:
    """``fieldRef``: a path into the pod that contains it."""
    if not reference.get("apiVersion"):
        return [field.required(f"{path}.apiVersion")]
    wanted = reference.get("fieldPath", "")
    if not wanted:
        return [field.required(f"{path}.fieldPath")]
    subscript = _SUBSCRIPT.fullmatch(wanted)
    if subscript:
        key = subscript[2]
        checked = key.lower() if subscript[1].endswith("annotations") else key
        return field.each(path, key, qualified_name(checked))
    if reference["apiVersion"] != "v1":
        why = f"error converting fieldPath: unsupported pod version: {reference['apiVersion']}"
        return [field.invalid(f"{path}.fieldPath", wanted, why)]
    if wanted not in _KNOWN_FIELDS:
        why = f"error converting fieldPath: field label not supported: {wanted}"
        return [field.invalid(f"{path}.fieldPath", wanted, why)]
    wanted = _RENAMED_FIELDS.get(wanted, wanted)
    if wanted not in allowed:
        return [field.not_supported(f"{path}.fieldPath", wanted, sorted(allowed))]
    return []


def validate_resource_ref(reference: Object, path: str, *, volume: bool) -> list[Cause]:
    """``resourceFieldRef``: an amount of the container's."""
    causes: list[Cause] = []
    wanted = reference.get("resource", "")
    if volume and not reference.get("containerName"):
        causes.append(field.required(f"{path}.containerName"))
    elif not wanted:
        causes.append(field.required(f"{path}.resource"))
    elif wanted not in _CONTAINER_RESOURCES and not wanted.startswith(_HUGE_PAGES):
        causes.append(field.not_supported(f"{path}.resource", wanted, _CONTAINER_RESOURCES))
    return causes + _divisor(wanted, str(reference.get("divisor", "0")), f"{path}.divisor")


def _divisor(resource: str, divisor: str, path: str) -> list[Cause]:
    """``validateContainerResourceDivisor``: the units in which an amount may be told."""
    kind = resource.partition(".")[2]
    if divisor == "0":
        return []
    if kind == "cpu" and divisor not in ("1", "1m"):
        why = "only divisor's values 1m and 1 are supported with the cpu resource"
        return [field.invalid(path, resource, why)]
    for start, said in _DIVISORS.items():
        if kind.startswith(start) and divisor not in _SIZES:
            why = f"only divisor's values {', '.join(_SIZES)} are supported with the {said}"
            return [field.invalid(path, resource, why)]
    return []


def _source(variable: Object, path: str) -> list[Cause]:
    source = variable["valueFrom"]
    found = [name for name in _SOURCES if source.get(name) is not None]
    causes: list[Cause] = []
    for name in found:
        at, reference = f"{path}.{name}", source[name]
        if name == "fieldRef":
            causes += validate_field_ref(reference, ENV_FIELDS, at)
        elif name == "resourceFieldRef":
            causes += validate_resource_ref(reference, at, volume=False)
        elif name == "fileKeyRef":
            causes += _file_ref(reference, at)
        else:
            causes += _key_ref(reference, at)
    if not found:
        choice = "`fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`"
        causes.append(field.invalid(path, "", f"must specify one of: {choice}"))
    elif variable.get("value"):
        causes.append(field.invalid(path, "", "may not be specified when `value` is not empty"))
    elif len(found) > 1:
        causes.append(field.invalid(path, "", "may not have more than one field specified at a time"))
    return causes


def _key_ref(reference: Object, path: str) -> list[Cause]:
    name = reference.get("name", "")
    causes = field.each(f"{path}.name", name, dns_subdomain(name))
    key = reference.get("key", "")
    return causes + field.checked(f"{path}.key", key, config_key)


def _file_ref(reference: Object, path: str) -> list[Cause]:
    """``validateFileKeySelector``: a key of a file that another container has written."""
    causes: list[Cause] = []
    for name, check in (("key", env_name), ("volumeName", dns_label)):
        value = reference.get(name, "")
        at = f"{path}.{name}"
        causes += field.checked(at, value, check)
    place, at = reference.get("path", ""), f"{path}.path"
    if not place:
        return [*causes, field.required(at)]
    return causes + ([field.invalid(at, place, "must not contain '..'")] if ".." in place.split("/") else [])


def validate_file_volumes(spec: Object, path: str) -> list[Cause]:
    """``validateFileKeyRefVolumes``: such files lie in empty directories."""
    volumes = {volume.get("name", ""): volume for volume in spec.get("volumes") or []}
    causes: list[Cause] = []
    for kind in ("initContainers", "containers", "ephemeralContainers"):
        for index, container in enumerate(spec.get(kind) or []):
            for number, variable in enumerate(container.get("env") or []):
                reference = (variable.get("valueFrom") or {}).get("fileKeyRef")
                if reference is None:
                    continue
                name = reference.get("volumeName", "")
                at = f"{path}.{kind}[{index}].env[{number}].valueFrom.fileKeyRef.volumeName"
                if name not in volumes:
                    causes.append(field.not_found(at, name))
                elif volumes[name].get("emptyDir") is None:
                    causes.append(field.invalid(at, name, "referenced volume must be of type emptyDir"))
    return causes


def _named(reference: Object, path: str) -> list[Cause]:
    name = reference.get("name", "")
    return field.checked(f"{path}.name", name, dns_subdomain)
