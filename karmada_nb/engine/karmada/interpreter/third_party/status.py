"""What the statuses of most kinds have in common: counts, fields of which one is taken, conditions.

A member's status tells which generation it is about, as for Kubernetes' own workloads; the template counts as
observed once every cluster reports about its latest one. Fields whose value is an empty list or map are left
out: Karmada's rules are Lua, which cannot tell the two apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from karmada_nb.engine import golang, meta
from karmada_nb.engine.karmada.constants import RESOURCE_TEMPLATE_GENERATION_ANNOTATION_KEY
from karmada_nb.engine.karmada.interpreter.aggregate import reported
from karmada_nb.engine.karmada.interpreter.base import DependencyHandler, InterpreterError, Items
from karmada_nb.engine.karmada.interpreter.dependencies import at
from karmada_nb.engine.karmada.interpreter.fields import items as list_field
from karmada_nb.engine.karmada.interpreter.fields import mapping, number
from karmada_nb.engine.meta import Object


@dataclass(frozen=True, slots=True)
class Status:
    """``summed``: counts. ``latest``: the value of the last cluster that has one, or else this one.
    ``kept``: the same, or else the template's own. ``added``: counts that are added to the template's own,
    where it has them. ``told``: what a member reports beside these."""

    summed: tuple[str, ...] = ()
    latest: Mapping[str, Any] = field(default_factory=dict)
    kept: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    conditions: bool = False
    told: tuple[str, ...] = ()
    silent_count: bool = True
    """Whether a cluster that reports nothing is up to date with a template without a generation."""

    def reflect(self, obj: Object) -> Object | None:
        """What of a member's status is reported, and which generations it is about."""
        status = obj.get("status")
        if status is None:
            return {}
        fields = (*self.summed, *self.latest, *self.kept, *self.added, *self.told)
        told = {name: status[name] for name in fields if status.get(name) is not None}
        return without_empty({**told, **generations(obj)})

    def aggregate(self, obj: Object, items: Items, now: datetime) -> Object:
        """The template with one status out of all clusters'."""
        generation = meta.generation(obj)
        before = mapping(obj, "status")
        status: Object = dict.fromkeys(self.summed, 0) | dict(self.latest)
        own_fields = (*self.kept, *self.added)
        status |= {name: before[name] for name in own_fields if before.get(name) is not None}
        current = 0
        for _, member in reported(items):
            for name in self.summed:
                status[name] += number(member, name)
            for name in self.added:
                if name in status:
                    status[name] += number(member, name)
            for name in (*self.latest, *self.kept):
                if member.get(name) not in (None, ""):
                    status[name] = member[name]
            own, seen = number(member, "generation"), number(member, "observedGeneration")
            current += own == seen and number(member, "resourceTemplateGeneration") == generation
        if self.silent_count and generation == 0:
            current += sum(item.get("status") is None for item in items or ())
        everywhere = current == len(items or ())
        status["observedGeneration"] = generation if everywhere else number(before, "observedGeneration")
        if self.conditions:
            status["conditions"] = merged_conditions(items)
        return {**obj, "status": without_empty({**before, **status})}


def generations(obj: Object) -> Object:
    """The member's generation, and the template's that it came from."""
    told: Object = {}
    if obj.get("metadata", {}).get("generation") is not None:
        told["generation"] = meta.generation(obj)
    annotation = str(meta.annotations(obj).get(RESOURCE_TEMPLATE_GENERATION_ANNOTATION_KEY, ""))
    if golang.is_number(annotation):
        told["resourceTemplateGeneration"] = int(annotation)
    return told


def merged_conditions(items: Items) -> list[Object]:
    """Conditions that differ in type, status or reason; each tells who says so, and what."""
    found: dict[tuple[Any, ...], Object] = {}
    for cluster, member in reported(items):
        for condition in list_field(member, "conditions"):
            said = condition.get("message")
            if said is None:
                raise InterpreterError("attempt to concatenate field 'message' (a nil value)")
            key = tuple(condition.get(name) for name in ("type", "status", "reason"))
            earlier = found.get(key)
            before = "" if earlier is None else f"{earlier['message']}, "
            found[key] = {**(earlier or condition), "message": f"{before}{cluster}={said}"}
    return list(found.values())


def without_empty(obj: Object) -> Object:
    """The object without fields and items, at any depth, that are an empty list or map."""
    return {name: _without_empty(item) for name, item in obj.items() if item not in ({}, [])}


def _without_empty(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_empty(item) for item in value if item not in ({}, [])]
    return without_empty(value) if isinstance(value, dict) else value


def some(dependencies: list[Object]) -> list[Object]:
    """Karmada's rule for most kinds takes it for an error that there are none. Raises InterpreterError."""
    if not dependencies:
        raise InterpreterError("expect the returned requires type is table but got nil")
    return dependencies


def pod_at(*path: str) -> DependencyHandler:
    """What pods of the template at ``path`` need, which must be something."""
    find = at(*path)
    return lambda obj: some(find(obj))


def known(obj: Object, name: str) -> Any:
    """A field of the status that a comparison needs. Raises InterpreterError where it is missing."""
    found = status_of(obj).get(name)
    if found is None:
        raise InterpreterError(f"attempt to compare field '{name}' (a nil value)")
    return found


def up_to_date(obj: Object) -> bool:
    """Whether the member's controller has seen the object as it is. Raises InterpreterError."""
    return status_of(obj).get("observedGeneration") == meta.metadata(obj).get("generation")


def has_condition(obj: Object, *reasons: str) -> bool:
    """Whether it is Ready for one of these reasons."""
    return any(
        c.get("type") == "Ready" and c.get("status") == "True" and c.get("reason") in reasons
        for c in list_field(mapping(obj, "status"), "conditions")
    )


def status_of(obj: Object) -> Object:
    """The status, which must be there. Raises InterpreterError."""
    status = obj.get("status")
    if not isinstance(status, dict):
        raise InterpreterError("attempt to index field 'status' (a nil value)")
    return status
