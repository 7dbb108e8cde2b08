"""The types of built-in resources, read from ``types/*.jsonl`` as they are asked for.

A file holds one Go package, one struct a line; ``tools/extract_types.py`` makes it and describes it. A file
is kept as bytes, and a line is parsed when its type is first used: a cluster pays for what it serves.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Final

import orjson

from karmada_nb.engine.apiserver.schema.schema import ABSENT, Kind, LazyProperties, Schema

_FOLDER: Final = Path(__file__).parent / "types"
_NAME: Final = b'{"name": "'

PACKAGES: Final = {
    "": "core",
    "admissionregistration.k8s.io": "admissionregistration",
    "apiextensions.k8s.io": "apiextensions",
    "apiregistration.k8s.io": "apiregistration",
    "apps": "apps",
    "authentication.k8s.io": "authentication",
    "authorization.k8s.io": "authorization",
    "autoscaling": "autoscaling",
    "batch": "batch",
    "certificates.k8s.io": "certificates",
    "coordination.k8s.io": "coordination",
    "discovery.k8s.io": "discovery",
    "events.k8s.io": "events",
    "flowcontrol.apiserver.k8s.io": "flowcontrol",
    "meta.k8s.io": "meta",
    "metrics.k8s.io": "metrics",
    "networking.k8s.io": "networking",
    "node.k8s.io": "node",
    "policy": "policy",
    "rbac.authorization.k8s.io": "rbac",
    "resource.k8s.io": "resource",
    "scheduling.k8s.io": "scheduling",
    "storage.k8s.io": "storage",
}
"""API group -> the package that holds its types."""

_GROUPS: Final = {package: group for group, package in PACKAGES.items()}
_MACHINERY: Final = "io.k8s.apimachinery.pkg."
_EXTENSIONS: Final = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1."
_OWN_JSON: Final[dict[str, tuple[Kind, str, str]]] = {
    "string": (Kind.STRING, "", "string"),
    "bool": (Kind.BOOLEAN, "", "bool"),
    "int": (Kind.INTEGER, "", "int"),
    "int32": (Kind.INTEGER, "", "int32"),
    "int64": (Kind.INTEGER, "", "int64"),
    "uint32": (Kind.INTEGER, "", "uint32"),
    "uint64": (Kind.INTEGER, "", "uint64"),
    "float64": (Kind.NUMBER, "", "float64"),
    "any": (Kind.ANY, "", "interface {}"),
    "[]byte": (Kind.BYTES, "", "[]uint8"),
    "UID": (Kind.STRING, "", "types.UID"),
    "NodeName": (Kind.STRING, "", "types.NodeName"),
    "Quantity": (Kind.QUANTITY, _MACHINERY + "api.resource.Quantity", "resource.Quantity"),
    "IntOrString": (Kind.INT_OR_STRING, _MACHINERY + "util.intstr.IntOrString", "intstr.IntOrString"),
    "RawExtension": (Kind.ANY, _MACHINERY + "runtime.RawExtension", "runtime.RawExtension"),
    "Time": (Kind.TIME, _MACHINERY + "apis.meta.v1.Time", "v1.Time"),
    "MicroTime": (Kind.MICRO_TIME, _MACHINERY + "apis.meta.v1.MicroTime", "v1.MicroTime"),
    "Duration": (Kind.DURATION, _MACHINERY + "apis.meta.v1.Duration", "v1.Duration"),
    "FieldsV1": (Kind.ANY, _MACHINERY + "apis.meta.v1.FieldsV1", "v1.FieldsV1"),
    "JSON": (Kind.ANY, _EXTENSIONS + "JSON", "v1.JSON"),
}
"""Go's basic types, and those that read and write their own JSON: kind, OpenAPI name, name in messages."""
_OBJECTS: Final = {"RawExtension", "FieldsV1"}
_SCHEMA_OR: Final = ("JSONSchemaPropsOrArray", "JSONSchemaPropsOrBool", "JSONSchemaPropsOrStringArray")


class _Package:
    """One file: its aliases, and its structs as lines not yet parsed."""

    __slots__ = ("aliases", "lines", "prefix")

    def __init__(self, file: str) -> None:
        head, *lines = (_FOLDER / f"{file.replace('/', '.')}.jsonl").read_bytes().splitlines()
        facts = orjson.loads(head)
        self.prefix: str = facts["package"]
        self.aliases: dict[str, dict[str, Any]] = facts["aliases"]
        self.lines = {line[len(_NAME) : line.index(b'"', len(_NAME))].decode(): line for line in lines}


@cache
def _package(file: str) -> _Package:
    return _Package(file)


@cache
def named(name: str) -> Schema:
    """The struct called ``name``, such as ``core/v1.PodSpec``. Raises KeyError for one that there is not."""
    file, _, struct = name.rpartition(".")
    package = _package(file)
    facts = orjson.loads(package.lines[struct])

    def build() -> dict[str, Schema]:
        return {field: _field(said) for field, said in facts["fields"].items()}

    return Schema(
        kind=Kind.OBJECT,
        properties=LazyProperties(build),
        required=tuple(field for field, said in facts["fields"].items() if said.get("required")),
        map_type=facts.get("map", ""),
        ref=f"{package.prefix}.{struct}",
        go_type=_go(name),
    )


def resource(group: str, version: str, kind: str) -> Schema | None:
    """The schema of a built-in kind; ``None`` when there is no such type."""
    package = PACKAGES.get(group)
    if package is None or not (_FOLDER / f"{package}.{version}.jsonl").exists():
        return None
    file = f"{package}/{version}"
    return named(f"{file}.{kind}") if kind in _package(file).lines else None


def of_ref(ref: str) -> Schema:
    """The struct with this OpenAPI name. Raises KeyError for one that there is not."""
    package, version, name = ref.split(".")[-3:]
    return named(f"{package}/{version}.{name}")


def group_version_kind(schema: Schema) -> tuple[str, str, str] | None:
    """The group, version and kind of a built-in type that is a kind; ``None`` for a part of one."""
    if schema.kind is not Kind.OBJECT or not schema.ref:
        return None
    if not all(name in schema.properties for name in ("apiVersion", "kind")):
        return None
    if "metadata" not in schema.properties and not schema.struct.endswith("Options"):
        return None
    package, version, name = schema.ref.split(".")[-3:]
    if package == "meta":
        return "", version, name
    return _GROUPS[package], version, name


def object_meta() -> Schema:
    """``metav1.ObjectMeta``: the metadata of every object, custom resources too."""
    return named("meta/v1.ObjectMeta")


def _go(expression: str) -> str:
    """``[]core/v1.Container`` -> ``[]v1.Container``: how Go's messages say it."""
    prefix, slash, rest = expression.rpartition("/")
    if not slash:
        return expression
    return prefix[: max(prefix.rfind("]"), prefix.rfind("*")) + 1] + rest


def _field(said: dict[str, Any]) -> Schema:
    """A struct's field: its type, and what is said of this field alone."""
    expression: str = said["type"]
    pointer = expression.startswith("*")
    shape = _shape(expression.lstrip("*"))
    return _but(
        shape,
        pointer=pointer,
        always=said.get("always", False),
        default=said.get("default", ABSENT),
        list_type=said.get("list", shape.list_type),
        list_map_keys=tuple(said.get("keys", ())),
        map_type=said.get("map", shape.map_type),
        patch_merge_key=said.get("merge", ""),
        patch_strategies=tuple(said.get("strategy", ())),
    )


def _but(schema: Schema, **changes: Any) -> Schema:
    """``dataclasses.replace`` for a type that many fields share: the same node when nothing differs."""
    if all(getattr(schema, name) == value for name, value in changes.items()):
        return schema
    given = {name: getattr(schema, name) for name in Schema.__slots__}
    return Schema(**{**given, **changes})


@cache
def _shape(expression: str) -> Schema:
    """The node of a Go type, with nothing said about the field that has it."""
    if expression in _OWN_JSON:
        kind, ref, go = _OWN_JSON[expression]
        return Schema(kind=kind, ref=ref, go_type=go, preserve_unknown=expression in _OBJECTS)
    if expression in _SCHEMA_OR:
        return Schema(
            kind=Kind.ANY,
            additional=named("apiextensions/v1.JSONSchemaProps"),
            ref=_EXTENSIONS + expression,
            go_type="v1." + expression,
        )
    if expression.startswith("[]"):
        return Schema(kind=Kind.ARRAY, items=_shape(expression[2:].lstrip("*")), go_type=_go(expression))
    if expression.startswith("map["):
        values = _shape(expression.partition("]")[2].lstrip("*"))
        return Schema(kind=Kind.MAP, additional=values, go_type=_go(expression))
    file, _, name = expression.rpartition(".")
    alias = _package(file).aliases.get(name)
    if alias is None:
        return named(expression)
    keywords = {"enum": alias["enum"]} if alias.get("enum") else {}
    inner = _shape(alias["is"])
    return _but(
        inner,
        go_type=_go(expression),
        list_type=alias.get("list", inner.list_type),
        keywords={**inner.keywords, **keywords},
    )
