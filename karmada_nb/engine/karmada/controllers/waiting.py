"""The templates that no policy took so far, by kind, namespace and name.

Follows the waiting list of pkg/detector/detector.go; a new policy finds in it what its selectors point at
without looking at the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from karmada_nb.engine.karmada.controllers.selecting import TemplateRef
from karmada_nb.engine.meta import Object


class Waiting:
    """A set of ``TemplateRef``."""

    def __init__(self) -> None:
        self._kinds: dict[tuple[str, str], dict[str, dict[str, None]]] = {}

    def __contains__(self, ref: TemplateRef) -> bool:
        return ref.name in self._kinds.get((ref.api_version, ref.kind), {}).get(ref.namespace, ())

    def add(self, ref: TemplateRef) -> None:
        namespaces = self._kinds.setdefault((ref.api_version, ref.kind), {})
        namespaces.setdefault(ref.namespace, {})[ref.name] = None

    def discard(self, ref: TemplateRef) -> None:
        namespaces = self._kinds.get((ref.api_version, ref.kind))
        names = None if namespaces is None else namespaces.get(ref.namespace)
        if namespaces is None or names is None:
            return
        names.pop(ref.name, None)
        if not names:
            del namespaces[ref.namespace]
        if not namespaces:
            del self._kinds[ref.api_version, ref.kind]

    def matching(self, selectors: Iterable[Object]) -> list[TemplateRef]:
        """Those that a selector may point at, each once; labels are not looked at."""
        found: dict[TemplateRef, None] = {}
        for selector in selectors:
            for ref in self._selected(selector):
                found[ref] = None
        return list(found)

    def _selected(self, selector: Object) -> Iterator[TemplateRef]:
        api_version, kind = selector.get("apiVersion", ""), selector.get("kind", "")
        namespaces = self._kinds.get((api_version, kind), {})
        wanted = selector.get("namespace")
        for namespace in (wanted,) if wanted else namespaces:
            names = namespaces.get(namespace, {})
            name = selector.get("name")
            for each in (name,) if name else names:
                if each in names:
                    yield TemplateRef(api_version, kind, namespace, each)
