"""What the API server knows of one resource, and the table of all it serves.

A ``Resource`` joins the facts (``schema.catalogue.ResourceInfo``), the schema, and a ``Strategy``: the
rules that set this kind apart from the generic verbs. Built-ins and custom resources are the same here.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.schema.catalogue import ResourceInfo
from karmada_nb.engine.apiserver.schema.schema import Schema
from karmada_nb.engine.apiserver.strategy import Strategy
from karmada_nb.engine.errors import StatusError, qualified
from karmada_nb.engine.meta import Object


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a Table. ``priority`` above 0: shown with ``-o wide`` only.

    ``doc`` names the field whose description the column has (``core.v1.PodStatus.podIP``).
    """

    name: str
    type: str = "string"
    format: str = ""
    description: str = ""
    priority: int = 0
    doc: str = ""


Cells = Callable[[Object, "Any"], list[Any]]


@dataclass(frozen=True, slots=True)
class Table:
    """``cells(obj, now)`` gives one row: a value a column, in the JSON types that upstream sends.

    ``order`` is what rows are sorted by, where that is not the list's own order.
    """

    columns: tuple[Column, ...]
    cells: Cells
    order: Callable[[Object], Any] | None = None


@dataclass(frozen=True, slots=True)
class ScaleSubresource:
    """Where a kind keeps what its ``scale`` shows. Paths are field names from the root."""

    spec_replicas: tuple[str, ...]
    status_replicas: tuple[str, ...]
    selector: tuple[str, ...] | None = None


Convert = Callable[[Object], Object]


@dataclass(frozen=True, slots=True, eq=False)
class Resource:
    """One resource at one served version."""

    info: ResourceInfo
    schema: Schema | None
    strategy: Strategy
    table: Table
    storage: str
    """The storage name: ``deployments.apps``. Resources that share objects share it."""
    scale: ScaleSubresource | None = None
    custom: bool = False
    """Defined by a CustomResourceDefinition: strategic merge is refused, unknown fields are pruned."""
    from_storage: Convert | None = None
    """Turns a stored object into this version; None: the stored form is this version's form."""
    to_storage: Convert | None = None
    selectable: tuple[str, ...] = ()
    """Field selectors beyond metadata.name and metadata.namespace."""
    defaults: Mapping[str, Any] = field(default_factory=dict)
    deprecation: str = ""
    """The warning that every answer about this version carries."""
    asks: bool = False
    """Versions are converted by a webhook: reading and writing may raise ``Pending``."""

    group: str = field(init=False)
    version: str = field(init=False)
    kind: str = field(init=False)
    plural: str = field(init=False)
    namespaced: bool = field(init=False)
    api_version: str = field(init=False)
    qualified: str = field(init=False)
    """``deployments.apps``: how messages name it."""

    def __post_init__(self) -> None:
        info = self.info
        for name in ("group", "version", "kind", "plural", "namespaced"):
            object.__setattr__(self, name, getattr(info, name))
        object.__setattr__(self, "api_version", meta.api_version(info.group, info.version))
        object.__setattr__(self, "qualified", qualified(info.group, info.plural))

    def read(self, stored: Object) -> Object:
        """A stored object in this version."""
        return self.from_storage(stored) if self.from_storage else stored

    def write(self, obj: Object) -> Object:
        """An object of this version in its stored form."""
        return self.to_storage(obj) if self.to_storage else obj


NO_RESOURCE: Final = "the server could not find the requested resource"


class Registry:
    """All served resources. It changes when CustomResourceDefinitions do; listeners are told."""

    def __init__(self) -> None:
        self._by_path: dict[tuple[str, str, str], Resource] = {}
        self._by_kind: dict[tuple[str, str, str], Resource] = {}
        self._listeners: list[Callable[[], None]] = []
        self.generation = 0

    def add(self, *resources: Resource) -> None:
        for resource in resources:
            self._by_path[resource.group, resource.version, resource.plural] = resource
            self._by_kind[resource.group, resource.version, resource.kind] = resource
        self._changed()

    def remove(self, *resources: Resource) -> None:
        for resource in resources:
            self._by_path.pop((resource.group, resource.version, resource.plural), None)
            self._by_kind.pop((resource.group, resource.version, resource.kind), None)
        self._changed()

    def on_change(self, listener: Callable[[], None]) -> None:
        self._listeners.append(listener)

    def find(self, group: str, version: str, plural: str) -> Resource | None:
        return self._by_path.get((group, version, plural))

    def resource(self, group: str, version: str, plural: str) -> Resource:
        """Raises the 404 that an unknown path gets."""
        found = self._by_path.get((group, version, plural))
        if found is None:
            raise StatusError(404, "NotFound", NO_RESOURCE, {})
        return found

    def of_kind(self, api_version: str, kind: str) -> Resource | None:
        """The resource of an object, if it is served here."""
        group, version = meta.group_version(api_version)
        return self._by_kind.get((group, version, kind))

    def __iter__(self) -> Iterator[Resource]:
        return iter(self._by_path.values())

    def _changed(self) -> None:
        self.generation += 1
        for listener in self._listeners:
            listener()
