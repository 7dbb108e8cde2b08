"""Kinds with a pod template. Follows pkg/api/job/warnings.go and WarningsOnCreate of pkg/registry/apps."""

from __future__ import annotations

from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.warnings import pods
from karmada_nb.engine.meta import Object

_PODS: Final = "Pod names and hostnames"
_MANY_COMPLETIONS: Final = 100_000
_MANY_AT_ONCE: Final = 10_000
_TOO_MANY: Final = (
    "In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, "
    "Kubernetes might not be able to track completedIndexes when a big number of indexes fail"
)


def of_workload(obj: Object, old: Object | None) -> list[str]:
    """A kind whose name begins those of its pods, and whose template stands at ``spec.template``."""
    if old is None:
        return pods.of_name(meta.name(obj), _PODS) + of_spec(obj, None)
    return of_spec(obj, old)


def of_spec(obj: Object, old: Object | None) -> list[str]:
    """The template alone, where the spec is new."""
    if _same(obj, old):
        return []
    return pods.of_template(meta.dig(obj, "spec", "template", default={}), "spec.template")


def of_job_spec(spec: Object, path: str) -> list[str]:
    """``WarningsForJobSpec``."""
    found: list[str] = []
    many = (spec.get("completions") or 0) > _MANY_COMPLETIONS
    if spec.get("completionMode") == "Indexed" and many and (spec.get("parallelism") or 0) > _MANY_AT_ONCE:
        found.append(f"{path}: {_TOO_MANY}")
    return found + pods.of_template(spec.get("template") or {}, f"{path}.template")


def of_job(job: Object, old: Object | None) -> list[str]:
    spec = job.get("spec") or {}
    if old is None:
        return pods.of_name(meta.name(job), _PODS) + of_job_spec(spec, "spec")
    return [] if _same(job, old) else of_job_spec(spec, "spec")


def of_cron_job(cron: Object, old: Object | None) -> list[str]:
    spec, path = cron.get("spec") or {}, "spec.jobTemplate.spec"
    job = (spec.get("jobTemplate") or {}).get("spec") or {}
    if old is None:
        return pods.of_name(meta.name(cron), _PODS) + of_job_spec(job, path)
    found = [] if _same(cron, old) else of_job_spec(job, path)
    if "TZ" in spec.get("schedule", ""):
        page = "https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/"
        use = f"use timeZone instead, see {page} for more details"
        found.append(f"cannot use TZ or CRON_TZ in spec.spec.schedule, {use}")
    return found


def of_stateful_set(obj: Object, old: Object | None) -> list[str]:
    spec = obj.get("spec") or {}
    found = of_spec(obj, old)
    for index, claim in enumerate(spec.get("volumeClaimTemplates") or ()):
        below = "" if old is None else ".Spec"
        found += pods.of_claim(claim.get("spec") or {}, f"spec.volumeClaimTemplates[{index}]{below}")
    if (spec.get("revisionHistoryLimit") or 0) < 0:
        advice = "a negative value retains all historical revisions; a value >= 0 is recommended"
        found.append(f"spec.revisionHistoryLimit: {advice}")
    return found


def _same(obj: Object, old: Object | None) -> bool:
    return old is not None and meta.generation(obj) == meta.generation(old)
