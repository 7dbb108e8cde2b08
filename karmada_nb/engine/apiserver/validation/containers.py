"""Containers: names, images, ports, mounts, policies.

Follows validateContainers and what it calls in pkg/apis/core/validation/validation.go.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.apiserver.validation.environment import validate_env, validate_env_from
from karmada_nb.engine.apiserver.validation.mounts import validate_mounts
from karmada_nb.engine.apiserver.validation.names import dns_label, port_name, port_number
from karmada_nb.engine.apiserver.validation.probes import validate_probes
from karmada_nb.engine.apiserver.validation.resources import validate_requirements
from karmada_nb.engine.apiserver.validation.restarts import validate_restarts
from karmada_nb.engine.apiserver.validation.security import validate_security_context
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object

PROTOCOLS: Final = ("SCTP", "TCP", "UDP")
_MESSAGE_POLICIES: Final = ("File", "FallbackToLogsOnError")
_RESIZED: Final = ("cpu", "memory")
_RESIZES: Final = ("NotRequired", "RestartContainer")
_NOT_EPHEMERAL: Final = (
    "ports", "resources", "resizePolicy", "restartPolicy", "restartPolicyRules", "livenessProbe",
    "readinessProbe", "startupProbe", "lifecycle",
)  # fmt: skip
_PULL_POLICIES: Final = ("Always", "IfNotPresent", "Never")


@dataclass(frozen=True, slots=True)
class Around:
    """What the rules of a container need to know of its pod."""

    volumes: Mapping[str, Object]
    grace: int | None
    restart: str
    host_users: bool
    claims: frozenset[str] = frozenset()
    """Names under ``spec.resourceClaims``."""


def validate_containers(containers: list[Object], around: Around, path: str) -> list[Cause]:
    """The containers that make up the pod; there is at least one."""
    if not containers:
        return [field.required(path)]
    causes: list[Cause] = []
    names: set[str] = set()
    for index, container in enumerate(containers):
        at = f"{path}[{index}]"
        causes += _common(container, around, at)
        name = container.get("name", "")
        if name in names:
            causes.append(field.duplicate(f"{at}.name", name))
        names.add(name)
        causes += validate_probes(container, around.grace, at)
        causes += validate_restarts(container, at)
    return causes + _host_ports(containers, path)


def validate_init_containers(
    containers: list[Object], regular: list[Object], around: Around, path: str
) -> list[Cause]:
    """Containers that run first; one with ``restartPolicy: Always`` stays."""
    causes: list[Cause] = []
    names = {container.get("name", "") for container in regular}
    for index, container in enumerate(containers):
        at = f"{path}[{index}]"
        causes += _common(container, around, at) + validate_restarts(container, at, first=True)
        name = container.get("name", "")
        if name in names:
            causes.append(field.duplicate(f"{at}.name", name))
        elif name:
            names.add(name)
        causes += _host_ports([container], path)
        if container.get("restartPolicy") == "Always":
            causes += validate_probes(container, around.grace, at)
            continue
        why = "may not be set for init containers without restartPolicy=Always"
        for handler in ("lifecycle", "livenessProbe", "readinessProbe", "startupProbe"):
            if container.get(handler) is not None:
                causes.append(field.forbidden(f"{at}.{handler}", why))
        for number, resize in enumerate(container.get("resizePolicy") or []):
            if resize.get("restartPolicy") == "RestartContainer":
                why = "must not be set to 'RestartContainer' for non-sidecar initContainers"
                where = f"{at}.resizePolicy[{number}].restartPolicy"
                causes.append(field.invalid(where, "RestartContainer", why))
    return causes


def validate_ephemeral_containers(
    containers: list[Object], spec: Object, around: Around, path: str
) -> list[Cause]:
    """Containers for debugging, added to a pod that runs."""
    causes: list[Cause] = []
    others = [*(spec.get("containers") or []), *(spec.get("initContainers") or [])]
    known = {container.get("name", "") for container in others}
    names = set(known)
    for index, container in enumerate(containers):
        at = f"{path}[{index}]"
        causes += _common(container, around, at) + validate_images([container], at.rpartition("[")[0], index)
        name = container.get("name", "")
        if name in names:
            causes.append(field.duplicate(f"{at}.name", name))
        names.add(name)
        target = container.get("targetContainerName")
        if target and target not in known:
            causes.append(field.not_found(f"{at}.targetContainerName", target))
        why = "cannot be set for an Ephemeral Container"
        causes += [field.forbidden(f"{at}.{name}", why) for name in _NOT_EPHEMERAL if container.get(name)]
        for number, mount in enumerate(container.get("volumeMounts") or []):
            for name in ("subPath", "subPathExpr"):
                if mount.get(name):
                    causes.append(field.forbidden(f"{at}.volumeMounts[{number}].{name}", why))
    return causes


def validate_images(containers: list[Object], path: str, first: int = 0) -> list[Cause]:
    """What is asked of a pod's images and not of a template's."""
    causes: list[Cause] = []
    for index, container in enumerate(containers, first):
        image = container.get("image", "")
        if image != image.strip():
            why = "must not have leading or trailing whitespace"
            causes.append(field.invalid(f"{path}[{index}].image", image, why))
    return causes


def _common(container: Object, around: Around, path: str) -> list[Cause]:
    name = container.get("name", "")
    causes = field.checked(f"{path}.name", name, dns_label)
    if not container.get("image"):
        causes.append(field.required(f"{path}.image"))
    policy = container.get("terminationMessagePolicy")
    if policy not in _MESSAGE_POLICIES:
        causes.append(field.not_supported(f"{path}.terminationMessagePolicy", policy, _MESSAGE_POLICIES))
    causes += _ports(container.get("ports") or [], f"{path}.ports")
    causes += validate_env(container.get("env") or [], f"{path}.env")
    causes += validate_env_from(container.get("envFrom") or [], f"{path}.envFrom")
    causes += validate_mounts(container, around.volumes, path)
    causes += field.one_of(f"{path}.imagePullPolicy", container.get("imagePullPolicy"), _PULL_POLICIES)
    causes += validate_requirements(container.get("resources"), f"{path}.resources", around.claims)
    causes += _resizes(container.get("resizePolicy") or [], around.restart, f"{path}.resizePolicy")
    context, at = container.get("securityContext"), f"{path}.securityContext"
    return causes + validate_security_context(context, at, host_users=around.host_users)


def _resizes(policies: list[Object], restart: str, path: str) -> list[Cause]:
    causes: list[Cause] = []
    seen: set[str] = set()
    for index, policy in enumerate(policies):
        name, way = policy.get("resourceName", ""), policy.get("restartPolicy", "")
        if name in seen:
            causes.append(field.duplicate(f"{path}[{index}]", name))
        seen.add(name)
        causes += field.one_of(path, name, _RESIZED) + field.one_of(path, way, _RESIZES)
        if restart == "Never" and way != "NotRequired":
            why = "must be 'NotRequired' when pod `restartPolicy` is 'Never'"
            causes.append(field.invalid(path, way, why))
    return causes


def _ports(ports: list[Object], path: str) -> list[Cause]:
    causes: list[Cause] = []
    names: set[str] = set()
    for index, port in enumerate(ports):
        at = f"{path}[{index}]"
        name = port.get("name", "")
        if name:
            complaints = port_name(name)
            causes += field.each(f"{at}.name", name, complaints)
            if not complaints and name in names:
                causes.append(field.duplicate(f"{at}.name", name))
            names.add(name)
        number = port.get("containerPort", 0)
        causes += field.checked(f"{at}.containerPort", number, port_number)
        host = port.get("hostPort", 0)
        if host:
            causes += field.each(f"{at}.hostPort", host, port_number(host))
        causes += field.one_of(f"{at}.protocol", port.get("protocol"), PROTOCOLS)
    return causes


def _host_ports(containers: list[Object], path: str) -> list[Cause]:
    causes: list[Cause] = []
    taken: set[str] = set()
    for index, container in enumerate(containers):
        for number, port in enumerate(container.get("ports") or []):
            if not port.get("hostPort"):
                continue
            place = f"{port.get('protocol', '')}/{port.get('hostIP', '')}/{port['hostPort']}"
            if place in taken:
                causes.append(field.duplicate(f"{path}[{index}].ports[{number}].hostPort", place))
            taken.add(place)
    return causes
