"""A pod's spec as a whole, in a pod or in a template.

Follows ValidatePodSpec and ValidatePodTemplateSpec in pkg/apis/core/validation/validation.go.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from karmada_nb.engine.apiserver.validation import field, names
from karmada_nb.engine.apiserver.validation.containers import (
    Around,
    validate_containers,
    validate_ephemeral_containers,
    validate_init_containers,
)
from karmada_nb.engine.apiserver.validation.environment import validate_file_volumes
from karmada_nb.engine.apiserver.validation.metadata import validate_annotations, validate_labels
from karmada_nb.engine.apiserver.validation.pod_parts import (
    validate_claims,
    validate_dns,
    validate_host_aliases,
    validate_pod_resources,
)
from karmada_nb.engine.apiserver.validation.resources import validate_requirements
from karmada_nb.engine.apiserver.validation.scheduling import (
    validate_affinity,
    validate_gates,
    validate_spread,
    validate_tolerations,
)
from karmada_nb.engine.apiserver.validation.security import (
    validate_host_process,
    validate_host_users,
    validate_os,
    validate_pod_security,
)
from karmada_nb.engine.apiserver.validation.volumes import validate_volumes
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object

RESTART_POLICIES: Final = ("Always", "OnFailure", "Never")
DNS_POLICIES: Final = ("ClusterFirstWithHostNet", "ClusterFirst", "Default", "None")
_MAX_INT32: Final = 2**31 - 1
_LONGEST_HOST_NAME: Final = 64


def validate_template(template: Object, path: str) -> list[Cause]:
    """``ValidatePodTemplateSpec``."""
    metadata = template.get("metadata") or {}
    causes = validate_labels(metadata.get("labels"), f"{path}.labels")
    causes += validate_annotations(metadata.get("annotations"), f"{path}.annotations")
    spec = template.get("spec") or {}
    causes += validate_pod_spec(spec, f"{path}.spec")
    if spec.get("ephemeralContainers"):
        why = "ephemeral containers not allowed in pod template"
        causes.append(field.forbidden(f"{path}.spec.ephemeralContainers", why))
    return causes


def validate_pod_spec(spec: Object, path: str, pod: str | None = None) -> list[Cause]:
    """``ValidatePodSpec``. ``pod``: the pod's name; None in a template."""
    volumes, causes = validate_volumes(spec.get("volumes") or [], f"{path}.volumes", pod)
    containers = spec.get("containers") or []
    causes += validate_claims(spec.get("resourceClaims") or [], f"{path}.resourceClaims")
    around = Around(
        volumes,
        spec.get("terminationGracePeriodSeconds"),
        spec.get("restartPolicy", ""),
        spec.get("hostUsers") is not False,
        frozenset(claim.get("name", "") for claim in spec.get("resourceClaims") or ()),
    )
    causes += validate_containers(containers, around, f"{path}.containers")
    first = spec.get("initContainers") or []
    causes += validate_init_containers(first, containers, around, f"{path}.initContainers")
    debug = spec.get("ephemeralContainers") or []
    causes += validate_ephemeral_containers(debug, spec, around, f"{path}.ephemeralContainers")
    causes += validate_pod_resources(spec, f"{path}.resources")
    causes += _host_network(spec, path, template=pod is None)
    causes += _word(spec, "restartPolicy", RESTART_POLICIES, path)
    causes += _word(spec, "dnsPolicy", DNS_POLICIES, path)
    causes += validate_labels(spec.get("nodeSelector"), f"{path}.nodeSelector")
    causes += validate_pod_security(spec, path)
    causes += validate_affinity(spec.get("affinity"), f"{path}.affinity")
    causes += validate_dns(spec, f"{path}.dnsConfig")
    causes += _readiness_gates(spec, path)
    causes += validate_gates(spec.get("schedulingGates") or [], f"{path}.schedulingGates")
    spread = spec.get("topologySpreadConstraints") or []
    causes += validate_spread(spread, f"{path}.topologySpreadConstraints")
    causes += validate_host_process(spec, path) + validate_host_users(spec, path)
    causes += _host_name(spec, f"{path}.hostnameOverride")
    causes += _name(spec, "serviceAccountName", names.dns_subdomain, path)
    causes += _name(spec, "nodeName", names.dns_subdomain, path)
    deadline = spec.get("activeDeadlineSeconds")
    if deadline is not None and not 1 <= deadline <= _MAX_INT32:
        why = names.between(1, _MAX_INT32)
        causes.append(field.invalid(f"{path}.activeDeadlineSeconds", deadline, why))
    causes += _name(spec, "hostname", names.dns_label, path)
    causes += _name(spec, "subdomain", names.dns_label, path)
    causes += validate_tolerations(spec.get("tolerations") or [], f"{path}.tolerations")
    causes += validate_host_aliases(spec.get("hostAliases") or [], f"{path}.hostAliases")
    causes += _name(spec, "priorityClassName", names.dns_subdomain, path)
    runtime = spec.get("runtimeClassName")
    if runtime is not None:
        causes += field.each(f"{path}.runtimeClassName", runtime, names.dns_subdomain(runtime))
    preemption = spec.get("preemptionPolicy")
    if preemption == "":
        causes.append(field.required(f"{path}.preemptionPolicy"))
    elif preemption is not None and preemption not in ("PreemptLowerPriority", "Never"):
        supported = ("PreemptLowerPriority", "Never")
        causes.append(field.not_supported(f"{path}.preemptionPolicy", preemption, supported))
    if spec.get("overhead") is not None:
        causes += validate_requirements({"limits": spec["overhead"]}, f"{path}.overhead")
    return causes + validate_os(spec, path) + validate_file_volumes(spec, path)


def _word(spec: Object, name: str, supported: tuple[str, ...], path: str) -> list[Cause]:
    value = spec.get(name)
    if not value:
        return [field.required(f"{path}.{name}")]
    return [] if value in supported else [field.not_supported(f"{path}.{name}", value, supported)]


def _name(spec: Object, name: str, check: Callable[[str], list[str]], path: str) -> list[Cause]:
    value = spec.get(name)
    return field.each(f"{path}.{name}", value, check(value)) if value else []


def _host_name(spec: Object, path: str) -> list[Cause]:
    name = spec.get("hostnameOverride")
    if name is None:
        return []
    causes = [
        field.forbidden(path, f"may not be specified when {other} is true")
        for other in ("setHostnameAsFQDN", "hostNetwork")
        if spec.get(other)
    ]
    if len(name) > _LONGEST_HOST_NAME:
        causes.append(field.too_long(path, _LONGEST_HOST_NAME))
    return causes + field.each(path, name, names.dns_subdomain(name))


def _host_network(spec: Object, path: str, *, template: bool) -> list[Cause]:
    """In a template a host port may be left to be filled in."""
    if not spec.get("hostNetwork"):
        return []
    causes: list[Cause] = []
    for index, container in enumerate(spec.get("containers") or []):
        for number, port in enumerate(container.get("ports") or []):
            host = port.get("hostPort", 0)
            if (host or not template) and host != port.get("containerPort", 0):
                at = f"{path}.containers[{index}].ports[{number}].hostPort"
                why = "must match `containerPort` when `hostNetwork` is true"
                causes.append(field.invalid(at, host, why))
    return causes


def _readiness_gates(spec: Object, path: str) -> list[Cause]:
    causes: list[Cause] = []
    for index, gate in enumerate(spec.get("readinessGates") or []):
        condition = gate.get("conditionType", "")
        at = f"{path}.readinessGates[{index}].conditionType"
        causes += field.each(at, condition, names.qualified_name(condition))
    return causes
