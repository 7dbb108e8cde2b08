"""Objects and lists as clients want them: as stored, as a Table, or as metadata alone.

Follows k8s.io/apiserver pkg/endpoints/handlers/response.go. Stored bytes are never encoded again where the
plain form is asked for: a list is put together from its records' bytes.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

import orjson

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.http.negotiation import Accepted
from karmada_nb.engine.apiserver.openapi.words import described
from karmada_nb.engine.apiserver.resource import Resource, Table
from karmada_nb.engine.apiserver.tables import table_for
from karmada_nb.engine.apiserver.verbs.read import Page
from karmada_nb.engine.errors import StatusError, bad_request
from karmada_nb.engine.meta import Object
from karmada_nb.engine.store import Record

CHUNK: Final = 256 * 1024
"""Bytes of a list that are joined before they are sent."""
_SCALE: Final = ("autoscaling", "Scale")
INCLUDES: Final = ("", "Metadata", "Object", "None")


def page_metadata(page: Page, custom: bool = False) -> Object:
    metadata: Object = {"resourceVersion": str(page.revision)} if page.revision else {}
    if page.token or custom:
        metadata["continue"] = page.token
    if page.remaining:
        metadata["remainingItemCount"] = page.remaining
    return metadata


def list_chunks(resource: Resource, page: Page) -> Iterator[bytes]:
    """A plain list in JSON, in pieces of about ``CHUNK`` bytes."""
    head = orjson.dumps(
        {
            "kind": resource.info.listed_as,
            "apiVersion": resource.api_version,
            "metadata": page_metadata(page, resource.custom),
        }
    )
    parts = [head[:-1], b',"items":[']
    size, separator = 0, b""
    typed = orjson.dumps({"kind": resource.kind, "apiVersion": resource.api_version})[:-1] + b","
    cut = 0 if resource.custom else len(typed)
    for record in page.records:
        data = record.encoded
        if separator:
            parts.append(separator)
        separator = b","
        if cut:
            if data.startswith(typed):
                parts.append(b"{")
                data = data[cut:]
            else:
                data = orjson.dumps(untyped(record.object))
        parts.append(data)
        size += len(data)
        if size >= CHUNK:
            yield b"".join(parts)
            parts, size = [], 0
    parts.append(b"]}\n")
    yield b"".join(parts)


def untyped(obj: Object) -> Object:
    """An item of a built-in list: its kind goes without saying."""
    return {k: v for k, v in obj.items() if k not in ("kind", "apiVersion")}


def list_object(resource: Resource, page: Page) -> Object:
    """A plain list as an object, for YAML and for people."""
    items = [r.object if resource.custom else untyped(r.object) for r in page.records]
    return {
        "kind": resource.info.listed_as,
        "apiVersion": resource.api_version,
        "metadata": page_metadata(page, resource.custom),
        "items": items,
    }


def include(query: Mapping[str, str]) -> str:
    """``includeObject`` of a Table request. Raises 400."""
    wanted = query.get("includeObject", "")
    if wanted not in INCLUDES:
        raise bad_request(
            f'Unable to convert to Table as requested: includeObject: Invalid value: "{wanted}": '
            "must be 'Metadata', 'Object', 'None', or empty"
        )
    return wanted


def partial(obj: Object, accepted: Accepted) -> Object:
    return {
        "kind": "PartialObjectMetadata",
        "apiVersion": f"meta.k8s.io/{accepted.version}",
        "metadata": obj.get("metadata") or {},
    }


def single(
    resource: Resource, obj: Object, accepted: Accepted, query: Mapping[str, str], now: datetime
) -> Object:
    """One object in the wanted transformation."""
    if accepted.kind == "Table":
        shown = include(query)
        head = {"resourceVersion": meta.resource_version(obj)}
        return table(resource, [obj], head, accepted, shown, now)
    return metadata(obj, accepted, go_type(resource, resource.kind)) if accepted.kind else obj


def metadata(obj: Object, accepted: Accepted, type_name: str) -> Object:
    """The metadata of one object. Raises 406 if those of a list were asked for."""
    if accepted.kind == "PartialObjectMetadataList":
        raise _mismatch(
            f"you requested PartialObjectMetadataList, but the requested object is not a list ({type_name})"
        )
    return partial(obj, accepted)


def many(
    resource: Resource, page: Page, accepted: Accepted, query: Mapping[str, str], now: datetime
) -> Object:
    """A list in the wanted transformation."""
    if accepted.kind == "Table":
        objects = [r.object for r in page.records]
        return table(resource, objects, page_metadata(page), accepted, include(query), now)
    if accepted.kind == "PartialObjectMetadataList":
        return {
            "kind": "PartialObjectMetadataList",
            "apiVersion": f"meta.k8s.io/{accepted.version}",
            "metadata": page_metadata(page),
            "items": [partial(r.object, accepted) for r in page.records] or None,
        }
    if accepted.kind == "PartialObjectMetadata":
        raise _mismatch("you requested PartialObjectMetadata, but the requested object is a list "
                        f"({go_type(resource, resource.info.listed_as)})")  # fmt: skip
    return list_object(resource, page)


def table(
    resource: Resource,
    objects: list[Object],
    metadata: Object,
    accepted: Accepted,
    shown: str,
    now: datetime,
    *,
    headers: bool = True,
) -> Object:
    """A ``meta.k8s.io`` Table; a watch sends the column definitions with its first event only."""
    printed = _printed(resource, objects)
    cells = printed.cells
    rows: list[Object] = []
    if printed.order is not None:
        objects = sorted(objects, key=printed.order)
    for obj in objects:
        inside = None if shown == "None" else obj if shown == "Object" else partial(obj, accepted)
        rows.append({"cells": cells(obj, now), "object": inside})
    columns = [
        {
            "name": column.name,
            "type": column.type,
            "format": column.format,
            "description": column.description or described(column.doc),
            "priority": column.priority,
        }
        for column in printed.columns
    ]
    return {
        "kind": "Table",
        "apiVersion": f"meta.k8s.io/{accepted.version}",
        "metadata": metadata,
        "columnDefinitions": columns if headers else None,
        "rows": rows,
    }


def _printed(resource: Resource, objects: list[Object]) -> Table:
    """The table of the kind; of the scale where it is that which is shown."""
    scaled = not resource.custom and bool(objects) and objects[0].get("kind") == _SCALE[1] != resource.kind
    return table_for(*_SCALE) if scaled else resource.table


def go_type(resource: Resource, kind: str) -> str:
    """The Go type that a refusal names."""
    if resource.custom:
        return "*unstructured.UnstructuredList" if kind.endswith("List") else "*unstructured.Unstructured"
    return f"*{resource.group.partition('.')[0] or 'core'}.{kind}"


def _mismatch(message: str) -> StatusError:
    return StatusError(406, "NotAcceptable", message)


def event_object(
    resource: Resource,
    record: Record,
    accepted: Accepted,
    shown: str,
    now: datetime,
    *,
    first: bool,
) -> Object:
    """The object of a watch event in the wanted transformation. Raises 406 where it is that of a list."""
    if accepted.kind == "Table":
        obj = record.object
        objects = [obj] if meta.name(obj) else []
        head = {"resourceVersion": meta.resource_version(obj)}
        if not objects and meta.annotations(obj):
            head = meta.metadata(obj)
        return table(resource, objects, head, accepted, shown, now, headers=first)
    if accepted.kind:
        return metadata(record.object, accepted, go_type(resource, resource.kind))
    return record.object
