"""``Schema``: what the API server knows about one value, built-in or custom.

One node answers the questions of every reader: which fields there are (decoding, pruning), how lists and maps
merge (strategic merge patch, server-side apply), what is sent when nothing was said (defaults, Go's empty
structs), and what a user should read (``kubectl explain``). A node never changes after it was made.

Built-in types refer to each other by name and may be recursive, so the ``properties`` of a struct are a
``Mapping`` that may build itself on first use; nodes of one type share that mapping.
"""

from __future__ import annotations

from collections.abc import Callable, ItemsView, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from types import MappingProxyType
from typing import Any, Final


class Kind(StrEnum):
    """The form of a value."""

    OBJECT = "object"
    """Named fields; a CRD's object may also have ``additional``."""
    MAP = "map"
    """Free keys, all values of one form (``additional``)."""
    ARRAY = "array"
    STRING = "string"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    QUANTITY = "quantity"
    INT_OR_STRING = "int-or-string"
    TIME = "time"
    MICRO_TIME = "micro-time"
    DURATION = "duration"
    BYTES = "bytes"
    """Base64 text."""
    ANY = "any"
    """Any JSON. Objects in it are read as ``additional`` when that is given (a schema or a boolean)."""


class Absent(Enum):
    """The one value that says "no default"; ``None`` is a default that a CRD may declare."""

    ABSENT = "absent"


ABSENT: Final = Absent.ABSENT
NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


def _nothing() -> Mapping[str, Any]:
    return NOTHING


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Schema:
    """One node. ``eq`` is identity: recursive schemas have no end to compare."""

    kind: Kind
    properties: Mapping[str, Schema] = field(default_factory=_nothing)
    """Fields of an object, in declaration order."""
    additional: Schema | None = None
    """The form of a map's values."""
    items: Schema | None = None
    """The form of an array's elements."""
    required: tuple[str, ...] = ()
    """Names of fields that must be there."""
    default: Any = ABSENT
    """The declared default in JSON form (CRD ``default``, Go ``+default``), or ``ABSENT``."""

    list_type: str = ""
    """``atomic``, ``set``, ``map``, or ``""`` (undeclared: atomic to server-side apply)."""
    list_map_keys: tuple[str, ...] = ()
    map_type: str = ""
    """``atomic``, ``granular``, or ``""`` (undeclared: granular)."""
    patch_merge_key: str = ""
    patch_strategies: tuple[str, ...] = ()
    """Of ``merge``, ``replace``, ``retainKeys``."""

    pointer: bool = False
    """A Go pointer: an explicit zero value differs from an absent field and is kept."""
    always: bool = False
    """Go writes this field even when nothing was said: a struct without pointer, or no ``omitempty``."""
    nullable: bool = False
    """A CRD field that may be ``null``."""
    preserve_unknown: bool = False
    embedded_resource: bool = False

    ref: str = ""
    """OpenAPI name of the type, such as ``io.k8s.api.core.v1.PodSpec``; ``""`` for anonymous nodes."""
    go_type: str = ""
    """The type as Go messages say it: ``int32``, ``[]v1.Container``, ``v1.PodSpec``."""
    description: str = ""
    keywords: Mapping[str, Any] = field(default_factory=_nothing)
    """Validation words of JSON schema: ``enum``, ``format``, ``pattern``, ``x-kubernetes-validations`` ..."""
    combined: Combined | None = None
    """allOf, anyOf, oneOf and not, where a CRD says any of them."""
    ruled: bool = False
    """Rules in CEL are here or somewhere below."""

    @property
    def has_default(self) -> bool:
        return self.default is not ABSENT

    @property
    def struct(self) -> str:
        """The bare name of a Go struct: ``PodSpec`` for ``v1.PodSpec``."""
        return self.go_type.rpartition(".")[2]

    def at(self, *path: str) -> Schema | None:
        """The node below: a field's name, any key of a map, ``[]`` for an array's elements."""
        node: Schema | None = self
        for step in path:
            if node is None:
                return None
            node = node.items if step == "[]" else node.properties.get(step) or node.additional
        return node


@dataclass(frozen=True, slots=True, eq=False)
class Combined:
    """Further schemas that a value is held against."""

    all_of: tuple[Schema, ...] = ()
    any_of: tuple[Schema, ...] = ()
    one_of: tuple[Schema, ...] = ()
    excluded: Schema | None = None
    """``not``."""


class LazyProperties(Mapping[str, Schema]):
    """The fields of a named type, built when somebody first looks."""

    __slots__ = ("_build", "_fields")

    def __init__(self, build: Callable[[], dict[str, Schema]]) -> None:
        self._build = build
        self._fields: dict[str, Schema] | None = None

    def _load(self) -> dict[str, Schema]:
        fields = self._fields
        if fields is None:
            fields = self._fields = self._build()
            del self._build
        return fields

    def __getitem__(self, name: str) -> Schema:
        return self._load()[name]

    def __contains__(self, name: object) -> bool:
        return name in self._load()

    def __iter__(self) -> Iterator[str]:
        return iter(self._load())

    def __len__(self) -> int:
        return len(self._load())

    def items(self) -> ItemsView[str, Schema]:
        return self._load().items()

    def get(self, name: str, default: Any = None) -> Any:
        fields = self._fields
        return (self._load() if fields is None else fields).get(name, default)
