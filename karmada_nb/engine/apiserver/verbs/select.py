"""Label and field selectors of a request, as one question about an object."""

from collections.abc import Callable
from typing import Final

from karmada_nb.engine import meta, selectors
from karmada_nb.engine.apiserver.resource import Resource
from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.apiserver.validation.names import label_value, qualified_name
from karmada_nb.engine.errors import StatusError, bad_request
from karmada_nb.engine.meta import Object

Predicate = Callable[[Object], bool]
_PLAIN: Final = ("metadata.name", "metadata.namespace")


def predicate(resource: Resource, label_selector: str, field_selector: str) -> Predicate | None:
    """The test that both selectors make, or None when they ask for nothing. Raises 400."""
    try:
        labels = selectors.parse(label_selector) if label_selector else selectors.EVERYTHING
        terms = selectors.parse_fields(field_selector) if field_selector else ()
    except ValueError as error:
        raise StatusError(400, "BadRequest", str(error)) from None
    for requirement in labels.requirements:
        _check(requirement)
    for term in terms:
        known = (
            ("metadata.name",)
            if resource.selectable and not (resource.namespaced or resource.custom)
            else _PLAIN
        )
        if term.path not in known and term.path not in resource.selectable:
            raise bad_request(_unknown(resource, term.path))
    if labels.empty and not terms:
        return None
    special = any(term.path not in _PLAIN for term in terms)

    def holds(obj: Object) -> bool:
        metadata = obj["metadata"]
        if not labels.empty and not labels.matches(metadata.get("labels") or {}):
            return False
        if not terms:
            return True
        fields = resource.strategy.fields(obj) if special else {}
        for term in terms:
            if term.path == "metadata.name":
                have = metadata.get("name", "")
            elif term.path == "metadata.namespace":
                have = metadata.get("namespace", "")
            elif resource.custom:
                have = _text(meta.dig(obj, *term.path.split(".")))
            else:
                have = fields.get(term.path, "")
            if (have == term.value) == term.negated:
                return False
        return True

    return holds


def _check(requirement: selectors.Requirement) -> None:
    """Raises 400 for a term that no label could meet."""
    found = [("<nil>", requirement.key, why) for why in qualified_name(requirement.key)]
    for index, value in enumerate(requirement.values):
        path = f"values[{index}][{requirement.key}]"
        found += [(path, value, why) for why in label_value(value)]
    if found:
        texts = [f"{path}: {field.invalid(path, value, why).message}" for path, value, why in found]
        joined = texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"
        raise bad_request(f"unable to parse requirement: {joined}")


def _text(value: object) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _unknown(resource: Resource, path: str) -> str:
    if resource.kind == "ResourceSlice":
        return f"field label not supported for {resource.api_version}, Kind={resource.kind}: {path}"
    if resource.selectable or resource.custom:
        return f"field label not supported: {path}"
    return f'"{path}" is not a known field selector: only "metadata.name", "metadata.namespace"'
