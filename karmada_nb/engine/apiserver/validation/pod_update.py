"""What may change in a pod that exists.

Follows ValidatePodUpdate in pkg/apis/core/validation/validation.go.
"""

from __future__ import annotations

from typing import Final

from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.apiserver.validation.scheduling import validate_tolerations
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object

_FORBIDDEN: Final = (
    "pod updates may not change fields other than `spec.containers[*].image`,"
    "`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to "
    "existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was "
    "previously negative)"
)
_FREE: Final = frozenset({"activeDeadlineSeconds", "tolerations", "schedulingGates"})


def validate_pod_change(spec: Object, before: Object, *, deleting: bool) -> list[Cause]:
    """Both specs are valid; only what stands in the message above may differ."""
    for kind in ("containers", "initContainers"):
        if len(spec.get(kind) or []) != len(before.get(kind) or []):
            why = "pod updates may not add or remove containers"
            return [field.forbidden(f"spec.{kind}", why)]
    causes = _deadline(spec, before)
    if causes and spec.get("activeDeadlineSeconds") is not None:
        return causes
    causes += _tolerations(spec.get("tolerations") or [], before.get("tolerations") or [])
    causes += _gates(spec, before)
    free = _FREE
    if before.get("schedulingGates"):
        causes += _node_selector(spec, before) + _node_affinity(spec, before)
        free, spec, before = free | {"nodeSelector"}, _ungated(spec), _ungated(before)
    for name in spec.keys() | before.keys():
        if name in free or spec.get(name) == before.get(name):
            continue
        if name in ("containers", "initContainers") and _only_images(spec.get(name), before.get(name)):
            continue
        if name == "terminationGracePeriodSeconds" and before.get(name, 0) < 0 and spec.get(name) == 1:
            continue
        return [*causes, field.forbidden("spec", _FORBIDDEN)]
    return causes


def _ungated(spec: Object) -> Object:
    """A spec without the affinity to nodes, which a gated pod may narrow."""
    others = {k: v for k, v in (spec.get("affinity") or {}).items() if k != "nodeAffinity"}
    rest = {name: value for name, value in spec.items() if name != "affinity"}
    return {**rest, "affinity": others} if others else rest


def _node_selector(spec: Object, before: Object) -> list[Cause]:
    new, old = spec.get("nodeSelector") or {}, before.get("nodeSelector") or {}
    if all(new.get(key) == value for key, value in old.items()):
        return []
    why = "only additions to spec.nodeSelector are allowed (no mutations or deletions)"
    return [field.invalid("spec.nodeSelector", dict(sorted(new.items())) or None, why)]


def _node_affinity(spec: Object, before: Object) -> list[Cause]:
    """``validateNodeAffinityMutation``: terms that are there may only be narrowed."""
    new, old = _terms(spec), _terms(before)
    path = "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms"
    if not old:
        return []
    if len(new) != len(old):
        why = "no additions/deletions to non-empty NodeSelectorTerms list are allowed"
        return [field.invalid(path, [_shown(term) for term in new] or None, why)]
    why = "only additions are allowed (no mutations or deletions)"
    return [
        field.invalid(f"{path}[{index}]", _shown(term), why)
        for index, (term, was) in enumerate(zip(new, old, strict=True))
        if not _narrower(term, was)
    ]


def _terms(spec: Object) -> list[Object]:
    affinity = (spec.get("affinity") or {}).get("nodeAffinity") or {}
    wanted = affinity.get("requiredDuringSchedulingIgnoredDuringExecution") or {}
    return wanted.get("nodeSelectorTerms") or []


def _narrower(new: Object, old: Object) -> bool:
    kinds = ("matchExpressions", "matchFields")
    if not any(old.get(kind) for kind in kinds):
        return not any(new.get(kind) for kind in kinds)
    return all((new.get(kind) or [])[: len(old.get(kind) or [])] == (old.get(kind) or []) for kind in kinds)


def _shown(term: Object) -> Object:
    """As the internal type has it."""
    return {f"M{kind[1:]}": _requirements(term.get(kind)) for kind in ("matchExpressions", "matchFields")}


def _requirements(items: list[Object] | None) -> list[Object] | None:
    return items and [
        {"Key": item.get("key", ""), "Operator": item.get("operator", ""), "Values": item.get("values")}
        for item in items
    ]


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
    old = {gate.get("name") for gate in before.get("schedulingGates") or []}
    new = {gate.get("name", ""): index for index, gate in enumerate(spec.get("schedulingGates") or [])}
    return [
        field.forbidden(
            f"spec.schedulingGates[{index}].name",
            f"only deletion is allowed, but found new scheduling gate '{name}'",
        )
        for name, index in new.items()
        if name not in old
    ]


def _tolerations(new: list[Object], old: list[Object]) -> list[Cause]:
    def identity(toleration: Object) -> Object:
        return {k: v for k, v in toleration.items() if k != "tolerationSeconds"}

    kept = [identity(toleration) for toleration in new]
    if all(identity(toleration) in kept for toleration in old):
        return validate_tolerations(new, "spec.tolerations")
    why = "existing toleration can not be modified except its tolerationSeconds"
    return [field.forbidden("spec.tolerations", why)]
