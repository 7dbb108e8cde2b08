"""What a controller may do to a cluster: seven verbs, in process or over HTTP.

A controller is written against ``Client`` and cannot tell an embedded cluster from a real one.
Failures are ``StatusError``; a connection that fails raises ``Unreachable``.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, Protocol

from karmada_nb.engine.meta import Object


class Resource(NamedTuple):
    """A resource as a URL names it."""

    group: str
    version: str
    plural: str

    def __str__(self) -> str:
        return ".".join(part for part in (self.plural, self.version, self.group) if part)


@dataclass(frozen=True, slots=True)
class ObjectList:
    """The answer of a list: ``revision`` is where a watch may go on from."""

    items: list[Object]
    revision: str


class WatchEvent(NamedTuple):
    """``type`` is ADDED, MODIFIED, DELETED or BOOKMARK."""

    type: str
    object: Object


class Unreachable(ConnectionError):
    """The cluster did not answer at all."""


JSON_PATCH: Final = "application/json-patch+json"
MERGE_PATCH: Final = "application/merge-patch+json"
STRATEGIC_PATCH: Final = "application/strategic-merge-patch+json"
APPLY_PATCH: Final = "application/apply-patch+yaml"


class Client(Protocol):
    """``namespace`` is ``""`` for cluster-scoped resources and for lists across namespaces."""

    async def get(self, resource: Resource, name: str, namespace: str = "") -> Object: ...

    async def list(
        self, resource: Resource, namespace: str = "", label_selector: str = "", field_selector: str = ""
    ) -> ObjectList: ...

    def watch(
        self, resource: Resource, namespace: str = "", revision: str = "", label_selector: str = ""
    ) -> AsyncIterator[WatchEvent]:
        """Events after ``revision``. Raises StatusError 410 when that is too old: list again."""
        ...

    async def create(
        self, resource: Resource, obj: Mapping[str, Any], namespace: str = "", subresource: str = ""
    ) -> Object:
        """``subresource`` is for ``pods/x/binding`` and its like; the name is the object's."""
        ...

    async def update(self, resource: Resource, obj: Mapping[str, Any], subresource: str = "") -> Object: ...

    async def patch(
        self,
        resource: Resource,
        name: str,
        patch: Any,
        kind: str = MERGE_PATCH,
        namespace: str = "",
        subresource: str = "",
    ) -> Object: ...

    async def delete(
        self,
        resource: Resource,
        name: str,
        namespace: str = "",
        *,
        uid: str = "",
        propagation: str = "",
        grace_seconds: int | None = None,
    ) -> None:
        """``uid`` is a precondition; ``propagation`` is Background, Foreground or Orphan."""
        ...
