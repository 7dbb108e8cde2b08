"""Pods changed through their subresources ``resize`` and ``ephemeralcontainers``.

Follows ValidatePodResize and ValidatePodEphemeralContainersUpdate in pkg/apis/core/validation/validation.go,
and dropNonResizeUpdates in pkg/registry/core/pod/strategy.go: all but what the subresource is for stays.
"""

from __future__ import annotations

from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object

_KINDS: Final = ("containers", "initContainers")
_RESIZED: Final = ("resources", "resizePolicy")
_MUTABLE: Final = frozenset({"cpu", "memory"})


def resized(spec: Object, before: Object) -> Object:
    """The old spec with the new amounts; the new one where containers came, went or changed places."""
    if any(_names(spec, kind) != _names(before, kind) for kind in _KINDS):
        return spec
    return {**before, **{kind: _merged(spec, before, kind) for kind in _KINDS if kind in before}}


def _names(spec: Object, kind: str) -> list[str]:
    return [container.get("name", "") for container in spec.get(kind) or ()]


def _merged(spec: Object, before: Object, kind: str) -> list[Object]:
    out = []
    for new, old in zip(spec[kind], before[kind], strict=True):
        kept = {name: value for name, value in old.items() if name not in _RESIZED}
        out.append({**kept, **{name: new[name] for name in _RESIZED if name in new}})
    return out


def validate_resize(pod: Object, old: Object, *, same_class: bool) -> list[Cause]:
    """``same_class``: the pod's quality of service stays what it is."""
    spec, before = pod.get("spec") or {}, old.get("spec") or {}
    causes: list[Cause] = []
    if not same_class:
        why = "Pod QOS Class may not change as a result of resizing"
        causes.append(field.invalid("spec", meta.dig(pod, "status", "qosClass", default=""), why))
    if not _supported(old):
        causes.append(field.forbidden("spec", "Pod running on node without support for resize"))
    for kind in _KINDS:
        new, was = _names(spec, kind), _names(before, kind)
        if len(new) != len(was):
            why = f"{kind} may not be added or removed on resize"
            return [*causes, field.forbidden(f"spec.{kind}", why)]
        why = f"{kind} may not be renamed or reordered on resize"
        moved = [index for index, name in enumerate(new) if name != was[index]]
        if moved:
            return causes + [field.forbidden(f"spec.{kind}[{index}].name", why) for index in moved]
        for index, container in enumerate(spec.get(kind) or ()):
            causes += _amounts(container, before[kind][index], f"spec.{kind}[{index}].resources")
    return causes


def _supported(pod: Object) -> bool:
    """A kubelet that can resize says what running containers were given."""
    statuses = meta.dig(pod, "status", "containerStatuses", default=[])
    running = [status for status in statuses if meta.dig(status, "state", "running") is not None]
    return not running or running[0].get("resources") is not None


def _amounts(container: Object, old: Object, path: str) -> list[Cause]:
    new, was = container.get("resources") or {}, old.get("resources") or {}
    causes: list[Cause] = []
    for kind in ("requests", "limits"):
        if (was.get(kind) or {}).keys() - (new.get(kind) or {}).keys():
            causes.append(field.forbidden(f"{path}.{kind}", f"resource {kind} cannot be removed"))
    if any(_others(new, kind) != _others(was, kind) for kind in ("requests", "limits")):
        causes.append(field.forbidden("spec", "only cpu and memory resources are mutable"))
    return causes


def _others(resources: Object, kind: str) -> Object:
    return {k: v for k, v in (resources.get(kind) or {}).items() if k not in _MUTABLE}


def validate_ephemeral(spec: Object, before: Object) -> list[Cause]:
    """Containers for debugging that are there stay as they are."""
    now = {container.get("name", ""): container for container in spec.get("ephemeralContainers") or ()}
    causes: list[Cause] = []
    for old in before.get("ephemeralContainers") or ():
        name, path = old.get("name", ""), "spec.ephemeralContainers"
        if name not in now:
            why = f'existing ephemeral containers "{name}" may not be removed\n'
            causes.append(field.forbidden(path, why))
        elif now[name] != old:
            why = f'existing ephemeral containers "{name}" may not be changed\n'
            causes.append(field.forbidden(path, why))
    return causes
