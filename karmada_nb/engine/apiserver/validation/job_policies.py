"""What a Job says of failed pods, of indexes that suffice, and of who runs it.

Follows validatePodFailurePolicy, validateSuccessPolicy and validateIndexesFormat in
pkg/apis/batch/validation/validation.go.
"""

from __future__ import annotations

from typing import Final

from karmada_nb.engine import golang
from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.apiserver.validation.names import qualified_name
from karmada_nb.engine.apiserver.validation.paths import domain_prefixed_path
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object

_ACTIONS: Final = ("Count", "FailIndex", "FailJob", "Ignore")
_STATUSES: Final = ("False", "True", "Unknown")
_MOST: Final = 20
_MOST_CODES: Final = 255
_MOST_INDEXED: Final = 100_000
_TWO: Final = 2
_LONGEST_MANAGER: Final = 63


def validate_indexed(spec: Object, path: str) -> list[Cause]:
    """What goes with indexes, and only with them."""
    causes: list[Cause] = []
    indexed = spec.get("completionMode") == "Indexed"
    per_index, most = spec.get("backoffLimitPerIndex"), spec.get("maxFailedIndexes")
    if most is not None and per_index is None:
        causes.append(field.required(f"{path}.backoffLimitPerIndex", "when maxFailedIndexes is specified"))
    if spec.get("completionMode") in (None, "NonIndexed"):
        for name in ("backoffLimitPerIndex", "maxFailedIndexes"):
            if spec.get(name) is not None:
                why = "requires indexed completion mode"
                causes.append(field.invalid(f"{path}.{name}", spec[name], why))
    if not indexed:
        return causes
    parallelism, completions = spec.get("parallelism"), spec.get("completions")
    if parallelism is not None and parallelism > _MOST_INDEXED:
        why = f"must be less than or equal to {_MOST_INDEXED} when completion mode is Indexed"
        causes.append(field.invalid(f"{path}.parallelism", parallelism, why))
    if most is not None and completions is not None and most > completions:
        why = "must be less than or equal to completions"
        causes.append(field.invalid(f"{path}.maxFailedIndexes", most, why))
    return causes


def validate_manager(spec: Object, path: str) -> list[Cause]:
    """``managedBy``: who runs the job, if it is not the job controller."""
    manager = spec.get("managedBy")
    if manager is None:
        return []
    at = f"{path}.managedBy"
    causes = domain_prefixed_path(manager, at)
    return causes + ([field.too_long(at, _LONGEST_MANAGER)] if len(manager) > _LONGEST_MANAGER else [])


def validate_failure_policy(spec: Object, path: str) -> list[Cause]:
    policy = spec.get("podFailurePolicy")
    if policy is None:
        return []
    rules, at = policy.get("rules") or [], f"{path}.podFailurePolicy.rules"
    causes = [field.too_many(at, len(rules), _MOST)] if len(rules) > _MOST else []
    for index, rule in enumerate(rules):
        causes += _rule(rule, spec, f"{at}[{index}]")
    return causes


def _rule(rule: Object, spec: Object, path: str) -> list[Cause]:
    action, codes = rule.get("action", ""), rule.get("onExitCodes")
    conditions = rule.get("onPodConditions") or []
    causes: list[Cause] = []
    if not action:
        causes.append(field.required(f"{path}.action", f"valid values: {_quoted(_ACTIONS)}"))
    elif action == "FailIndex":
        if spec.get("backoffLimitPerIndex") is None:
            why = "requires the backoffLimitPerIndex to be set"
            causes.append(field.invalid(f"{path}.action", action, why))
    elif action not in _ACTIONS:
        causes.append(field.not_supported(f"{path}.action", action, _ACTIONS))
    if codes is not None:
        causes += _codes(codes, spec, f"{path}.onExitCodes")
    if conditions:
        causes += _conditions(conditions, f"{path}.onPodConditions")
    if codes is not None and conditions:
        why = "specifying both OnExitCodes and OnPodConditions is not supported"
        causes.append(Cause(path, "FieldValueInvalid", f"Invalid value: {why}"))
    if codes is None and not conditions:
        why = "specifying one of OnExitCodes and OnPodConditions is required"
        causes.append(Cause(path, "FieldValueInvalid", f"Invalid value: {why}"))
    return causes


def _codes(codes: Object, spec: Object, path: str) -> list[Cause]:
    operator, values = codes.get("operator", ""), codes.get("values") or []
    causes: list[Cause] = []
    if not operator:
        causes.append(field.required(f"{path}.operator", f"valid values: {_quoted(('In', 'NotIn'))}"))
    elif operator not in ("In", "NotIn"):
        causes.append(field.not_supported(f"{path}.operator", operator, ("In", "NotIn")))
    name = codes.get("containerName")
    if name is not None and name not in _containers(spec):
        why = "must be one of the container or initContainer names in the pod template"
        causes.append(field.invalid(f"{path}.containerName", name, why))
    at = f"{path}.values"
    if not values:
        causes.append(field.invalid(at, codes.get("values"), "at least one value is required"))
    elif len(values) > _MOST_CODES:
        causes.append(field.too_many(at, len(values), _MOST_CODES))
    for index, code in enumerate(values):
        if operator == "In" and code == 0:
            causes.append(field.invalid(f"{at}[{index}]", code, "must not be 0 for the In operator"))
        if code in values[:index]:
            causes.append(field.duplicate(f"{at}[{index}]", code))
    if sorted(values) != values:
        causes.append(field.invalid(at, values, "must be ordered"))
    return causes


def _conditions(conditions: list[Object], path: str) -> list[Cause]:
    causes = [field.too_many(path, len(conditions), _MOST)] if len(conditions) > _MOST else []
    for index, pattern in enumerate(conditions):
        kind, status = pattern.get("type", ""), pattern.get("status", "")
        causes += field.each(f"{path}[{index}].type", kind, qualified_name(kind))
        at = f"{path}[{index}].status"
        if not status:
            causes.append(field.required(at, f"valid values: {_quoted(_STATUSES)}"))
        elif status not in _STATUSES:
            causes.append(field.not_supported(at, status, _STATUSES))
    return causes


def validate_success_policy(spec: Object, path: str) -> list[Cause]:
    policy = spec.get("successPolicy")
    if policy is None:
        return []
    rules = policy.get("rules") or []
    if spec.get("completionMode") != "Indexed":
        shown = {"Rules": [shown_rule(rule) for rule in rules] if policy.get("rules") is not None else None}
        return [field.invalid(f"{path}.successPolicy", shown, "requires indexed completion mode")]
    at = f"{path}.successPolicy.rules"
    if not rules:
        why = "at least one rules must be specified when the successPolicy is specified"
        return [field.required(at, why)]
    causes = [field.too_many(at, len(rules), _MOST)] if len(rules) > _MOST else []
    for index, rule in enumerate(rules):
        causes += _success(rule, spec.get("completions") or 0, f"{at}[{index}]")
    return causes


def _success(rule: Object, completions: int, path: str) -> list[Cause]:
    indexes, count = rule.get("succeededIndexes"), rule.get("succeededCount")
    if indexes is None and count is None:
        why = "at least one of succeededCount or succeededIndexes must be specified"
        return [field.required(path, why)]
    causes: list[Cause] = []
    total = 0
    if indexes is not None:
        try:
            total = count_indexes(indexes, completions)
        except ValueError as error:
            why = f"error parsing succeededIndexes: {error}"
            causes.append(field.invalid(f"{path}.succeededIndexes", indexes, why))
    if count is None:
        return causes
    at = f"{path}.succeededCount"
    if count <= 0:
        causes.append(field.invalid(at, count, "must be greater than zero"))
    if count > completions:
        why = f"must be less than or equal to {completions} (the number of specified completions)"
        causes.append(field.invalid(at, count, why))
    if indexes is not None and count > total:
        why = (
            f"must be less than or equal to {total} (the number of indexes in the specified "
            "succeededIndexes field)"
        )
        causes.append(field.invalid(at, count, why))
    return causes


def count_indexes(text: str, completions: int) -> int:
    """How many indexes ``1,3-5`` names. Raises ValueError for what is malformed or out of order."""
    total, before = 0, -1
    for part in text.split(",") if text else ():
        ends = part.split("-")
        if len(ends) > _TWO:
            raise ValueError(
                f'the fragment "{part}" violates the requirement that an index interval can have at most '
                "two parts separated by '-'"
            )
        first = _index(ends[0], completions)
        if before >= first:
            raise ValueError(f"non-increasing order, previous: {before}, current: {first}")
        last = first
        if len(ends) == _TWO:
            last = _index(ends[1], completions)
            if first >= last:
                raise ValueError(f"non-increasing order, previous: {first}, current: {last}")
        total += last - first + 1
        before = last
    return total


def _index(text: str, completions: int) -> int:
    if not golang.is_number(text):
        raise ValueError(f'cannot convert string to integer for index: "{text}"')
    if int(text) >= completions:
        raise ValueError(f'too large index: "{text}"')
    return int(text)


def _containers(spec: Object) -> set[str]:
    pod = (spec.get("template") or {}).get("spec") or {}
    kinds = ("containers", "initContainers")
    return {container.get("name", "") for kind in kinds for container in pod.get(kind) or ()}


def _quoted(words: tuple[str, ...]) -> str:
    """As Go's %q shows a list."""
    return "[" + " ".join(f'"{word}"' for word in words) + "]"


def shown_rule(rule: Object) -> Object:
    """A rule of a success policy as the internal type has it."""
    names = {"SucceededIndexes": "succeededIndexes", "SucceededCount": "succeededCount"}
    return {shown: rule.get(name) for shown, name in names.items()}
