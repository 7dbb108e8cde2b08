"""Pods and their templates. Follows pkg/api/pod/warnings.go."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from karmada_nb.engine import quantity
from karmada_nb.engine.apiserver.validation.names import dns_label
from karmada_nb.engine.apiserver.warnings import addresses, nodes, paths
from karmada_nb.engine.apiserver.warnings.ports import of_ports
from karmada_nb.engine.meta import Object

_NO_SYSCTLS: Final = 'non-functional in v1.11+; use the "sysctls" field instead'
_ANNOTATIONS: Final = {
    "scheduler.alpha.kubernetes.io/critical-pod": (
        'non-functional in v1.16+; use the "priorityClassName" field instead'
    ),
    "security.alpha.kubernetes.io/sysctls": _NO_SYSCTLS,
    "security.alpha.kubernetes.io/unsafe-sysctls": _NO_SYSCTLS,
}
_SECCOMP_POD: Final = "seccomp.security.alpha.kubernetes.io/pod"
_SECCOMP: Final = "container.seccomp.security.alpha.kubernetes.io/"
_NO_SECCOMP: Final = 'non-functional in v1.27+; use the "seccompProfile" field instead'
_APPARMOR: Final = "container.apparmor.security.beta.kubernetes.io/"
_NO_APPARMOR: Final = 'deprecated since v1.30; use the "appArmorProfile" field instead'
DEPRECATED_VOLUMES: Final = {
    "photonPersistentDisk": "deprecated in v1.11, non-functional in v1.16+",
    "gitRepo": "deprecated in v1.11, and disabled by default in v1.33+",
    "scaleIO": "deprecated in v1.16, non-functional in v1.22+",
    "flocker": "deprecated in v1.22, non-functional in v1.25+",
    "storageos": "deprecated in v1.22, non-functional in v1.25+",
    "quobyte": "deprecated in v1.22, non-functional in v1.25+",
    "glusterfs": "deprecated in v1.25, non-functional in v1.26+",
    "cephfs": "deprecated in v1.28, non-functional in v1.31+",
    "rbd": "deprecated in v1.28, non-functional in v1.31+",
}
_BYTES: Final = ("memory", "ephemeral-storage")
_CONTAINERS: Final = ("initContainers", "containers", "ephemeralContainers")
_NO_SELECTOR: Final = "a null labelSelector results in matching no pod"
_NEGATIVE: Final = "must be >= 0; negative values are invalid and will be treated as 1"


def of_name(name: str, used: str) -> list[str]:
    """A name that becomes part of host names, and is no DNS label. ``used`` says for what."""
    complaints = dns_label(name)
    if not complaints:
        return []
    why = "which can result in surprising behavior; a DNS label is recommended"
    return [f"metadata.name: this is used in {used}, {why}: [{' '.join(complaints)}]"]


def of_pod(pod: Object) -> list[str]:
    """``GetWarningsForPod``."""
    return _all(pod, "")


def of_template(template: Object, path: str) -> list[str]:
    """``GetWarningsForPodTemplate``."""
    return _all(template, f"{path}.")


def of_claim(spec: Object, path: str) -> list[str]:
    """``GetWarningsForPersistentVolumeClaimSpec``."""
    resources = spec.get("resources") or {}
    return [
        text
        for kind in ("requests", "limits")
        for text in _fractions(resources.get(kind), f"{path}.resources.{kind}", ("storage",))
    ]


def _all(pod: Object, at: str) -> list[str]:
    metadata, spec = pod.get("metadata") or {}, pod.get("spec") or {}
    annotations = metadata.get("annotations") or {}
    containers = list(_containers(spec, f"{at}spec"))
    found = _placement(spec, f"{at}spec")
    marks = f"{at}metadata.annotations"
    found += [f"{marks}[{key}]: {why}" for key, why in _ANNOTATIONS.items() if key in annotations]
    found += _volumes(spec.get("volumes") or [], f"{at}spec.volumes")
    found += _aliases(spec, f"{at}spec")
    found += _fractions(spec.get("overhead"), f"{at}spec.overhead", _BYTES)
    context = spec.get("securityContext") or {}
    if _SECCOMP_POD in annotations and not context.get("seccompProfile"):
        found.append(f"{marks}[{_SECCOMP_POD}]: {_NO_SECCOMP}")
    for path, container in containers:
        if annotations:
            found += _profiles(container, annotations, marks, template=bool(at))
        found += _amounts(container, path)
        found += _environment(container, path)
    found += of_ports(containers)
    if (spec.get("terminationGracePeriodSeconds") or 0) < 0:
        found.append(f"{at}spec.terminationGracePeriodSeconds: {_NEGATIVE}")
    found += _affinities(spec.get("affinity") or {}, f"{at}spec.affinity")
    for index, server in enumerate((spec.get("dnsConfig") or {}).get("nameservers") or ()):
        found += addresses.of_ip(server, f"{at}spec.dnsConfig.nameservers[{index}]")
    for index, alias in enumerate(spec.get("hostAliases") or ()):
        found += addresses.of_ip(alias.get("ip", ""), f"{at}spec.hostAliases[{index}].ip")
    return found


def _containers(spec: Object, path: str) -> Iterator[tuple[str, Object]]:
    for kind in _CONTAINERS:
        for index, container in enumerate(spec.get(kind) or ()):
            yield f"{path}.{kind}[{index}]", container


def _placement(spec: Object, path: str) -> list[str]:
    labels = spec.get("nodeSelector") or {}
    found = [
        f"{path}.nodeSelector[{key}]: {nodes.DEPRECATED[key]}" for key in labels if key in nodes.DEPRECATED
    ]
    affinity = (spec.get("affinity") or {}).get("nodeAffinity") or {}
    name = "requiredDuringSchedulingIgnoredDuringExecution"
    for index, term in enumerate((affinity.get(name) or {}).get("nodeSelectorTerms") or ()):
        at = f"{path}.affinity.nodeAffinity.{name}.nodeSelectorTerms[{index}]"
        found += nodes.of_term(term, at, values=False)
    name = "preferredDuringSchedulingIgnoredDuringExecution"
    for index, item in enumerate(affinity.get(name) or ()):
        at = f"{path}.affinity.nodeAffinity.{name}[{index}].preference"
        found += nodes.of_term(item.get("preference") or {}, at, values=True)
    for index, constraint in enumerate(spec.get("topologySpreadConstraints") or ()):
        at, key = f"{path}.topologySpreadConstraints[{index}]", constraint.get("topologyKey", "")
        if key in nodes.DEPRECATED:
            found.append(f"{at}.topologyKey: {key} is {nodes.DEPRECATED[key]}")
        if constraint.get("labelSelector") is None:
            found.append(f"{at}.labelSelector: {_NO_SELECTOR}")
    return found


def _volumes(volumes: list[Object], path: str) -> list[str]:
    found: list[str] = []
    for index, volume in enumerate(volumes):
        gone = (kind for kind in volume if kind in DEPRECATED_VOLUMES)
        found += [f"{path}[{index}].{kind}: {DEPRECATED_VOLUMES[kind]}" for kind in gone]
        claim = (volume.get("ephemeral") or {}).get("volumeClaimTemplate")
        if claim:
            at = f"{path}[{index}].ephemeral.volumeClaimTemplate.spec"
            found += of_claim(claim.get("spec") or {}, at)
    return [*found, *(text for volume in volumes for text in paths.of_volume(volume))]


def _aliases(spec: Object, path: str) -> list[str]:
    found: list[str] = []
    for kind, key in (("hostAliases", "ip"), ("imagePullSecrets", "name")):
        seen: set[str] = set()
        for index, item in enumerate(spec.get(kind) or ()):
            value = item.get(key, "")
            if value in seen:
                found.append(f'{path}.{kind}[{index}].{key}: duplicate {key} "{value}"')
            seen.add(value)
    for index, item in enumerate(spec.get("imagePullSecrets") or ()):
        if not item.get("name"):
            found.append(f'{path}.imagePullSecrets[{index}].name: invalid empty name ""')
    return found


def _profiles(container: Object, annotations: Object, marks: str, *, template: bool) -> list[str]:
    context, name = container.get("securityContext") or {}, container.get("name", "")
    found: list[str] = []
    if f"{_SECCOMP}{name}" in annotations and not context.get("seccompProfile"):
        found.append(f"{marks}[{_SECCOMP}{name}]: {_NO_SECCOMP}")
    if template and f"{_APPARMOR}{name}" in annotations and not context.get("appArmorProfile"):
        found.append(f"{marks}[{_APPARMOR}{name}]: {_NO_APPARMOR}")
    return found


def _amounts(container: Object, path: str) -> list[str]:
    resources = container.get("resources")
    if not resources:
        return []
    return [
        text
        for name in _BYTES
        for kind in ("limits", "requests")
        for text in _fractions(resources.get(kind), f"{path}.resources.{kind}", (name,))
    ]


def _fractions(amounts: Object | None, path: str, names: tuple[str, ...]) -> list[str]:
    return [
        f'{path}[{name}]: fractional byte value "{amounts[name]}" is invalid, must be an integer'
        for name in names
        if amounts and name in amounts and _fraction(str(amounts[name]))
    ]


def _fraction(amount: str) -> bool:
    return quantity.parse(amount) % 1 != Decimal(0)


def _environment(container: Object, path: str) -> list[str]:
    found: list[str] = []
    seen: set[str] = set()
    for index, variable in enumerate(container.get("env") or ()):
        name, value = variable.get("name", ""), variable.get("value", "")
        mention = f"$({name})"
        hides = variable.get("valueFrom") is not None or value == mention or mention not in value
        if name in seen and hides:
            why = f'hides previous definition of "{name}", which may be dropped when using apply'
            found.append(f"{path}.env[{index}]: {why}")
        seen.add(name)
    return found


def _affinities(affinity: Object, path: str) -> list[str]:
    found: list[str] = []
    for kind in ("podAffinity", "podAntiAffinity"):
        rules = affinity.get(kind) or {}
        name = "requiredDuringSchedulingIgnoredDuringExecution"
        for index, term in enumerate(rules.get(name) or ()):
            if term.get("labelSelector") is None:
                found.append(f"{path}.{kind}.{name}[{index}].labelSelector: {_NO_SELECTOR}")
        name = "preferredDuringSchedulingIgnoredDuringExecution"
        for index, item in enumerate(rules.get(name) or ()):
            if (item.get("podAffinityTerm") or {}).get("labelSelector") is None:
                at = f"{path}.{kind}.{name}[{index}].podAffinityTerm.labelSelector"
                found.append(f"{at}: {_NO_SELECTOR}")
    return found
