"""What an interpreter is asked, and what answers one kind.

Follows pkg/apis/config/v1alpha1 (the operations) and pkg/resourceinterpreter/interpreter.go. An interpreter
is pure: it looks at objects, never changes them, and answers with new ones that share what did not change.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol, TypeAlias

from karmada_nb.engine.meta import Object


class Operation(StrEnum):
    """``InterpreterOperation``: one question that Karmada asks about an object."""

    INTERPRET_REPLICA = "InterpretReplica"
    INTERPRET_COMPONENT = "InterpretComponent"
    REVISE_REPLICA = "ReviseReplica"
    INTERPRET_STATUS = "InterpretStatus"
    RETAIN = "Retain"
    AGGREGATE_STATUS = "AggregateStatus"
    INTERPRET_HEALTH = "InterpretHealth"
    INTERPRET_DEPENDENCY = "InterpretDependency"


class InterpreterError(Exception):
    """The object cannot be interpreted; the text is what Karmada's events and conditions show."""


Items: TypeAlias = Sequence[Object] | None
"""``status.aggregatedStatus`` of a binding; ``None`` where the binding has none yet."""

ReplicaHandler: TypeAlias = Callable[[Object], tuple[int, Object | None]]
ReviseHandler: TypeAlias = Callable[[Object, int], Object]
RetainHandler: TypeAlias = Callable[[Object, Object], Object]
AggregateHandler: TypeAlias = Callable[[Object, Items, datetime], Object]
ReflectHandler: TypeAlias = Callable[[Object], Object | None]
HealthHandler: TypeAlias = Callable[[Object], bool]
DependencyHandler: TypeAlias = Callable[[Object], list[Object]]
ComponentsHandler: TypeAlias = Callable[[Object], list[Object]]


@dataclass(frozen=True, slots=True)
class Handlers:
    """Who answers for one kind; ``None`` where nobody does."""

    replica: ReplicaHandler | None = None
    revise: ReviseHandler | None = None
    retain: RetainHandler | None = None
    aggregate: AggregateHandler | None = None
    reflect: ReflectHandler | None = None
    health: HealthHandler | None = None
    dependencies: DependencyHandler | None = None
    components: ComponentsHandler | None = None

    def but(self, **changes: Any) -> Handlers:
        """These handlers with some exchanged."""
        return replace(self, **changes)


Registry: TypeAlias = Mapping[tuple[str, str], Handlers]
"""Handlers by apiVersion and kind."""


class Interpreter(Protocol):
    """One source of answers: the native rules, third-party rules, a user's Lua scripts."""

    def hook_enabled(self, api_version: str, kind: str, operation: Operation) -> bool:
        """Whether this interpreter answers that question for that kind."""

    def get_replicas(self, obj: Object) -> tuple[int, Object | None]:
        """The replicas the template asks for, and ``ReplicaRequirements`` of one replica if there are any."""

    def get_components(self, obj: Object) -> list[Object]:
        """The parts of a workload of several pod templates, each with its replicas and requirements."""

    def revise_replica(self, obj: Object, replica: int) -> Object:
        """The object asking for ``replica`` replicas."""

    def retain(self, desired: Object, observed: Object) -> Object:
        """``desired`` with what the member cluster owns taken from ``observed``."""

    def aggregate_status(self, obj: Object, items: Items, now: datetime) -> Object:
        """The template with one status for all clusters; the same object where nothing changed."""

    def get_dependencies(self, obj: Object) -> list[Object]:
        """``DependentObjectReference`` of all that must travel with the object."""

    def reflect_status(self, obj: Object) -> Object | None:
        """What of a member's status is reported to Karmada; ``None``: nothing yet."""

    def interpret_health(self, obj: Object) -> bool:
        """Whether the object does its work in the member cluster."""


def describe(api_version: str, kind: str) -> str:
    """A GroupVersionKind as Go quotes it: ``"/v1, Kind=ConfigMap"``."""
    group_version = api_version if "/" in api_version else f"/{api_version}"
    return f'"{group_version}, Kind={kind}"'
