"""From the load of pods to a number of replicas. Pure.

Follows pkg/controller/podautoscaler/{replica_calculator,metrics/utilization}.go.
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from math import ceil
from typing import Final, NamedTuple

from karmada_nb.engine import meta, quantity, usage
from karmada_nb.engine.controllers import pods as podlib
from karmada_nb.engine.meta import Object

TOLERANCE: Final = Decimal("0.1")
WHOLE: Final = Decimal(1)
Measured = Callable[[Object], Mapping[str, usage.Usage]]
"""The usage of a pod's containers, by name; empty where nothing was measured."""


class MetricError(Exception):
    """A metric that cannot be had: ``reason`` for the condition and the event."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message


class Proposal(NamedTuple):
    """What one metric asks for: replicas, its name in messages, and its current value for the status."""

    replicas: int
    name: str
    status: Object


def propose(
    metric: Object, pods: Sequence[Object], replicas: int, measure: Measured, calibration: Decimal = WHOLE
) -> Proposal:
    """What a metric of the autoscaler asks for: so many replicas that each stands for ``calibration`` pods.

    Raises MetricError.
    """
    kind = metric["type"]
    if kind not in ("Resource", "ContainerResource"):
        name = f"{kind.lower()} metric"
        why = "no custom metrics API (custom.metrics.k8s.io) registered"
        raise MetricError(f"FailedGet{kind}Metric", f"unable to get {name}: {why}")
    field = "resource" if kind == "Resource" else "containerResource"
    said = metric[field]
    name, only, target = said["name"], said.get("container", ""), said["target"]
    relative = target["type"] == "Utilization"

    def failure(why: str) -> MetricError:
        what = "utilization" if relative else "usage"
        return MetricError(f"FailedGet{kind}Metric", f"failed to get {name} {what}: {why}")

    measured = {meta.uid(pod): load for pod in pods if (load := _load(measure(pod), name, only)) is not None}
    if not measured:
        why = "no metrics returned from resource metrics API"
        raise failure(f"unable to get metrics for resource {name}: {why}")
    total = sum(measured.values(), Decimal(0))
    current: Object = {"averageValue": _shown(total / len(measured), name)}
    if relative:
        try:
            requests = {meta.uid(pod): _request(pod, name, only) for pod in pods}
        except LookupError as error:
            raise failure(str(error.args[0])) from None
        requested = sum((requests[uid] for uid in measured), Decimal(0))
        if not requested:
            raise failure("no metrics returned matched known pods")
        current = {"averageUtilization": int(total * 100 / requested), **current}
        goal = Decimal(target["averageUtilization"]) / 100
        wanted = {uid: request * goal for uid, request in requests.items()}
        label = f"{name} resource utilization (percentage of request)"
    else:
        value = quantity.parse(target["averageValue"])
        wanted = {meta.uid(pod): value for pod in pods}
        label = f"{name} resource"
    if kind == "ContainerResource":
        label = label.replace("resource", "container resource", 1)
    status: Object = {"name": name, "current": current}
    if only:
        status = {"name": name, "container": only, "current": current}
    return Proposal(
        _replicas(pods, measured, wanted, replicas, calibration), label, {"type": kind, field: status}
    )


def _replicas(
    pods: Sequence[Object],
    measured: dict[str, Decimal],
    wanted: dict[str, Decimal],
    replicas: int,
    calibration: Decimal,
) -> int:
    """The number at which every pod would carry what is wanted of it; pods without a value count mildly."""
    ready = {meta.uid(pod) for pod in pods if podlib.ready(pod)}
    load = {uid: value for uid, value in measured.items() if uid in ready}
    goal = sum((wanted[uid] for uid in load), Decimal(0))
    if not load or not goal:
        return replicas
    ratio = sum(load.values(), Decimal(0)) / goal
    others = [meta.uid(pod) for pod in pods if meta.uid(pod) not in load]
    if not others:
        return replicas if abs(ratio - 1) <= TOLERANCE else ceil(ratio * len(load) / calibration)
    for uid in others:
        # Going up, pods that are not ready yet are taken to be idle; going down, to carry their share.
        load[uid] = Decimal(0) if ratio > 1 else wanted[uid]
    adjusted = sum(load.values(), Decimal(0)) / sum((wanted[uid] for uid in load), Decimal(0))
    turned = (ratio < 1 < adjusted) or (ratio > 1 > adjusted)
    if abs(adjusted - 1) <= TOLERANCE or turned:
        return replicas
    number = ceil(adjusted * len(load) / calibration)
    if (adjusted < 1 and number > replicas) or (adjusted > 1 and number < replicas):
        return replicas
    return number


def _load(found: Mapping[str, usage.Usage], name: str, only: str) -> Decimal | None:
    values = [u[name] for c, u in found.items() if name in u and (not only or c == only)]
    return sum(values, Decimal(0)) if values else None


def _request(pod: Object, name: str, only: str) -> Decimal:
    """Of all containers, or of one. Raises LookupError where one asks for nothing."""
    total = Decimal(0)
    for container in pod["spec"]["containers"]:
        if only and container["name"] != only:
            continue
        said = meta.dig(container, "resources", "requests", name)
        if said is None:
            where = f"container {container['name']} of Pod {meta.name(pod)}"
            raise LookupError(f"missing request for {name} in {where}")
        total += quantity.parse(said)
    return total


def _shown(value: Decimal, name: str) -> str:
    if name == "cpu":
        return quantity.render(Decimal(ceil(value * 1000)) / 1000)
    return quantity.render(Decimal(int(value)), "decimal")
