"""Which writes a webhook or an admission policy is about.

Follows k8s.io/apiserver pkg/admission/plugin/webhook/predicates and pkg/admission/plugin/policy/matching.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from karmada_nb.engine import errors, meta, selectors
from karmada_nb.engine.apiserver.admission.chain import Attributes, Reader
from karmada_nb.engine.apiserver.resource import Resource
from karmada_nb.engine.meta import Object

Equivalents = Callable[[Resource], Iterable[Resource]]
"""The other versions in which the objects of a resource are served."""
_CONFIGURATION = frozenset(
    {
        "MutatingWebhookConfiguration", "ValidatingWebhookConfiguration",
        "MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding",
        "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Seen:
    """A write in the version in which it is looked at."""

    resource: Resource
    attributes: Attributes

    @property
    def object(self) -> Object | None:
        return self._of(self.attributes.obj)

    @property
    def old(self) -> Object | None:
        return self._of(self.attributes.old)

    def _of(self, obj: Object | None) -> Object | None:
        own = self.attributes.resource
        return obj if obj is None or own is self.resource else self.resource.read(own.write(obj))


def exempt(attributes: Attributes) -> bool:
    """Nobody is asked about the configuration of who is asked: that could never be mended."""
    resource = attributes.resource
    return resource.group == "admissionregistration.k8s.io" and resource.kind in _CONFIGURATION


def matching(
    rules: Sequence[Object], policy: str, attributes: Attributes, equivalents: Equivalents
) -> Resource | None:
    """The version that a rule speaks of: the request's own, or an equivalent one if ``policy`` says so."""
    if any(_rule(rule, attributes.resource, attributes) for rule in rules):
        return attributes.resource
    if policy == "Equivalent":
        others = list(equivalents(attributes.resource))
        for rule in rules:
            for other in others:
                if _rule(rule, other, attributes):
                    return other
    return None


def selected(said: Object, attributes: Attributes, reader: Reader) -> bool:
    """``namespaceSelector`` and ``objectSelector``. Raises 404 for a namespace that there is not."""
    return _by_namespace(said.get("namespaceSelector"), attributes, reader) and _by_object(
        said.get("objectSelector"), attributes
    )


def namespace_of(attributes: Attributes, reader: Reader) -> Object | None:
    """The namespace a write is in; None for what is in none."""
    if not attributes.resource.namespaced:
        return None
    found = reader.find("namespaces", "", attributes.namespace)
    if found is None:
        raise errors.not_found("", "namespaces", attributes.namespace)
    return found


def _by_namespace(selector: Object | None, attributes: Attributes, reader: Reader) -> bool:
    if not selector:
        return True
    wanted = selectors.from_label_selector(selector)
    if attributes.resource.qualified == "namespaces":
        about = attributes.obj if attributes.obj is not None else attributes.old
        return wanted.matches(meta.labels(about or {}))
    namespace = namespace_of(attributes, reader)
    return namespace is None or wanted.matches(meta.labels(namespace))


def _by_object(selector: Object | None, attributes: Attributes) -> bool:
    if not selector:
        return True
    wanted = selectors.from_label_selector(selector)
    return any(
        wanted.matches(meta.labels(obj)) for obj in (attributes.obj, attributes.old) if obj is not None
    )


def _rule(rule: Object, resource: Resource, attributes: Attributes) -> bool:
    return (
        _scope(rule.get("scope") or "*", resource)
        and _listed(rule.get("operations"), attributes.operation)
        and _listed(rule.get("apiGroups"), resource.group)
        and _listed(rule.get("apiVersions"), resource.version)
        and _resource(rule.get("resources") or (), resource.plural, attributes.subresource)
        and (not rule.get("resourceNames") or attributes.name in rule["resourceNames"])
    )


def _listed(items: Sequence[str] | None, wanted: str) -> bool:
    return any(item in ("*", wanted) for item in items or ())


def _scope(scope: str, resource: Resource) -> bool:
    return scope == "*" or (scope == "Namespaced") == resource.namespaced


def _resource(items: Sequence[str], plural: str, subresource: str) -> bool:
    for item in items:
        name, _, part = item.partition("/")
        if name in ("*", plural) and part in ("*", subresource):
            return True
    return False
