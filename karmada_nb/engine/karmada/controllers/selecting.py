"""Which policies may take a template, and which templates a policy may take, without listing either.

A resource selector becomes a text of its parts, the empty part standing for "any"; informers index policies
by those texts. A template asks for its own text and for those with its name, its namespace or both left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from karmada_nb.engine import meta
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.runtime.informer import Informer

INDEX: Final = "resourceSelectors"
_ALL_KINDS: Final = "*"


class TemplateRef(NamedTuple):
    """Where a resource template is; ``namespace`` is ``""`` for cluster scope."""

    api_version: str
    kind: str
    namespace: str
    name: str

    @property
    def key(self) -> Key:
        return Key(self.namespace, self.name)

    def to_key(self) -> Key:
        """The reference as a work queue takes it."""
        return Key(self.namespace, f"{self.api_version}|{self.kind}|{self.name}")


def ref_of(obj: Object) -> TemplateRef:
    return TemplateRef(obj.get("apiVersion", ""), obj.get("kind", ""), meta.namespace(obj), meta.name(obj))


def ref_of_resource(resource: Object) -> TemplateRef:
    """The template of a binding's ``spec.resource``."""
    return TemplateRef(
        resource.get("apiVersion", ""),
        resource.get("kind", ""),
        resource.get("namespace", ""),
        resource.get("name", ""),
    )


def ref_from_key(key: Key) -> TemplateRef:
    """The inverse of ``TemplateRef.to_key``."""
    api_version, kind, name = key.name.split("|", 2)
    return TemplateRef(api_version, kind, key.namespace, name)


def selectors_of(policy: Object) -> list[Object]:
    found: list[Object] = meta.dig(policy, "spec", "resourceSelectors", default=[])
    return found


def index_by_selectors(policies: Informer) -> None:
    """Let ``candidates`` be asked of this informer."""
    policies.add_index(INDEX, _texts)


def candidates(policies: Informer, ref: TemplateRef) -> list[Object]:
    """The policies one of whose selectors may point at the template; labels are not looked at."""
    found: dict[Key, Object] = {}
    for namespace in dict.fromkeys((ref.namespace, "")):
        for text in (
            _text(ref.api_version, ref.kind, namespace, ref.name),
            _text(ref.api_version, ref.kind, namespace, ""),
            _text(_ALL_KINDS, "", namespace, ""),
        ):
            for policy in policies.by_index(INDEX, text):
                found[meta.key(policy)] = policy
    return list(found.values())


def _texts(policy: Object) -> Iterable[str]:
    own = meta.namespace(policy)
    selectors = selectors_of(policy)
    if not selectors:
        return (_text(_ALL_KINDS, "", own, ""),)
    return {
        _text(
            selector.get("apiVersion", ""),
            selector.get("kind", ""),
            selector.get("namespace") or own,
            selector.get("name", ""),
        )
        for selector in selectors
    }


def _text(api_version: str, kind: str, namespace: str, name: str) -> str:
    return f"{api_version}|{kind}|{namespace}|{name}"
