"""A namespace's labels say which pods it takes.

Follows admission/admission.go of k8s.io/pod-security-admission.
"""

from __future__ import annotations

import re
from typing import Any, Final

from karmada_nb.engine import errors, meta
from karmada_nb.engine.apiserver.admission.chain import Attributes, Plugin, Reader
from karmada_nb.engine.apiserver.admission.pod_standards import LEVELS, told, violations
from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object

_PREFIX: Final = "pod-security.kubernetes.io/"
_MODES: Final = ("enforce", "audit", "warn")
_VERSION: Final = re.compile(r"latest|v1\.\d+", re.ASCII)
_TEMPLATES: Final[dict[str, tuple[str, ...]]] = {
    "cronjobs.batch": ("spec", "jobTemplate", "spec", "template", "spec"),
    "daemonsets.apps": ("spec", "template", "spec"),
    "deployments.apps": ("spec", "template", "spec"),
    "jobs.batch": ("spec", "template", "spec"),
    "podtemplates": ("template", "spec"),
    "replicasets.apps": ("spec", "template", "spec"),
    "replicationcontrollers": ("spec", "template", "spec"),
    "statefulsets.apps": ("spec", "template", "spec"),
}


class PodSecurity(Plugin):
    """Refuses pods that a namespace does not take, and warns of those it will not."""

    concerns = frozenset({"namespaces", "pods", *_TEMPLATES})

    def validate(self, attributes: Attributes, reader: Reader) -> None:
        if attributes.obj is None or attributes.operation not in ("CREATE", "UPDATE"):
            return
        kind = attributes.resource.qualified
        if kind == "namespaces" and not attributes.subresource:
            self._namespace(attributes, attributes.obj, reader)
        elif kind == "pods" and attributes.operation == "CREATE" and not attributes.subresource:
            self._pod(attributes, attributes.obj.get("spec") or {}, reader, enforced=True)
        elif kind in _TEMPLATES and not attributes.subresource:
            spec = meta.dig(attributes.obj, *_TEMPLATES[kind])
            if spec is not None and (
                attributes.old is None or meta.dig(attributes.old, *_TEMPLATES[kind]) != spec
            ):
                self._pod(attributes, spec, reader, enforced=False)

    def _pod(self, attributes: Attributes, spec: Object, reader: Reader, *, enforced: bool) -> None:
        namespace = reader.find("namespaces", "", attributes.namespace)
        labels = meta.labels(namespace or {})
        if enforced:
            level, shown = _level(labels, "enforce")
            found = violations(level, spec)
            if found:
                why = f'violates PodSecurity "{shown}": {told(found)}'
                raise errors.forbidden("", "pods", attributes.name, why)
        level, shown = _level(labels, "warn")
        found = violations(level, spec)
        if found:
            attributes.warn(f'would violate PodSecurity "{shown}": {told(found)}')

    def _namespace(self, attributes: Attributes, namespace: Object, reader: Reader) -> None:
        labels, before = meta.labels(namespace), meta.labels(attributes.old or {})
        causes = _malformed(labels)
        if causes and causes != _malformed(before):
            raise errors.invalid("", "Namespace", attributes.name, causes)
        level, shown = _level(labels, "enforce")
        if attributes.old is None or _level(before, "enforce") == (level, shown):
            return
        groups: dict[str, list[str]] = {}
        for pod in reader.items("pods", attributes.name):
            found = violations(level, pod.get("spec") or {})
            if found:
                groups.setdefault(", ".join(reason for reason, _ in found), []).append(meta.name(pod))
        if not groups:
            return
        what = f'existing pods in namespace "{attributes.name}" violate the new PodSecurity enforce level'
        attributes.warn(f'{what} "{shown}"')
        for reasons, names in sorted(groups.items(), key=lambda item: (-len(item[1]), item[1])):
            others = len(names) - 1
            more = f" (and {others} other pod{'s' if others > 1 else ''})" if others else ""
            attributes.warn(f"{min(names)}{more}: {reasons}")


def _level(labels: Any, mode: str) -> tuple[str, str]:
    """The level of a mode, and how messages show it with its version."""
    level = labels.get(f"{_PREFIX}{mode}", "privileged")
    if level not in LEVELS:
        level = "restricted"
    return level, f"{level}:{labels.get(f'{_PREFIX}{mode}-version') or 'latest'}"


def _malformed(labels: Any) -> list[Cause]:
    causes: list[Cause] = []
    for mode in _MODES:
        level, version = labels.get(f"{_PREFIX}{mode}"), labels.get(f"{_PREFIX}{mode}-version")
        if level is not None and level not in LEVELS:
            why = f"must be one of {', '.join(LEVELS)}"
            causes.append(field.invalid(f"metadata.labels[{_PREFIX}{mode}]", level, why))
        if version is not None and not _VERSION.fullmatch(version):
            why = 'must be "latest" or "v1.x"'
            causes.append(field.invalid(f"metadata.labels[{_PREFIX}{mode}-version]", version, why))
    return causes
