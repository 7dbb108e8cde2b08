"""Every resource template there is: what the Karmada API serves that a policy may propagate.

Follows ``discoverResources`` and ``EventFilter`` of pkg/detector/detector.go. Kinds that come and go with
their CustomResourceDefinition are followed as they do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from karmada_nb.engine import meta
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.karmada.constants import Edition
from karmada_nb.engine.karmada.controllers.selecting import TemplateRef
from karmada_nb.engine.karmada.plane import Plane
from karmada_nb.engine.karmada.policy.propagatable import kind_is_propagated
from karmada_nb.engine.meta import Object
from karmada_nb.engine.runtime.client import Resource
from karmada_nb.engine.runtime.informer import Event, Handler

_IGNORED = ("managedFields", "resourceVersion")


class Templates:
    """A ``Source`` of all templates' events, and the way to any of them."""

    def __init__(self, plane: Plane) -> None:
        self._served = plane.served
        self._informers = plane.informers
        self._edition: Edition = plane.edition
        self._followed: set[Resource] = set()
        self._handlers: list[Handler] = []
        self._listening = False

    def get(self, ref: TemplateRef) -> Object | None:
        """The template as it is; None where there is none, or its kind is not served."""
        resource = self._served.of_kind(ref.api_version, ref.kind)
        if resource is None:
            return None
        try:
            return self._informers(*resource).get(ref.key)
        except StatusError as error:
            if error.code != 404:
                raise
            return None

    def of_namespace(self, api_version: str, kind: str, namespace: str) -> list[Object]:
        """All templates of a kind in a namespace, ``""`` for all namespaces or cluster scope."""
        resource = self._served.of_kind(api_version, kind)
        return [] if resource is None else self._informers(*resource).items(namespace)

    def resource(self, api_version: str, kind: str) -> Resource | None:
        return self._served.of_kind(api_version, kind)

    def add_handler(self, handler: Handler) -> Callable[[], None]:
        """Call ``handler`` for each template there is and each change of one, of whatever kind."""
        self._handlers.append(handler)
        if not self._listening:
            self._listening = True
            self._served.on_change(self._follow)
            self._follow()
        else:
            for resource in self._followed:
                for obj in self._informers(*resource).items():
                    handler(Event(None, obj))
        return lambda: self._handlers.remove(handler) if handler in self._handlers else None

    def _follow(self) -> None:
        for resource in self._served.resources():
            if resource in self._followed:
                continue
            kind = "Event" if resource.plural == "events" else ""
            if kind_is_propagated(meta.api_version(resource.group, resource.version), kind, self._edition):
                self._followed.add(resource)
                self._informers(*resource).add_handler(self._tell)

    def _tell(self, event: Event) -> None:
        for handler in tuple(self._handlers):
            handler(event)


class Trigger:
    """A ``Source`` by which one controller puts objects into another's queue."""

    def __init__(self) -> None:
        self._handlers: list[Handler] = []

    def add_handler(self, handler: Handler) -> Callable[[], None]:
        self._handlers.append(handler)
        return lambda: self._handlers.remove(handler) if handler in self._handlers else None

    def __call__(self, objects: Iterable[Object]) -> None:
        for obj in objects:
            for handler in tuple(self._handlers):
                handler(Event(None, obj))


def specification_changed(old: Object, new: Object) -> bool:
    """Whether anything but the status and the server's own bookkeeping differs.

    Follows pkg/util/eventfilter/eventfilter.go.
    """
    if any(
        old.get(field) is not new.get(field) and old.get(field) != new.get(field)
        for field in old.keys() | new.keys()
        if field not in ("status", "metadata")
    ):
        return True
    before, after = meta.metadata(old), meta.metadata(new)
    return any(
        before.get(field) != after.get(field)
        for field in before.keys() | after.keys()
        if field not in _IGNORED
    )


def changed_by_karmada(old: Object, new: Object) -> bool:
    """Whether the change is one that only Karmada makes: its own labels and annotations."""
    return not specification_changed(_without_marks(old), _without_marks(new))


def _without_marks(obj: Object) -> Object:
    return meta.with_metadata(
        obj, labels=_foreign(meta.labels(obj)), annotations=_foreign(meta.annotations(obj)), generation=None
    )


def _foreign(items: dict[str, str]) -> dict[str, str] | None:
    kept = {
        key: value
        for key, value in items.items()
        if ".karmada.io" not in key or key == "namespace.karmada.io/skip-auto-propagation"
    }
    return kept or None
