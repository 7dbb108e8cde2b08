"""PodDisruptionBudgets and PriorityClasses.

Follows pkg/apis/policy/validation/validation.go, pkg/apis/scheduling/v1/defaults.go and
pkg/apis/scheduling/validation/validation.go.
"""

from __future__ import annotations

from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.strategies.base import Builtin, StatusBuiltin
from karmada_nb.engine.apiserver.strategies.filling import fill
from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.apiserver.validation.amounts import at_most_all, int_or_percent
from karmada_nb.engine.apiserver.validation.conditions import validate_conditions
from karmada_nb.engine.apiserver.validation.selector import validate_selector
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object

HIGHEST_USER_PRIORITY: Final = 1_000_000_000
SYSTEM_PRIORITIES: Final = {
    "system-node-critical": 2_000_001_000,
    "system-cluster-critical": 2_000_000_000,
}
_EVICTION: Final = ("AlwaysAllow", "IfHealthyBudget")


class PodDisruptionBudget(StatusBuiltin):
    allow_unconditional_update = False
    judged = "spec"
    blank_status = {
        "disruptionsAllowed": 0,
        "currentHealthy": 0,
        "desiredHealthy": 0,
        "expectedPods": 0,
    }

    def validate(self, obj: Object) -> list[Cause]:
        spec = obj.get("spec") or {}
        causes: list[Cause] = []
        least, most = spec.get("minAvailable"), spec.get("maxUnavailable")
        policy = spec.get("unhealthyPodEvictionPolicy")
        if least is not None and most is not None:
            shown = {
                "MinAvailable": least,
                "Selector": spec.get("selector"),
                "MaxUnavailable": most,
                "UnhealthyPodEvictionPolicy": policy,
            }
            why = "minAvailable and maxUnavailable cannot be both set"
            causes.append(field.invalid("spec", shown, why))
        for name, value in (("minAvailable", least), ("maxUnavailable", most)):
            if value is not None:
                causes += int_or_percent(value, f"spec.{name}") + at_most_all(value, f"spec.{name}")
        causes += field.optional("spec.unhealthyPodEvictionPolicy", policy, _EVICTION)
        return causes + validate_selector(spec.get("selector"), "spec.selector")

    def validate_status(self, obj: Object, old: Object) -> list[Cause]:
        status = obj.get("status") or {}
        causes = validate_conditions(status.get("conditions") or [], "status.conditions")
        for name in self.blank_status:
            causes += field.non_negative(f"status.{name}", status.get(name))
        return causes


class PriorityClass(Builtin):
    generational = True

    def default(self, obj: Object) -> Object:
        return fill(obj, {"preemptionPolicy": "PreemptLowerPriority"})

    def validate(self, obj: Object) -> list[Cause]:
        name, value = meta.name(obj), obj.get("value", 0)
        causes: list[Cause] = []
        if name.startswith("system-"):
            if SYSTEM_PRIORITIES.get(name) != value:
                why = (
                    "priority class names with 'system-' prefix are reserved for system use only. "
                    f"error: {name} is not a known system priority class"
                )
                causes.append(field.forbidden("metadata.name", why))
        elif value > HIGHEST_USER_PRIORITY:
            why = f"maximum allowed value of a user defined priority is {HIGHEST_USER_PRIORITY}"
            causes.append(field.forbidden("value", why))
        policy = obj.get("preemptionPolicy")
        if policy not in ("PreemptLowerPriority", "Never"):
            supported = ("PreemptLowerPriority", "Never")
            causes.append(field.not_supported("preemptionPolicy", policy, supported))
        return causes

    def validate_update(self, obj: Object, old: Object) -> list[Cause]:
        causes: list[Cause] = []
        if obj.get("value", 0) != old.get("value", 0):
            causes.append(field.forbidden("value", "may not be changed in an update."))
        policy = obj.get("preemptionPolicy")
        return causes + field.immutable("preemptionPolicy", policy, old.get("preemptionPolicy"))
