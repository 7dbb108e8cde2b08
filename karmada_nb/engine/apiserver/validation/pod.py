"""A pod's spec as a whole, in a pod or in a template.

Follows ValidatePodSpec and ValidatePodTemplateSpec in pkg/apis/core/validation/validation.go.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from karmada_nb.engine.apiserver.validation import field, names
from karmada_nb.engine.apiserver.validation.containers import (
    validate_containers,
    validate_ephemeral_containers,
    validate_init_containers,
)
from karmada_nb.engine.apiserver.validation.metadata import validate_annotations, validate_labels
from karmada_nb.engine.apiserver.validation.network import validate_ip
from karmada_nb.engine.apiserver.validation.scheduling import (
    validate_affinity,
    validate_gates,
    validate_spread,
    validate_tolerations,
)
from karmada_nb.engine.apiserver.validation.volumes import validate_volumes
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object

RESTART_POLICIES: Final = ("Always", "OnFailure", "Never")
DNS_POLICIES: Final = ("ClusterFirstWithHostNet", "ClusterFirst", "Default", "None")
_MAX_INT32: Final = 2**31 - 1


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


def validate_pod_spec(spec: Object, path: str) -> list[Cause]:
    """``ValidatePodSpec``."""
    volumes, causes = validate_volumes(spec.get("volumes") or [], f"{path}.volumes")
    containers = spec.get("containers") or []
    causes += validate_containers(containers, volumes, f"{path}.containers")
    first = spec.get("initContainers") or []
    causes += validate_init_containers(first, containers, volumes, f"{path}.initContainers")
    debug = spec.get("ephemeralContainers") or []
    causes += validate_ephemeral_containers(debug, spec, volumes, f"{path}.ephemeralContainers")
    causes += _word(spec, "restartPolicy", RESTART_POLICIES, path)
    causes += _word(spec, "dnsPolicy", DNS_POLICIES, path)
    causes += validate_labels(spec.get("nodeSelector"), f"{path}.nodeSelector")
    causes += _host_network(spec, path)
    causes += _image_pull_secrets(spec, path)
    causes += validate_affinity(spec.get("affinity"), f"{path}.affinity")
    causes += _dns_config(spec, f"{path}.dnsConfig")
    causes += _readiness_gates(spec, path)
    causes += validate_gates(spec.get("schedulingGates") or [], f"{path}.schedulingGates")
    spread = spec.get("topologySpreadConstraints") or []
    causes += validate_spread(spread, f"{path}.topologySpreadConstraints")
    causes += _name(spec, "serviceAccountName", names.dns_subdomain, path)
    causes += _name(spec, "nodeName", names.dns_subdomain, path)
    deadline = spec.get("activeDeadlineSeconds")
    if deadline is not None and not 1 <= deadline <= _MAX_INT32:
        why = names.between(1, _MAX_INT32)
        causes.append(field.invalid(f"{path}.activeDeadlineSeconds", deadline, why))
    causes += _name(spec, "hostname", names.dns_label, path)
    causes += _name(spec, "subdomain", names.dns_label, path)
    causes += validate_tolerations(spec.get("tolerations") or [], f"{path}.tolerations")
    causes += _host_aliases(spec, path)
    causes += _name(spec, "priorityClassName", names.dns_subdomain, path)
    causes += _name(spec, "runtimeClassName", names.dns_subdomain, path)
    preemption = spec.get("preemptionPolicy")
    if preemption is not None and preemption not in ("PreemptLowerPriority", "Never"):
        supported = ("PreemptLowerPriority", "Never")
        causes.append(field.not_supported(f"{path}.preemptionPolicy", preemption, supported))
    return causes


def _word(spec: Object, name: str, supported: tuple[str, ...], path: str) -> list[Cause]:
    value = spec.get(name)
    if not value:
        return [field.required(f"{path}.{name}")]
    return [] if value in supported else [field.not_supported(f"{path}.{name}", value, supported)]


def _name(spec: Object, name: str, check: Callable[[str], list[str]], path: str) -> list[Cause]:
    value = spec.get(name)
    return field.each(f"{path}.{name}", value, check(value)) if value else []


def _host_network(spec: Object, path: str) -> list[Cause]:
    if not spec.get("hostNetwork"):
        return []
    causes: list[Cause] = []
    for kind in ("containers", "initContainers"):
        for index, container in enumerate(spec.get(kind) or []):
            for number, port in enumerate(container.get("ports") or []):
                if port.get("hostPort") and port["hostPort"] != port.get("containerPort"):
                    at = f"{path}.{kind}[{index}].ports[{number}].containerPort"
                    why = "must match `hostPort` when `hostNetwork` is true"
                    causes.append(field.invalid(at, port.get("containerPort"), why))
    return causes


def _image_pull_secrets(spec: Object, path: str) -> list[Cause]:
    return [
        field.required(f"{path}.imagePullSecrets[{index}].name")
        for index, secret in enumerate(spec.get("imagePullSecrets") or [])
        if not secret.get("name")
    ]


def _dns_config(spec: Object, path: str) -> list[Cause]:
    config = spec.get("dnsConfig")
    causes: list[Cause] = []
    servers = (config or {}).get("nameservers") or []
    if spec.get("dnsPolicy") == "None" and not servers:
        why = "must provide at least one DNS nameserver when `dnsPolicy` is None"
        causes.append(field.required(path if config is None else f"{path}.nameservers", why))
    if config is None:
        return causes
    if len(servers) > 3:
        causes.append(field.invalid(f"{path}.nameservers", servers, "must not have more than 3 nameservers"))
    for index, server in enumerate(servers):
        causes += validate_ip(server, f"{path}.nameservers[{index}]")
    searches = config.get("searches") or []
    if len(searches) > 32:
        causes.append(field.invalid(f"{path}.searches", searches, "must not have more than 32 search paths"))
    for index, option in enumerate(config.get("options") or []):
        if not option.get("name"):
            causes.append(field.required(f"{path}.options[{index}]", "must not be empty"))
    return causes


def _readiness_gates(spec: Object, path: str) -> list[Cause]:
    causes: list[Cause] = []
    for index, gate in enumerate(spec.get("readinessGates") or []):
        condition = gate.get("conditionType", "")
        at = f"{path}.readinessGates[{index}].conditionType"
        causes += field.each(at, condition, names.qualified_name(condition))
    return causes


def _host_aliases(spec: Object, path: str) -> list[Cause]:
    causes: list[Cause] = []
    for index, alias in enumerate(spec.get("hostAliases") or []):
        at = f"{path}.hostAliases[{index}]"
        causes += validate_ip(alias.get("ip", ""), f"{at}.ip")
        for number, host in enumerate(alias.get("hostnames") or []):
            causes += field.each(f"{at}.hostnames[{number}]", host, names.dns_subdomain(host))
    return causes
