"""What a job makes of failed pods. Pure.

Follows pkg/controller/job/pod_failure_policy.go.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

from karmada_nb.engine import meta
from karmada_nb.engine.meta import Object


class Failure(NamedTuple):
    """The rule that a failed pod matches: its action, and what is said of it."""

    action: str
    message: str


def matched(job: Object, pod: Object) -> Failure | None:
    """The first rule of ``podFailurePolicy`` that a failed pod matches."""
    rules = meta.dig(job, "spec", "podFailurePolicy", "rules", default=[])
    for index, rule in enumerate(rules):
        action, place = rule["action"], f"{meta.namespace(pod)}/{meta.name(pod)}"
        codes = rule.get("onExitCodes")
        if codes is not None:
            found = _container(codes, pod)
            if found is not None:
                name, code = found
                text = f"Container {name} for pod {place} failed with exit code {code}"
                return Failure(action, f"{text} matching {action} rule at index {index}")
        for pattern in rule.get("onPodConditions") or ():
            condition = meta.condition(pod, pattern["type"])
            if condition is not None and condition["status"] == pattern.get("status", "True"):
                text = f"Pod {place} has condition {pattern['type']}"
                return Failure(action, f"{text} matching {action} rule at index {index}")
    return None


def counted(job: Object, failed: Iterable[Object]) -> list[Object]:
    """Failed pods but for those that a rule says to ignore."""
    return [pod for pod in failed if (found := matched(job, pod)) is None or found.action != "Ignore"]


def fails(job: Object, failed: Iterable[Object]) -> str:
    """Why a failed pod fails the whole job; ``""`` if none does."""
    for pod in failed:
        found = matched(job, pod)
        if found is not None and found.action == "FailJob":
            return found.message
    return ""


def _container(codes: Object, pod: Object) -> tuple[str, int] | None:
    name, values, operator = codes.get("containerName"), codes.get("values") or (), codes["operator"]
    for field in ("initContainerStatuses", "containerStatuses"):
        statuses: list[Any] = meta.dig(pod, "status", field, default=[])
        for status in statuses:
            code = meta.dig(status, "state", "terminated", "exitCode", default=0)
            if not code or name not in (None, status["name"]):
                continue
            if (code in values) == (operator == "In"):
                return status["name"], code
    return None
