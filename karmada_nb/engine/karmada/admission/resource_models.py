"""The grades by which a cluster's nodes are counted.

Follows ``SetDefaultClusterResourceModels`` and ``StandardizeClusterResourceModels`` of
pkg/apis/cluster/mutation/mutation.go and ``ValidateClusterResourceModels`` of pkg/apis/cluster/validation.
"""

from __future__ import annotations

from typing import Final

from karmada_nb.engine import quantity
from karmada_nb.engine.karmada.admission.shapes import as_written
from karmada_nb.engine.meta import Object

MAX_INT64: Final = "9223372036854775807"

_CPU: Final = ("0", "1", "2", "4", "8", "16", "32", "64", "128", MAX_INT64)
_MEMORY: Final = (
    "0",
    "4Gi",
    "16Gi",
    "32Gi",
    "64Gi",
    "128Gi",
    "256Gi",
    "512Gi",
    "1Ti",
    MAX_INT64,
)


def default_resource_models() -> list[Object]:
    """Nine grades of CPU and memory, from nothing to everything."""
    return [
        {
            "grade": grade,
            "ranges": [
                {"name": "cpu", "min": _CPU[grade], "max": _CPU[grade + 1]},
                {"name": "memory", "min": _MEMORY[grade], "max": _MEMORY[grade + 1]},
            ],
        }
        for grade in range(len(_CPU) - 1)
    ]


def standardized_resource_models(models: list[Object]) -> list[Object]:
    """By grade; the first begins at nothing and the last ends at everything, whatever was written."""
    out = sorted(models, key=lambda model: int(model.get("grade", 0)))
    out[0] = _with_bound(out[0], "min", "0")
    out[-1] = _with_bound(out[-1], "max", MAX_INT64)
    return out


def _with_bound(model: Object, bound: str, amount: str) -> Object:
    ranges = model.get("ranges")
    return model if ranges is None else {**model, "ranges": [{**item, bound: amount} for item in ranges]}


def resource_models_complaint(models: list[Object]) -> str:
    """What is wrong with them, empty for nothing. The first trouble found is told."""
    for index, model in enumerate(models):
        before = models[index - 1] if index else None
        ranges = model.get("ranges") or []
        if before is not None:
            if model.get("grade", 0) == before.get("grade", 0):
                return "The grade of each models should not be the same"
            if len(ranges) != len(before.get("ranges") or []):
                return "The number of resource types should be the same"
        for place, item in enumerate(ranges):
            neighbour = before["ranges"][place] if before is not None else None
            complaint = _range_complaint(item, neighbour, last=index == len(models) - 1)
            if complaint:
                return complaint
    return ""


def _range_complaint(item: Object, below: Object | None, *, last: bool) -> str:
    low, high = quantity.parse(item.get("min", "0")), quantity.parse(item.get("max", "0"))
    if high <= low:
        return "The max value of each resource must be greater than the min value"
    if below is None:
        if low != 0:
            return "The min value of each resource in the first model should be 0"
    elif below.get("name") != item.get("name"):
        return "The resource types of each models should be the same"
    elif not _same_quantity(below.get("max", "0"), item.get("min", "0")):
        return "Model intervals for resources must be contiguous and non-overlapping"
    if last and quantity.value(item.get("max", "0")) != int(MAX_INT64):
        return "The max value of each resource in the last model should be MaxInt64"
    return ""


def _same_quantity(one: str, other: str) -> bool:
    """Equal in amount and in how it is written, as Go compares the structs."""
    return as_written(one) == as_written(other)


def resource_models_shown(models: list[Object]) -> list[Object]:
    """The models as an error shows them, with the internal type's field names."""
    return [
        {
            "Grade": int(model.get("grade", 0)),
            "Ranges": _ranges_shown(model.get("ranges")),
        }
        for model in models
    ]


def _ranges_shown(ranges: list[Object] | None) -> list[Object] | None:
    if ranges is None:
        return None
    return [
        {
            "Name": item.get("name", ""),
            "Min": as_written(item.get("min", "0")),
            "Max": as_written(item.get("max", "0")),
        }
        for item in ranges
    ]
