"""Where a pod may run: tolerations, affinity, spreading, gates.

Follows ValidateTolerations, validateAffinity, validateTopologySpreadConstraints and validateSchedulingGates
in pkg/apis/core/validation/validation.go.
"""

from __future__ import annotations

from typing import Final

from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.apiserver.validation.names import dns_label, label_value, qualified_name
from karmada_nb.engine.apiserver.validation.selector import validate_requirement, validate_selector
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object

EFFECTS: Final = ("NoSchedule", "PreferNoSchedule", "NoExecute")
_RANGE: Final = "must be in the range 1-100"
_EMPTY: Final = "can not be empty"


def validate_tolerations(tolerations: list[Object], path: str) -> list[Cause]:
    causes: list[Cause] = []
    for index, toleration in enumerate(tolerations):
        at = f"{path}[{index}]"
        key, operator = toleration.get("key", ""), toleration.get("operator", "")
        effect, value = toleration.get("effect", ""), toleration.get("value", "")
        if key:
            causes += field.each(f"{at}.key", key, qualified_name(key))
        elif operator != "Exists":
            why = 'operator must be Exists when `key` is empty, which means "match all values and all keys"'
            causes.append(field.invalid(f"{at}.operator", operator, why))
        if toleration.get("tolerationSeconds") is not None and effect != "NoExecute":
            why = "effect must be 'NoExecute' when `tolerationSeconds` is set"
            causes.append(field.invalid(f"{at}.effect", effect, why))
        if operator in ("Equal", ""):
            complaints = label_value(value)
            if complaints:
                causes.append(field.invalid(f"{at}.operator", value, ";".join(complaints)))
        elif operator == "Exists":
            if value:
                why = "value must be empty when `operator` is 'Exists'"
                causes.append(field.invalid(f"{at}.operator", value, why))
        else:
            causes.append(field.not_supported(f"{at}.operator", operator, ("Equal", "Exists")))
        if effect and effect not in EFFECTS:
            causes.append(field.not_supported(f"{at}.effect", effect, EFFECTS))
    return causes


def validate_gates(gates: list[Object], path: str) -> list[Cause]:
    causes: list[Cause] = []
    seen: set[str] = set()
    for index, gate in enumerate(gates):
        at, name = f"{path}[{index}]", gate.get("name", "")
        causes += field.each(at, name, qualified_name(name))
        if name in seen:
            causes.append(field.duplicate(at, name))
        seen.add(name)
    return causes


def validate_spread(constraints: list[Object], path: str) -> list[Cause]:
    """``topologySpreadConstraints``."""
    causes: list[Cause] = []
    seen: set[tuple[str, str]] = set()
    for index, constraint in enumerate(constraints):
        at = f"{path}[{index}]"
        skew = constraint.get("maxSkew", 0)
        if skew <= 0:
            causes.append(field.invalid(f"{at}.maxSkew", skew, "must be greater than zero"))
        key, action = constraint.get("topologyKey", ""), constraint.get("whenUnsatisfiable", "")
        if not key:
            causes.append(field.required(f"{at}.topologyKey", _EMPTY))
        else:
            causes += field.each(f"{at}.topologyKey", key, qualified_name(key))
        if action not in ("DoNotSchedule", "ScheduleAnyway"):
            supported = ("DoNotSchedule", "ScheduleAnyway")
            causes.append(field.not_supported(f"{at}.whenUnsatisfiable", action, supported))
        if (key, action) in seen:
            causes.append(field.duplicate(f"{at}.{{topologyKey, whenUnsatisfiable}}", f"{{{key}, {action}}}"))
        seen.add((key, action))
        minimum = constraint.get("minDomains")
        if minimum is not None and minimum <= 0:
            causes.append(field.invalid(f"{at}.minDomains", minimum, "must be greater than zero"))
        elif minimum is not None and action != "DoNotSchedule":
            why = f"can only use minDomains if whenUnsatisfiable=DoNotSchedule, not {action}"
            causes.append(field.invalid(f"{at}.minDomains", minimum, why))
        for name in ("nodeAffinityPolicy", "nodeTaintsPolicy"):
            causes += field.optional(f"{at}.{name}", constraint.get(name), ("Honor", "Ignore"))
        causes += _label_keys(constraint, at)
        causes += validate_selector(constraint.get("labelSelector"), f"{at}.labelSelector")
    return causes


def validate_affinity(affinity: Object | None, path: str) -> list[Cause]:
    if not affinity:
        return []
    causes: list[Cause] = []
    if affinity.get("nodeAffinity"):
        causes += _node_affinity(affinity["nodeAffinity"], f"{path}.nodeAffinity")
    for name in ("podAffinity", "podAntiAffinity"):
        if affinity.get(name):
            causes += _pod_affinity(affinity[name], f"{path}.{name}")
    return causes


def validate_node_selector(selector: Object, path: str) -> list[Cause]:
    """``ValidateNodeSelector``: at least one term."""
    terms = selector.get("nodeSelectorTerms") or []
    if not terms:
        why = "must have at least one node selector term"
        return [field.required(f"{path}.nodeSelectorTerms", why)]
    causes: list[Cause] = []
    for index, term in enumerate(terms):
        causes += _term(term, f"{path}.nodeSelectorTerms[{index}]")
    return causes


def _node_affinity(affinity: Object, path: str) -> list[Cause]:
    causes: list[Cause] = []
    wanted = affinity.get("requiredDuringSchedulingIgnoredDuringExecution")
    if wanted is not None:
        causes += validate_node_selector(wanted, f"{path}.requiredDuringSchedulingIgnoredDuringExecution")
    preferred = affinity.get("preferredDuringSchedulingIgnoredDuringExecution") or []
    for index, item in enumerate(preferred):
        at = f"{path}.preferredDuringSchedulingIgnoredDuringExecution[{index}]"
        causes += _weight(item, at) + _term(item.get("preference") or {}, f"{at}.preference")
    return causes


def _weight(item: Object, path: str) -> list[Cause]:
    weight = item.get("weight", 0)
    return [] if 1 <= weight <= 100 else [field.invalid(f"{path}.weight", weight, _RANGE)]


def _term(term: Object, path: str) -> list[Cause]:
    causes: list[Cause] = []
    for index, requirement in enumerate(term.get("matchExpressions") or []):
        causes += validate_requirement(requirement, f"{path}.matchExpressions[{index}]", compares=True)
    for index, requirement in enumerate(term.get("matchFields") or []):
        causes += _field_requirement(requirement, f"{path}.matchFields[{index}]")
    return causes


def _field_requirement(requirement: Object, path: str) -> list[Cause]:
    causes: list[Cause] = []
    operator, values = requirement.get("operator", ""), requirement.get("values") or []
    if operator not in ("In", "NotIn"):
        causes.append(field.invalid(f"{path}.operator", operator, "not a valid selector operator"))
    elif len(values) != 1:
        why = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector"
        causes.append(field.required(f"{path}.values", why))
    key = requirement.get("key", "")
    if key != "metadata.name":
        causes.append(field.invalid(f"{path}.key", key, "not a valid field selector key"))
    return causes


def _pod_affinity(affinity: Object, path: str) -> list[Cause]:
    causes: list[Cause] = []
    required = affinity.get("requiredDuringSchedulingIgnoredDuringExecution") or []
    for index, term in enumerate(required):
        causes += _pod_term(term, f"{path}.requiredDuringSchedulingIgnoredDuringExecution[{index}]")
    preferred = affinity.get("preferredDuringSchedulingIgnoredDuringExecution") or []
    for index, item in enumerate(preferred):
        at = f"{path}.preferredDuringSchedulingIgnoredDuringExecution[{index}]"
        causes += _weight(item, at) + _pod_term(item.get("podAffinityTerm") or {}, f"{at}.podAffinityTerm")
    return causes


def _label_keys(of: Object, path: str) -> list[Cause]:
    """``ValidateMatchLabelKeysAndMismatchLabelKeys``: labels whose values the pod itself has."""
    selector, wanted = of.get("labelSelector"), of.get("matchLabelKeys") or []
    causes: list[Cause] = []
    for name in ("matchLabelKeys", "mismatchLabelKeys"):
        keys = of.get(name) or []
        if keys and selector is None:
            why = "must not be specified when labelSelector is not set"
            causes.append(field.forbidden(f"{path}.{name}", why))
        for index, key in enumerate(keys):
            causes += field.each(f"{path}.{name}[{index}]", key, qualified_name(key))
    known = set((selector or {}).get("matchLabels") or {})
    for expression in (selector or {}).get("matchExpressions") or []:
        key = expression.get("key", "")
        if key in known and key in wanted:
            at = f"{path}[{len(wanted) - 1 - wanted[::-1].index(key)}]"
            causes.append(field.invalid(at, key, "exists in both matchLabelKeys and labelSelector"))
        known.add(key)
    for index, key in enumerate(wanted):
        if key in (of.get("mismatchLabelKeys") or ()):
            why = "exists in both matchLabelKeys and mismatchLabelKeys"
            causes.append(field.invalid(f"{path}.matchLabelKeys[{index}]", key, why))
    return causes


def _pod_term(term: Object, path: str) -> list[Cause]:
    causes = validate_selector(term.get("labelSelector"), f"{path}.labelSelector")
    causes += validate_selector(term.get("namespaceSelector"), f"{path}.namespaceSelector")
    for name in term.get("namespaces") or ():
        causes += field.each(f"{path}.namespace", name, dns_label(name))
    causes += _label_keys(term, path)
    key = term.get("topologyKey", "")
    if not key:
        causes.append(field.required(f"{path}.topologyKey", _EMPTY))
    return causes + field.each(f"{path}.topologyKey", key, qualified_name(key))
