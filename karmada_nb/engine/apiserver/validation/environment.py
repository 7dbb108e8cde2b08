"""Environment variables of containers.

Follows ValidateEnv and ValidateEnvFrom in pkg/apis/core/validation/validation.go.
"""

from __future__ import annotations

import re
from typing import Final

from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.apiserver.validation.names import (
    config_key,
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
_KNOWN_FIELDS: Final = frozenset(
    {
        "metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid",
        "spec.nodeName", "spec.restartPolicy", "spec.serviceAccountName", "spec.schedulerName", "spec.host",
        "status.phase", "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs",
    }
)  # fmt: skip
_RENAMED_FIELDS: Final = {"spec.host": "spec.nodeName"}
_SUBSCRIPT: Final = re.compile(r"^(metadata\.(?:annotations|labels))\['(.*)'\]$")


def validate_env(variables: list[Object], path: str) -> list[Cause]:
    causes: list[Cause] = []
    for index, variable in enumerate(variables):
        at = f"{path}[{index}]"
        name = variable.get("name", "")
        if name:
            causes += field.each(f"{at}.name", name, env_name(name))
        else:
            causes.append(field.required(f"{at}.name"))
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
    subscript = _SUBSCRIPT.match(wanted)
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
    if volume and not reference.get("containerName"):
        causes.append(field.required(f"{path}.containerName"))
    wanted = reference.get("resource", "")
    if not wanted:
        causes.append(field.required(f"{path}.resource"))
    elif wanted not in _CONTAINER_RESOURCES and "hugepages-" not in wanted:
        causes.append(field.not_supported(f"{path}.resource", wanted, _CONTAINER_RESOURCES))
    return causes


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
        elif name in ("configMapKeyRef", "secretKeyRef"):
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
    causes = _named(reference, path)
    key = reference.get("key", "")
    return causes + (
        field.each(f"{path}.key", key, config_key(key)) if key else [field.required(f"{path}.key")]
    )


def _named(reference: Object, path: str) -> list[Cause]:
    name = reference.get("name", "")
    return field.each(f"{path}.name", name, dns_subdomain(name)) if name else [field.required(f"{path}.name")]
