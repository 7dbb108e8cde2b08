"""How fast replicas may change. Pure. Follows pkg/controller/podautoscaler/horizontal.go."""

from collections.abc import Sequence
from math import ceil
from typing import Final, NamedTuple

from karmada_nb.engine.meta import Object

DOWN_WINDOW: Final = 300.0
"""Seconds for which the highest recommendation of the past holds, unless ``behavior`` says otherwise."""


class Change(NamedTuple):
    """Replicas added (or taken away, below 0) at a moment; ``at`` is monotonic seconds."""

    at: float
    replicas: int


class Limited(NamedTuple):
    """A number of replicas, and the condition that tells why it is not another."""

    replicas: int
    reason: str
    message: str


def stabilized(behavior: Object, current: int, wanted: int, past: Sequence[Change], now: float) -> int:
    """The recommendation after looking back: neither up nor down before the window agrees.

    ``past`` are recommendations: their ``replicas`` is an absolute number here.
    """
    up = (behavior.get("scaleUp") or {}).get("stabilizationWindowSeconds", 0)
    down = (behavior.get("scaleDown") or {}).get("stabilizationWindowSeconds", DOWN_WINDOW)
    lowest = min([wanted, *(c.replicas for c in past if c.at > now - up)])
    highest = max([wanted, *(c.replicas for c in past if c.at > now - down)])
    return min(max(current, lowest), highest)


def limited(spec: Object, current: int, wanted: int, changes: Sequence[Change], now: float) -> Limited:
    """The number of replicas that bounds and rates allow."""
    minimum, maximum = spec.get("minReplicas", 1), spec["maxReplicas"]
    behavior = spec.get("behavior") or {}
    if wanted > current:
        ceiling = _most(behavior.get("scaleUp"), current, changes, now)
        if wanted > min(ceiling, maximum):
            if ceiling < maximum:
                return Limited(
                    ceiling, "ScaleUpLimit",
                    "the desired replica count is increasing faster than the maximum scale rate",
                )  # fmt: skip
            return _too_many(maximum)
    elif wanted < current:
        floor = _least(behavior.get("scaleDown"), current, changes, now)
        if wanted < max(floor, minimum):
            if floor > minimum:
                return Limited(
                    floor, "ScaleDownLimit",
                    "the desired replica count is decreasing faster than the maximum scale rate",
                )  # fmt: skip
            return _too_few(minimum)
    if wanted < minimum:
        return _too_few(minimum)
    if wanted > maximum:
        return _too_many(maximum)
    return Limited(wanted, "DesiredWithinRange", "the desired count is within the acceptable range")


def _too_few(minimum: int) -> Limited:
    text = "the desired replica count is less than the minimum replica count"
    return Limited(minimum, "TooFewReplicas", text)


def _too_many(maximum: int) -> Limited:
    text = "the desired replica count is more than the maximum replica count"
    return Limited(maximum, "TooManyReplicas", text)


def _most(rules: Object | None, current: int, changes: Sequence[Change], now: float) -> int:
    if rules is None or not rules.get("policies"):
        return max(2 * current, 4)
    if rules.get("selectPolicy") == "Disabled":
        return current
    limits = []
    for policy in rules["policies"]:
        start = current - sum(
            c.replicas for c in changes if c.replicas > 0 and c.at > now - policy["periodSeconds"]
        )
        pods = policy["type"] == "Pods"
        limits.append(start + policy["value"] if pods else ceil(start * (1 + policy["value"] / 100)))
    return int(min(limits) if rules.get("selectPolicy") == "Min" else max(limits))


def _least(rules: Object | None, current: int, changes: Sequence[Change], now: float) -> int:
    if rules is None or not rules.get("policies"):
        return 0
    if rules.get("selectPolicy") == "Disabled":
        return current
    limits = []
    for policy in rules["policies"]:
        start = current - sum(
            c.replicas for c in changes if c.replicas < 0 and c.at > now - policy["periodSeconds"]
        )
        pods = policy["type"] == "Pods"
        limits.append(start - policy["value"] if pods else int(start * (1 - policy["value"] / 100)))
    return int(max(limits) if rules.get("selectPolicy") == "Min" else min(limits))
