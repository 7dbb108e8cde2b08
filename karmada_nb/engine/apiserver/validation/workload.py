"""What all workloads ask of their selector and their pod template.

Follows ValidatePodTemplateSpecForReplicaSet and its kin in pkg/apis/apps/validation/validation.go.
"""

from __future__ import annotations

from collections.abc import Sequence

from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.apiserver.validation.pod import validate_template
from karmada_nb.engine.apiserver.validation.selector import matches, readable, shown, validate_selector
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object

MISMATCH = "`selector` does not match template `labels`"


def required_selector(selector: Object | None, kind: str, path: str) -> list[Cause]:
    """A selector that is there and selects something less than everything."""
    if selector is None:
        return [field.required(path)]
    causes = validate_selector(selector, path)
    if not selector.get("matchLabels") and not selector.get("matchExpressions"):
        causes.append(field.invalid(path, selector, f"empty selector is invalid for {kind}"))
    return causes


def selected(selector: Object | None, template: Object, path: str) -> list[Cause]:
    """The template's pods are among those that the selector finds."""
    labels = (template.get("metadata") or {}).get("labels")
    if not readable(selector) or matches(selector, labels or {}):
        return []
    return [field.invalid(f"{path}.metadata.labels", labels, MISMATCH)]


def always_restarting(template: Object, kind: str, path: str) -> list[Cause]:
    """Pods that run for ever: they restart, and have no deadline."""
    spec = template.get("spec") or {}
    causes: list[Cause] = []
    if spec.get("restartPolicy") != "Always":
        policy = spec.get("restartPolicy", "")
        causes.append(field.not_supported(f"{path}.spec.restartPolicy", policy, ("Always",)))
    if spec.get("activeDeadlineSeconds") is not None:
        why = f"activeDeadlineSeconds in {kind} is not Supported"
        causes.append(field.forbidden(f"{path}.spec.activeDeadlineSeconds", why))
    return causes


def replica_template(
    selector: Object | None, template: Object | None, old: Object | None, kind: str = "ReplicaSet"
) -> list[Cause]:
    """``spec.template`` of workloads with replicas. ``old`` is the stored template: that one was valid."""
    path = "spec.template"
    if template is None:
        return [field.required(path)]
    if selector and not readable(selector):
        why = "" if kind == "StatefulSet" else "invalid label selector"
        return [field.invalid("spec.selector", shown(selector), why)]
    everything = selector is not None and not any(selector.values())
    causes = [] if everything else selected(selector, template, path)
    if template is old or template == old:
        return causes
    return causes + validate_template(template, path) + always_restarting(template, kind, path)


def same_selector(spec: Object, old: Object | None) -> list[Cause]:
    """``spec.selector`` does not change; ``old`` is the spec until now, if there is one."""
    new = spec.get("selector")
    if old is None or new == old.get("selector"):
        return []
    return [field.invalid("spec.selector", None if new is None else shown(new), field.IMMUTABLE)]


def replica_counts(
    status: Object, old: Object, counts: Sequence[str], parts: Sequence[str], ready: str = "readyReplicas"
) -> list[Cause]:
    """``counts`` are not negative, and none of ``parts`` is greater than the whole."""
    causes: list[Cause] = []
    for name in counts:
        causes += field.non_negative(f"status.{name}", status.get(name))
    whole = status.get("replicas", 0)
    for name in parts:
        if status.get(name, 0) > whole:
            why = "cannot be greater than status.replicas"
            causes.append(field.invalid(f"status.{name}", status[name], why))
    if status.get("availableReplicas", 0) > status.get("readyReplicas", 0):
        why = f"cannot be greater than {ready}"
        causes.append(field.invalid("status.availableReplicas", status["availableReplicas"], why))
    before = old.get("collisionCount")
    if before is not None and status.get("collisionCount", -1) < before:
        value = status.get("collisionCount", 0)
        causes.append(field.invalid("status.collisionCount", value, "cannot be decremented"))
    return causes
