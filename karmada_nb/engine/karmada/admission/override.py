"""OverridePolicy and ClusterOverridePolicy: defaults and checks.

Follows pkg/webhook/overridepolicy, pkg/webhook/clusteroverridepolicy and ``ValidateOverrideSpec`` of
pkg/util/validation/validation.go.
"""

from __future__ import annotations

from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.apiserver.validation.metadata import validate_annotations, validate_labels
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.karmada.admission import shapes
from karmada_nb.engine.karmada.admission.placement import validate_cluster_affinity
from karmada_nb.engine.karmada.admission.propagation import default_namespace, validate_resource_selectors
from karmada_nb.engine.karmada.admission.request import Request
from karmada_nb.engine.karmada.admission.shapes import ordered
from karmada_nb.engine.meta import Object

_LEGACY = (
    "plaintext",
    "imageOverrider",
    "commandOverrider",
    "argsOverrider",
    "labelsOverrider",
    "annotationsOverrider",
)
_POINTER = 'JSON pointer must be empty or start with a "/"\nJSON pointer error'


def mutate_override_policy(request: Request) -> Object:
    """Selectors get the policy's namespace; the deprecated ``overriders`` is always written."""
    spec = dict(request.object.get("spec") or {})
    if spec.get("resourceSelectors"):
        spec["resourceSelectors"] = default_namespace(spec["resourceSelectors"], request.namespace)
    spec.setdefault("overriders", {})
    return {**request.object, "spec": spec}


def validate_override_spec(spec: Object, namespace: str) -> list[Cause]:
    out: list[Cause] = []
    target, rules = spec.get("targetCluster"), spec.get("overrideRules")
    overriders = spec.get("overriders") or {}
    out += validate_cluster_affinity(target, "spec.targetCluster")
    if target is not None and rules is not None:
        shown = ordered(target, shapes.CLUSTER_AFFINITY)
        out.append(
            field.invalid("spec.targetCluster", shown, "overrideRules and targetCluster can't co-exist")
        )
    if rules is not None and any(overriders.get(name) for name in _LEGACY):
        shown = ordered(overriders, shapes.OVERRIDERS)
        out.append(field.invalid("spec.overriders", shown, "overrideRules and overriders can't co-exist"))
    for index, rule in enumerate(rules or []):
        out += _rule(rule, f"spec.overrideRules[{index}]")
    selectors = spec.get("resourceSelectors")
    return out + validate_resource_selectors(selectors, namespace, "spec.resourceSelectors")


def _rule(rule: Object, path: str) -> list[Cause]:
    out: list[Cause] = []
    overriders, base = rule.get("overriders") or {}, f"{path}.overriders"
    for index, item in enumerate(overriders.get("annotationsOverrider") or []):
        where = f"{base}.annotationsOverrider[{index}].value"
        out += validate_annotations(item.get("value") or {}, where)
    for index, item in enumerate(overriders.get("labelsOverrider") or []):
        out += validate_labels(item.get("value") or {}, f"{base}.labelsOverrider[{index}].value")
    for index, image in enumerate(overriders.get("imageOverrider") or []):
        if image.get("predicate") is not None:
            where = f"{base}.imageOverrider[{index}].predicate.path"
            out += _pointer(image["predicate"].get("path", ""), where)
    for index, item in enumerate(overriders.get("fieldOverrider") or []):
        out += _field_overrider(item, f"{base}.fieldOverrider[{index}]")
    return out + validate_cluster_affinity(rule.get("targetCluster"), f"{path}.targetCluster")


def _pointer(pointer: str, path: str) -> list[Cause]:
    if not pointer or pointer.startswith("/"):
        return []
    return [field.invalid(path, pointer, _POINTER)]


def _field_overrider(overrider: Object, path: str) -> list[Cause]:
    out: list[Cause] = []
    as_json, as_yaml = overrider.get("json"), overrider.get("yaml")
    if as_json and as_yaml:
        shown = ordered(overrider, shapes.FIELD_OVERRIDER)
        detail = "FieldOverrider has both YAML and JSON set. Only one is allowed"
        out.append(field.invalid(path, shown, detail))
    if not as_json and not as_yaml:
        out.append(field.required(path, "FieldOverrider must have either JSON or YAML set"))
    out += _pointer(overrider.get("fieldPath", ""), f"{path}.fieldPath")
    for name, patches in (("json", as_json), ("yaml", as_yaml)):
        for index, patch in enumerate(patches or []):
            out += _patch(patch, f"{path}.{name}[{index}]")
    return out


def _patch(patch: Object, path: str) -> list[Cause]:
    out = _pointer(patch.get("subPath", ""), f"{path}.subPath")
    operator, value = patch.get("operator"), patch.get("value")
    shown = ordered(value, None)
    if operator in ("add", "replace") and value is None:
        out.append(field.invalid(f"{path}.value", shown, "value is required for add or replace operation"))
    if operator == "remove" and value is not None:
        out.append(field.invalid(f"{path}.value", shown, "value is not allowed for remove operation"))
    return out
