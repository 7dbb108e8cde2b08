"""The documents: ``/openapi/v3`` and one for each group and version below it, and ``/openapi/v2`` for all.

Nothing is kept: a document is built when somebody asks. The index tells a hash of each, by which clients keep
their copies; it is taken of what a document is made from, and remembered for each set of resources.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final, Protocol

import orjson

from karmada_nb.engine.apiserver.openapi import custom as own
from karmada_nb.engine.apiserver.openapi.definitions import META, Definitions, Dialect
from karmada_nb.engine.apiserver.openapi.paths import Paths
from karmada_nb.engine.apiserver.openapi.words import Words
from karmada_nb.engine.apiserver.schema import builtin
from karmada_nb.engine.apiserver.schema.catalogue import ResourceInfo
from karmada_nb.engine.apiserver.schema.schema import Kind, Schema
from karmada_nb.engine.meta import Object

_CONVENTIONS: Final = "https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md"
_BEARER: Final = {"type": "apiKey", "name": "authorization", "in": "header"}


class Served(Protocol):
    """What a document is made from: a resource at one version."""

    @property
    def info(self) -> ResourceInfo: ...

    @property
    def schema(self) -> Schema | None: ...

    @property
    def custom(self) -> bool: ...


def index(resources: Iterable[Served]) -> Object:
    """``GET /openapi/v3``: where the document of each group and version is."""
    by_path: dict[str, list[Served]] = {}
    for served in resources:
        by_path.setdefault(_path(served.info.group, served.info.version), []).append(served)
    paths = {
        path: {"serverRelativeURL": f"/openapi/v3/{path}?hash={_hash(path, group)}"}
        for path, group in sorted(by_path.items())
    }
    return {"paths": paths}


def _path(group: str, version: str) -> str:
    return f"apis/{group}/{version}" if group else f"api/{version}"


def _hash(path: str, group: Sequence[Served]) -> str:
    """Upper-case hexadecimal, as long as upstream's."""
    digest = hashlib.sha512(path.encode())
    for served in sorted(group, key=lambda one: one.info.plural):
        digest.update(_fingerprint(served.info, served.schema, served.custom))
    return digest.hexdigest().upper()


@lru_cache(maxsize=512)
def _fingerprint(info: ResourceInfo, schema: Schema | None, custom: bool) -> bytes:
    """Built-in types change with the program only; a custom schema may change at any time."""
    said = repr(info).encode()
    if schema is not None and custom:
        said += orjson.dumps(own.root(Definitions("v3", None), schema), option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(said).digest()


def document_v3(resources: Iterable[Served], group: str, version: str, server_version: str) -> Object | None:
    """``GET /openapi/v3/apis/<group>/<version>``; ``None`` when it is not served."""
    served = [one for one in resources if (one.info.group, one.info.version) == (group, version)]
    if not served:
        return None
    paths, definitions = _content("v3", served)
    return {
        "openapi": "3.0.0",
        "info": {"title": "Kubernetes", "version": server_version},
        "paths": paths,
        "components": {"schemas": definitions, "securitySchemes": {"BearerToken": _BEARER}},
    }


def document_v2(resources: Iterable[Served], server_version: str) -> Object:
    """``GET /openapi/v2``: everything in one document."""
    paths, definitions = _content("v2", list(resources))
    return {
        "swagger": "2.0",
        "info": {"title": "Kubernetes", "version": server_version},
        "paths": paths,
        "definitions": definitions,
        "securityDefinitions": {"BearerToken": _BEARER},
        "security": [{"BearerToken": []}],
    }


def _content(dialect: Dialect, resources: Sequence[Served]) -> tuple[Object, Object]:
    definitions = Definitions(dialect, Words())
    definitions.add(META + "Patch", {"type": "object"})
    for name in ("DeleteOptions", "Status"):
        definitions.refer(builtin.named(f"meta/v1.{name}"))
    writer = Paths(definitions)
    paths: Object = {}
    for served in sorted(resources, key=lambda one: (one.info.group, one.info.version, one.info.plural)):
        info = served.info
        kind, kind_list = _custom(definitions, served) if served.custom else _built_in(definitions, info)
        parts = {
            part.name: _part(definitions, info, part.group, part.version, part.kind, kind)
            for part in info.subresources
        }
        paths |= writer.of(info, kind, kind_list, parts, served.custom)
    return dict(sorted(paths.items())), definitions.finished()


def _built_in(definitions: Definitions, info: ResourceInfo) -> tuple[Object, Object]:
    kind = builtin.resource(info.group, info.version, info.kind)
    kind_list = builtin.resource(info.group, info.version, info.listed_as)
    anything: Object = {"type": "object"}
    return (
        definitions.refer(kind) if kind else anything,
        definitions.refer(kind_list) if kind_list else anything,
    )


def _part(
    definitions: Definitions, info: ResourceInfo, group: str, version: str, kind: str, own: Object
) -> Object:
    """The type that a subresource speaks."""
    if not version and kind == info.kind:
        return own
    schema = builtin.resource(group if version else info.group, version or info.version, kind)
    return definitions.refer(schema) if schema else {"type": "object"}


def _custom(definitions: Definitions, served: Served) -> tuple[Object, Object]:
    info = served.info
    stem = ".".join([*reversed(info.group.split(".")), info.version, ""])
    whole = own.root(definitions, served.schema or Schema(kind=Kind.OBJECT, preserve_unknown=True))
    about = {"group": info.group, "version": info.version}
    kind = definitions.add(
        stem + info.kind, {**whole, "x-kubernetes-group-version-kind": [{**about, "kind": info.kind}]}
    )
    words = definitions.words.list_fields() if definitions.words else {}
    text = Schema(kind=Kind.STRING)
    items = {
        "type": "array",
        "items": kind,
        "description": f"List of {info.plural}. More info: {_CONVENTIONS}",
    }
    kind_list: Object = {
        "type": "object",
        "description": f"{info.listed_as} is a list of {info.kind}",
        "required": ["items"],
        "properties": {
            "apiVersion": definitions.inline(text, words.get("apiVersion", "")),
            "items": items,
            "kind": definitions.inline(text, words.get("kind", "")),
            "metadata": definitions.inline(builtin.named("meta/v1.ListMeta"), words.get("metadata", "")),
        },
        "x-kubernetes-group-version-kind": [{**about, "kind": info.listed_as}],
    }
    return kind, definitions.add(stem + info.listed_as, kind_list)
