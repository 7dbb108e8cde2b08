"""Roles and their bindings.

Follows pkg/apis/rbac/v1/defaults.go and pkg/apis/rbac/validation/validation.go.
"""

from __future__ import annotations

from typing import Final

from karmada_nb.engine.apiserver.strategies.base import Builtin
from karmada_nb.engine.apiserver.strategies.filling import each, fill, filler, within
from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.apiserver.validation.names import dns_subdomain, path_segment
from karmada_nb.engine.apiserver.validation.selector import validate_selector
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object

GROUP: Final = "rbac.authorization.k8s.io"
_SUBJECTS: Final = ("ServiceAccount", "User", "Group")


class Role(Builtin):
    allow_create_on_update = True

    def validate_name(self, name: str) -> list[str]:
        return path_segment(name)

    def validate(self, obj: Object) -> list[Cause]:
        return _rules(obj, namespaced=True)


class ClusterRole(Role):
    def validate(self, obj: Object) -> list[Cause]:
        causes = _rules(obj, namespaced=False)
        aggregation = obj.get("aggregationRule")
        if aggregation is None:
            return causes
        path, selectors = (
            "aggregationRule.clusterRoleSelectors",
            aggregation.get("clusterRoleSelectors") or [],
        )
        if not selectors:
            why = "at least one clusterRoleSelector required if aggregationRule is non-nil"
            causes.append(field.required(path, why))
        for index, selector in enumerate(selectors):
            wrong = validate_selector(selector, f"{path}[{index}]")
            if wrong:
                causes += [*wrong, field.invalid(f"{path}[{index}]", None, "invalid label selector.")]
        return causes


class RoleBinding(Role):
    def default(self, obj: Object) -> Object:
        return each(within(obj, "roleRef", filler({"apiGroup": GROUP})), "subjects", _subject_group)

    def validate(self, obj: Object) -> list[Cause]:
        return _binding(obj, ("Role", "ClusterRole"), namespaced=True)

    def validate_update(self, obj: Object, old: Object) -> list[Cause]:
        causes = self.validate(obj)
        new = obj.get("roleRef") or {}
        if new != (old.get("roleRef") or {}):
            shown = {
                "APIGroup": new.get("apiGroup", ""),
                "Kind": new.get("kind", ""),
                "Name": new.get("name", ""),
            }
            causes.append(field.invalid("roleRef", shown, "cannot change roleRef"))
        return causes


class ClusterRoleBinding(RoleBinding):
    def validate(self, obj: Object) -> list[Cause]:
        return _binding(obj, ("ClusterRole",), namespaced=False)


def _subject_group(subject: Object) -> Object:
    return fill(subject, {"apiGroup": GROUP}) if subject.get("kind") in ("User", "Group") else subject


def _rules(obj: Object, *, namespaced: bool) -> list[Cause]:
    causes: list[Cause] = []
    for index, rule in enumerate(obj.get("rules") or []):
        causes += _rule(rule, namespaced, f"rules[{index}]")
    return causes


def _rule(rule: Object, namespaced: bool, path: str) -> list[Cause]:
    causes: list[Cause] = []
    if not rule.get("verbs"):
        causes.append(field.required(f"{path}.verbs", "verbs must contain at least one value"))
    urls = rule.get("nonResourceURLs") or []
    if urls:
        if namespaced:
            why = "namespaced rules cannot apply to non-resource URLs"
            causes.append(field.invalid(f"{path}.nonResourceURLs", urls, why))
        if any(rule.get(name) for name in ("apiGroups", "resources", "resourceNames")):
            why = "rules cannot apply to both regular resources and non-resource URLs"
            causes.append(field.invalid(f"{path}.nonResourceURLs", urls, why))
        return causes
    if not rule.get("apiGroups"):
        why = "resource rules must supply at least one api group"
        causes.append(field.required(f"{path}.apiGroups", why))
    if not rule.get("resources"):
        why = "resource rules must supply at least one resource"
        causes.append(field.required(f"{path}.resources", why))
    return causes


def _binding(obj: Object, kinds: tuple[str, ...], *, namespaced: bool) -> list[Cause]:
    role = obj.get("roleRef") or {}
    causes: list[Cause] = []
    if role.get("apiGroup", "") != GROUP:
        causes.append(field.not_supported("roleRef.apiGroup", role.get("apiGroup", ""), (GROUP,)))
    if role.get("kind", "") not in kinds:
        causes.append(field.not_supported("roleRef.kind", role.get("kind", ""), kinds))
    name = role.get("name", "")
    causes += field.checked("roleRef.name", name, path_segment)
    for index, subject in enumerate(obj.get("subjects") or []):
        causes += _subject(subject, namespaced, f"subjects[{index}]")
    return causes


def _subject(subject: Object, namespaced: bool, path: str) -> list[Cause]:
    kind, name = subject.get("kind", ""), subject.get("name", "")
    group = subject.get("apiGroup", "")
    causes = [] if name else [field.required(f"{path}.name")]
    if kind == "ServiceAccount":
        causes += field.each(f"{path}.name", name, dns_subdomain(name)) if name else []
        if group:
            causes.append(field.not_supported(f"{path}.apiGroup", group, ("",)))
        if not namespaced and not subject.get("namespace"):
            causes.append(field.required(f"{path}.namespace"))
    elif kind in ("User", "Group"):
        if group != GROUP:
            causes.append(field.not_supported(f"{path}.apiGroup", group, (GROUP,)))
    else:
        causes.append(field.not_supported(f"{path}.kind", kind, _SUBJECTS))
    return causes
