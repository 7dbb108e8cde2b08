"""What is wrong with a FlowSchema.

Follows ValidateFlowSchema in pkg/apis/flowcontrol/validation/validation.go.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from karmada_nb.engine.apiserver import flowcontrol
from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.apiserver.validation.internal import internal
from karmada_nb.engine.apiserver.validation.names import dns_label, dns_subdomain
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object

_HIGHEST: Final = 10000
_METHODS: Final = ("ByNamespace", "ByUser")
_SUBJECTS: Final = {"Group": "group", "ServiceAccount": "serviceAccount", "User": "user"}
_OTHERS: Final = {
    "Group": ("serviceAccount", "user"),
    "ServiceAccount": ("user", "group"),
    "User": ("serviceAccount", "group"),
}
"""What a subject of a kind must not have, in the order in which it is looked for."""
_KIND_OF: Final = {name: kind for kind, name in _SUBJECTS.items()}
_NAMESPACE: Final = "each member of this list must be '*' or a DNS-1123 label; "
_VERBS: Final = ("create", "delete", "deletecollection", "get", "list", "patch", "proxy", "update", "watch")


def validate_flow_schema(name: str, spec: Object) -> list[Cause]:
    causes = _precedence(name, spec.get("matchingPrecedence", 0))
    method = spec.get("distinguisherMethod")
    if method is not None and method.get("type") not in _METHODS:
        shown = internal("flowcontrol/v1.FlowDistinguisherMethod", method)
        causes.append(field.not_supported("spec.distinguisherMethod.type", shown, _METHODS))
    level = (spec.get("priorityLevelConfiguration") or {}).get("name", "")
    at = "spec.priorityLevelConfiguration.name"
    if level:
        causes += field.each(at, level, dns_subdomain(level))
    else:
        causes.append(field.required(at, "must reference a priority level"))
    for index, rule in enumerate(spec.get("rules") or ()):
        causes += _rules(rule, f"spec.rules[{index}]")
    if name in flowcontrol.MANDATORY and spec != flowcontrol.SCHEMAS[name]:
        shown = internal("flowcontrol/v1.FlowSchemaSpec", spec)
        causes.append(field.invalid("spec", shown, f"spec of '{name}' must equal the fixed value"))
    return causes


def _precedence(name: str, value: int) -> list[Cause]:
    at = "spec.matchingPrecedence"
    causes: list[Cause] = []
    if value <= 0:
        causes.append(field.invalid(at, value, "must be a positive value"))
    if value > _HIGHEST:
        causes.append(field.invalid(at, value, f"must not be greater than {_HIGHEST}"))
    if value == 1 and name != flowcontrol.EXEMPT:
        why = "only the schema named 'exempt' may have matchingPrecedence 1"
        causes.append(field.invalid(at, value, why))
    return causes


def _rules(rule: Object, path: str) -> list[Cause]:
    causes: list[Cause] = []
    for index, subject in enumerate(rule.get("subjects") or ()):
        causes += _subject(subject, f"{path}.subjects[{index}]")
    if not rule.get("subjects"):
        causes.append(field.required(f"{path}.subjects", "subjects must contain at least one value"))
    resources, urls = rule.get("resourceRules") or (), rule.get("nonResourceRules") or ()
    if not resources and not urls:
        why = "at least one of resourceRules and nonResourceRules has to be non-empty"
        causes.append(field.required(path, why))
    for index, inner in enumerate(resources):
        causes += _resources(inner, f"{path}.resourceRules[{index}]")
    for index, inner in enumerate(urls):
        causes += _urls(inner, f"{path}.nonResourceRules[{index}]")
    return causes


def _subject(subject: Object, path: str) -> list[Cause]:
    kind = subject.get("kind", "")
    if kind not in _SUBJECTS:
        return [field.not_supported(f"{path}.kind", kind, _SUBJECTS)]
    wanted = _SUBJECTS[kind]
    at, said = f"{path}.{wanted}", subject.get(wanted)
    causes: list[Cause] = []
    if said is None:
        causes.append(field.required(at, f"{wanted} is required when subject kind is '{kind}'"))
    else:
        causes += _named(said, at, account=kind == "ServiceAccount")
    for other in _OTHERS[kind]:
        if subject.get(other) is not None:
            why = f"{other} is forbidden when subject kind is not '{_KIND_OF[other]}'"
            causes.append(field.forbidden(f"{path}.{other}", why))
    return causes


def _named(said: Object, path: str, *, account: bool) -> list[Cause]:
    name = said.get("name", "")
    causes = [] if name else [field.required(f"{path}.name")]
    if not account:
        return causes
    if name and name != "*":
        causes += field.each(f"{path}.name", name, dns_subdomain(name))
    namespace = said.get("namespace", "")
    if namespace:
        return causes + field.each(f"{path}.namespace", namespace, dns_label(namespace))
    return [*causes, field.required(f"{path}.namespace", "must specify namespace for service account")]


def _verbs(verbs: Sequence[str], path: str) -> list[Cause]:
    if not verbs:
        return [field.required(path, "verbs must contain at least one value")]
    if "*" in verbs:
        return _alone(verbs, path, "verbs")
    return [] if set(verbs) <= set(_VERBS) else [field.not_supported(path, list(verbs), _VERBS)]


def _alone(values: Sequence[str], path: str, what: str) -> list[Cause]:
    """The wildcard stands for everything, so nothing may stand beside it."""
    if "*" not in values or len(values) == 1:
        return []
    return [field.invalid(path, list(values), f"if '*' is present, must not specify other {what}")]


def _resources(rule: Object, path: str) -> list[Cause]:
    causes = _verbs(rule.get("verbs") or (), f"{path}.verbs")
    for name, one, many in (("apiGroups", "api group", "api groups"), ("resources", "resource", "resources")):
        values = rule.get(name) or ()
        if values:
            causes += _alone(values, f"{path}.{name}", many)
        else:
            causes.append(field.required(f"{path}.{name}", f"resource rules must supply at least one {one}"))
    namespaces, at = rule.get("namespaces") or (), f"{path}.namespaces"
    if not namespaces and not rule.get("clusterScope"):
        why = "resource rules that are not cluster scoped must supply at least one namespace"
        return [*causes, field.required(at, why)]
    if "*" in namespaces:
        return causes + _alone(namespaces, at, "namespaces")
    for index, name in enumerate(namespaces):
        causes += field.each(f"{at}[{index}]", name, [_NAMESPACE + why for why in dns_label(name)])
    return causes


def _urls(rule: Object, path: str) -> list[Cause]:
    causes = _verbs(rule.get("verbs") or (), f"{path}.verbs")
    urls, at = rule.get("nonResourceURLs") or (), f"{path}.nonResourceURLs"
    if not urls:
        return [*causes, field.required(at, "nonResourceURLs must contain at least one value")]
    if "*" in urls:
        return causes + _alone(urls, at, "non-resource URLs")
    for index, url in enumerate(urls):
        why = _url(url)
        causes += [field.invalid(f"{at}[{index}]", url, why)] if why else []
    return causes


def _url(path: str) -> str:
    """``ValidateNonResourceURLPath``: what is wrong, or ""."""
    if not path:
        return "must not be empty"
    if not path.startswith("/"):
        return "must start with slash"
    if " " in path:
        return "must not contain white-space"
    if "//" in path:
        return "must not contain double slash"
    if path.count("*") > 1 or ("*" in path and not path.endswith("/*")):
        return "wildcard can only do suffix matching"
    return ""
