"""Jobs.

Follows pkg/apis/batch/v1/defaults.go, pkg/apis/batch/validation/validation.go and
pkg/registry/batch/job/strategy.go. A job gets a selector of its own from its UID.
"""

from __future__ import annotations

from typing import Any, Final

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.strategies.base import StatusBuiltin
from karmada_nb.engine.apiserver.strategies.filling import each, fill, filler, within
from karmada_nb.engine.apiserver.strategies.podspec import default_template
from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.apiserver.validation.job_changes import (
    validate_spec_change,
    validate_status_change,
    validate_status_counts,
)
from karmada_nb.engine.apiserver.validation.job_policies import (
    validate_failure_policy,
    validate_indexed,
    validate_manager,
    validate_success_policy,
)
from karmada_nb.engine.apiserver.validation.names import dns_label
from karmada_nb.engine.apiserver.validation.pod import validate_template
from karmada_nb.engine.apiserver.validation.selector import matches, shown, validate_selector
from karmada_nb.engine.apiserver.validation.workload import selected
from karmada_nb.engine.apiserver.warnings.workloads import of_job
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object

CONTROLLER_UID: Final = "batch.kubernetes.io/controller-uid"
JOB_NAME: Final = "batch.kubernetes.io/job-name"
_NUMBERS: Final = (
    "parallelism",
    "completions",
    "activeDeadlineSeconds",
    "backoffLimit",
    "ttlSecondsAfterFinished",
    "backoffLimitPerIndex",
    "maxFailedIndexes",
)
_SPEC: Final = {"parallelism": 1, "completionMode": "NonIndexed", "suspend": False, "manualSelector": False}


class Job(StatusBuiltin):
    selectable = ("status.successful",)
    default_propagation = "Orphan"
    orphaning_warning = (
        "child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to "
        "remove them or set propagationPolicy=Orphan to suppress this warning"
    )

    def default(self, obj: Object) -> Object:
        return _labelled(within(obj, "spec", _default_spec))

    def prepare_create(self, obj: Object) -> Object:
        """Labels that came from the template go on being the same: upstream shares one map."""
        obj = super().prepare_create(obj)
        if meta.dig(obj, "spec", "manualSelector"):
            return obj
        labels = meta.dig(obj, "spec", "template", "metadata", "labels")
        made = within(obj, "spec", lambda spec: _generated(spec, meta.uid(obj), meta.name(obj)))
        if labels and labels == meta.labels(obj):
            return meta.with_metadata(made, labels=made["spec"]["template"]["metadata"]["labels"])
        return _labelled(made)

    def validate(self, obj: Object) -> list[Cause]:
        spec = obj.get("spec") or {}
        return _generated_selector(obj) + validate_job_spec(spec, "spec") + _selecting(spec) + _host_name(obj)

    def validate_update(self, obj: Object, old: Object) -> list[Cause]:
        """Upstream looks at the spec twice: as that of a job, and as that of a changed one."""
        spec, before = obj.get("spec") or {}, old.get("spec") or {}
        if spec is before:
            return []
        own = validate_job_spec(spec, "spec", before.get("template")) + _selecting(spec)
        return _generated_selector(obj) + own + _host_name(obj) + own + validate_spec_change(obj, old)

    def warnings(self, obj: Object, old: Object | None) -> list[str]:
        return of_job(obj, old)

    def validate_status(self, obj: Object, old: Object) -> list[Cause]:
        return validate_status_change(obj, old)

    def fields(self, obj: Object) -> dict[str, str]:
        return {"status.successful": str(meta.dig(obj, "status", "succeeded", default=0))}


class OlderJob(Job):
    """A Job before v1.32, when a status was taken as it came."""

    def validate_status(self, obj: Object, old: Object) -> list[Cause]:
        return validate_status_counts(obj.get("status") or {})


def validate_job_spec(spec: Object, path: str, old_template: Object | None = None) -> list[Cause]:
    """``validateJobSpec``: all but the selector, for jobs and for templates of jobs."""
    causes: list[Cause] = []
    for name in _NUMBERS:
        causes += field.non_negative(f"{path}.{name}", spec.get(name))
    mode = spec.get("completionMode")
    causes += field.optional(f"{path}.completionMode", mode, ("NonIndexed", "Indexed"))
    if mode == "Indexed" and spec.get("completions") is None:
        why = "when completion mode is Indexed"
        causes.append(field.required(f"{path}.completions", why))
    causes += validate_manager(spec, path) + validate_indexed(spec, path)
    causes += validate_failure_policy(spec, path) + validate_success_policy(spec, path)
    supported = ("Failed",) if spec.get("podFailurePolicy") else ("Failed", "TerminatingOrFailed")
    causes += field.optional(f"{path}.podReplacementPolicy", spec.get("podReplacementPolicy"), supported)
    template = spec.get("template") or {}
    if template is old_template or template == old_template:
        return causes
    causes += validate_template(template, f"{path}.template")
    at = f"{path}.template.spec.restartPolicy"
    policy = meta.dig(template, "spec", "restartPolicy", default="")
    if policy in ("", "Always"):
        causes.append(field.required(at, 'valid values: "OnFailure", "Never"'))
    elif policy not in ("OnFailure", "Never"):
        causes.append(field.not_supported(at, policy, ("OnFailure", "Never")))
    elif spec.get("podFailurePolicy") and policy != "Never":
        why = 'only "Never" is supported when podFailurePolicy is specified'
        causes.append(field.invalid(at, policy, why))
    return causes


def _default_spec(spec: Object) -> Object:
    spec = within(spec, "template", default_template)
    more: dict[str, Any] = {}
    if spec.get("completions") is None and spec.get("parallelism") is None:
        more["completions"] = 1
    more["backoffLimit"] = 6 if spec.get("backoffLimitPerIndex") is None else 2**31 - 1
    more["podReplacementPolicy"] = "Failed" if spec.get("podFailurePolicy") else "TerminatingOrFailed"
    return fill(within(spec, "podFailurePolicy", _failure_policy), {**_SPEC, **more})


def _failure_policy(policy: Object) -> Object:
    pattern = filler({"status": "True"})
    return each(policy, "rules", lambda rule: each(rule, "onPodConditions", pattern))


def _labelled(obj: Object) -> Object:
    """A job without labels takes those of its pods."""
    labels = meta.dig(obj, "spec", "template", "metadata", "labels")
    return meta.with_metadata(obj, labels=labels) if labels and not meta.labels(obj) else obj


def _pod_labels(uid: str, name: str) -> dict[str, str]:
    return {CONTROLLER_UID: uid, JOB_NAME: name, "controller-uid": uid, "job-name": name}


def _generated(spec: Object, uid: str, name: str) -> Object:
    template = spec.get("template") or {}
    metadata = template.get("metadata") or {}
    labels = {**(metadata.get("labels") or {}), **_pod_labels(uid, name)}
    selector = spec.get("selector") or {}
    wanted = {CONTROLLER_UID: uid, **(selector.get("matchLabels") or {})}
    return {
        **spec,
        "selector": {**selector, "matchLabels": wanted},
        "template": {**template, "metadata": {**metadata, "labels": labels}},
    }


def _generated_selector(obj: Object) -> list[Cause]:
    selector = meta.dig(obj, "spec", "selector")
    if meta.dig(obj, "spec", "manualSelector") or selector is None:
        return []
    if matches(selector, _pod_labels(meta.uid(obj), meta.name(obj))):
        return []
    return [field.invalid("spec.selector", shown(selector), "`selector` not auto-generated")]


def _host_name(obj: Object) -> list[Cause]:
    """A pod of an indexed job is called after its index: the longest such name is looked at."""
    spec, name = obj.get("spec") or {}, meta.name(obj)
    if spec.get("completionMode") != "Indexed" or (spec.get("completions") or 0) <= 0:
        return []
    host = f"{name}-{spec['completions'] - 1}"
    if not dns_label(host):
        return []
    return [
        field.invalid("metadata.name", name, f"will not able to create pod with invalid DNS label: {host}")
    ]


def _selecting(spec: Object) -> list[Cause]:
    selector = spec.get("selector")
    causes = [field.required("spec.selector")] if selector is None else []
    causes += validate_selector(selector, "spec.selector")
    return causes + selected(selector, spec.get("template") or {}, "spec.template")
