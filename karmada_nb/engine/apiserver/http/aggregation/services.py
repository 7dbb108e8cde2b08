"""The APIServices that name a server elsewhere, and what was last heard of each.

Follows kube-aggregator pkg/apiserver/apiservice_controller.go and handler_discovery.go.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.discovery import Elsewhere
from karmada_nb.engine.apiserver.http.target import Target
from karmada_nb.engine.meta import Object
from karmada_nb.engine.store import Change, Store

STORAGE: Final = "apiservices.apiregistration.k8s.io"


@dataclass(slots=True)
class Heard:
    """What a server said of its group and version when it was last asked."""

    discovery: Object | None = None
    """An ``APIVersionDiscovery``; None before the first answer."""
    fresh: bool = False
    swagger: Object | None = None
    """Its OpenAPI v2 document."""
    index: dict[str, str] = field(default_factory=dict)
    """Its OpenAPI v3 documents: path below ``/openapi/v3/`` -> relative URL."""
    tags: dict[str, str] = field(default_factory=dict)
    """The ETag with which each of its documents came."""


class Services:
    """``find`` tells who answers for a group and version. ``in_process``: those that this process has."""

    def __init__(self, store: Store, in_process: Collection[str]) -> None:
        self._in_process = frozenset(in_process)
        self._found: dict[tuple[str, str], Object] = {}
        self._heard: dict[str, Heard] = {}
        self._listeners: list[Callable[[], None]] = []
        for record in store.items(STORAGE):
            self._put(record.object)
        store.subscribe(STORAGE, self._changed)

    def find(self, group: str, version: str) -> Object | None:
        """The APIService whose server answers; None where this one does."""
        return self._found.get((group, version))

    def serving(self, at: Target) -> Object | None:
        """The APIService whose server a request is for; None for what is answered here."""
        if not self._found:
            return None
        if at.resource or at.watching:
            return self._found.get((at.group, at.version))
        match at.path.strip("/").split("/"):
            case ["apis", group, version]:
                return self._found.get((group, version))
            case ["api", version]:
                return self._found.get(("", version))
        return None

    def heard(self, service: Object) -> Heard:
        """What is known from its server."""
        return self._heard.setdefault(meta.uid(service), Heard())

    def on_change(self, listener: Callable[[], None]) -> None:
        self._listeners.append(listener)

    def tell(self) -> None:
        """Something that discovery or OpenAPI documents are made of has changed."""
        for listener in self._listeners:
            listener()

    def told(self) -> list[Elsewhere]:
        """What discovery says of those of a named group."""
        found = []
        for (group, version), service in self._found.items():
            heard, spec = self.heard(service), service["spec"]
            fresh = heard.fresh and available(service)
            places = (spec["groupPriorityMinimum"], spec["versionPriority"])
            if group:
                found.append(Elsewhere(group, version, *places, heard.discovery, fresh))
        return found

    def __iter__(self) -> Iterator[Object]:
        return iter(self._found.values())

    def _changed(self, change: Change) -> None:
        service = change.record.object
        spec = service["spec"]
        self._found.pop((spec.get("group", ""), spec["version"]), None)
        if change.deleted:
            self._heard.pop(meta.uid(service), None)
        else:
            self._put(service)
        self.tell()

    def _put(self, service: Object) -> None:
        spec = service["spec"]
        if spec.get("service") is not None and meta.name(service) not in self._in_process:
            self._found[spec.get("group", ""), spec["version"]] = service


def available(service: Object) -> bool:
    """Whether its server was reached when it was last tried."""
    return (meta.condition(service, "Available") or {}).get("status") == "True"


def root_of(service: Object) -> str:
    """The path below which its server answers."""
    spec = service["spec"]
    return f"/apis/{spec['group']}/{spec['version']}" if spec.get("group") else f"/api/{spec['version']}"
