"""Who selects whom by plain labels, without looking at everybody.

Whatever a selector finds has all its labels, the first of them too: so both sides are indexed by one label,
and a change of one object costs what hangs on that object.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from karmada_nb.engine import meta, selectors
from karmada_nb.engine.meta import Object
from karmada_nb.engine.runtime.informer import Informer

_HAS: Final = "has label"
_WANTS: Final = "wants label"


def _place(namespace: str, label: tuple[str, str]) -> str:
    return f"{namespace}/{label[0]}={label[1]}"


def _wanted(service: Object) -> Mapping[str, str]:
    return meta.dig(service, "spec", "selector") or {}


def _has(pod: Object) -> Iterable[str]:
    return [_place(meta.namespace(pod), label) for label in meta.labels(pod).items()]


def _wants(service: Object) -> Iterable[str]:
    wanted = _wanted(service)
    return [_place(meta.namespace(service), min(wanted.items()))] if wanted else []


class Selecting:
    """Services and the pods that they select."""

    def __init__(self, services: Informer, pods: Informer) -> None:
        self._services = services
        self._pods = pods
        services.add_index(_WANTS, _wants)
        pods.add_index(_HAS, _has)

    def selected(self, service: Object) -> list[Object]:
        """The pods, by name."""
        selector = selectors.from_labels(_wanted(service))
        found = [
            pod
            for place in _wants(service)
            for pod in self._pods.by_index(_HAS, place)
            if selector.matches(meta.labels(pod))
        ]
        return sorted(found, key=meta.name)

    def selecting(self, pod: Object) -> list[Object]:
        """The services."""
        return [
            service
            for place in _has(pod)
            for service in self._services.by_index(_WANTS, place)
            if selectors.from_labels(_wanted(service)).matches(meta.labels(pod))
        ]
