"""What may change in a pod that exists.

Follows ValidatePodUpdate in pkg/apis/core/validation/validation.go.
"""

from __future__ import annotations

from typing import Final

from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object

_FORBIDDEN: Final = (
    "pod updates may not change fields other than `spec.containers[*].image`,"
    "`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to "
    "existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was "
    "previously negative)"
)
_FREE: Final = frozenset({"activeDeadlineSeconds", "tolerations", "schedulingGates", "ephemeralContainers"})
_GATED_FREE: Final = frozenset({"nodeSelector", "affinity"})


def validate_pod_change(spec: Object, before: Object, *, deleting: bool) -> list[Cause]:
    """Both specs are valid; only what stands in the message above may differ."""
    for kind in ("containers", "initContainers"):
        if len(spec.get(kind) or []) != len(before.get(kind) or []):
            why = "pod updates may not add or remove containers"
            return [field.forbidden(f"spec.{kind}", why)]
    causes = _deadline(spec, before) + _gates(spec, before)
    causes += _tolerations(spec.get("tolerations") or [], before.get("tolerations") or [])
    free = _FREE | _GATED_FREE if before.get("schedulingGates") else _FREE
    for name in spec.keys() | before.keys():
        if name in free or spec.get(name) == before.get(name):
            continue
        if name in ("containers", "initContainers") and _only_images(spec.get(name), before.get(name)):
            continue
        if name == "terminationGracePeriodSeconds" and before.get(name, 0) < 0 and spec.get(name) == 1:
            continue
        return [*causes, field.forbidden("spec", _FORBIDDEN)]
    return causes


def _only_images(new: list[Object] | None, old: list[Object] | None) -> bool:
    pairs = zip(new or [], old or [], strict=True)
    return all({**a, "image": ""} == {**b, "image": ""} for a, b in pairs)


def _deadline(spec: Object, before: Object) -> list[Cause]:
    name, path = "activeDeadlineSeconds", "spec.activeDeadlineSeconds"
    new, old = spec.get(name), before.get(name)
    if old is None or new == old:
        return []
    if new is None:
        why = "must not update from a positive integer to nil value"
        return [field.invalid(path, new, why)]
    if new > old:
        return [field.invalid(path, new, "must be less than or equal to previous value")]
    return []


def _gates(spec: Object, before: Object) -> list[Cause]:
    new = {gate.get("name") for gate in spec.get("schedulingGates") or []}
    old = {gate.get("name") for gate in before.get("schedulingGates") or []}
    extra = sorted(str(name) for name in new - old)
    if not extra:
        return []
    why = f"only deletion is allowed, but found new scheduling gate '{', '.join(extra)}'"
    return [field.forbidden("spec.schedulingGates", why)]


def _tolerations(new: list[Object], old: list[Object]) -> list[Cause]:
    def identity(toleration: Object) -> Object:
        return {k: v for k, v in toleration.items() if k != "tolerationSeconds"}

    kept = [identity(toleration) for toleration in new]
    if all(identity(toleration) in kept for toleration in old):
        return []
    why = "existing toleration can not be modified except its tolerationSeconds"
    return [field.forbidden("spec.tolerations", why)]
