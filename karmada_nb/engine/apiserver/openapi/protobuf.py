"""The v2 document as protobuf, which is the only form in which kubectl and client-go read it.

Follows the message numbers of gnostic's openapiv2/OpenAPIv2.proto. Only the fields that our documents have
are written. Free values (defaults, enums, extensions) travel as YAML text, of which JSON is a part.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import orjson

from karmada_nb.engine.meta import Object

MEDIA_TYPE: Final = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf"
"""What is sent. Clients ask for it with ``@`` for the first dot, which no media type may have."""

Encode = Callable[[Any], bytes]


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def _bytes(field: int, value: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(value)) + value


def _text(field: int) -> Encode:
    return lambda value: _bytes(field, value.encode())


def _texts(field: int) -> Encode:
    return lambda values: b"".join(_bytes(field, value.encode()) for value in values)


def _number(field: int) -> Encode:
    return lambda value: _varint(field << 3) + _varint(int(value) & (2**64 - 1))


def _double(field: int) -> Encode:
    return lambda value: _varint(field << 3 | 1) + struct.pack("<d", value)


def _message(field: int, encode: Encode) -> Encode:
    return lambda value: _bytes(field, encode(value))


def _each(field: int, encode: Encode) -> Encode:
    return lambda values: b"".join(_bytes(field, encode(value)) for value in values)


def _free(value: Any) -> bytes:
    """An ``Any``: YAML text."""
    return _bytes(2, orjson.dumps(value))


def _named(field: int, encode: Encode) -> Encode:
    """A map as a list of name and value."""

    def run(values: Mapping[str, Any]) -> bytes:
        return b"".join(
            _bytes(field, _bytes(1, name.encode()) + _bytes(2, encode(value)))
            for name, value in values.items()
        )

    return run


def _fields(value: Object, known: Mapping[str, Encode], extensions: int) -> Iterator[bytes]:
    for name, item in value.items():
        encode = known.get(name)
        if encode is not None:
            yield encode(item)
        elif name.startswith("x-"):
            yield _bytes(extensions, _bytes(1, name.encode()) + _bytes(2, _free(item)))


def _schema(value: Object) -> bytes:
    return b"".join(_fields(value, _SCHEMA, 31))


def _additional(value: Any) -> bytes:
    return _number(2)(value) if isinstance(value, bool) else _bytes(1, _schema(value))


_SCHEMA: Final[dict[str, Encode]] = {
    "$ref": _text(1),
    "format": _text(2),
    "title": _text(3),
    "description": _text(4),
    "default": _message(5, _free),
    "multipleOf": _double(6),
    "maximum": _double(7),
    "exclusiveMaximum": _number(8),
    "minimum": _double(9),
    "exclusiveMinimum": _number(10),
    "maxLength": _number(11),
    "minLength": _number(12),
    "pattern": _text(13),
    "maxItems": _number(14),
    "minItems": _number(15),
    "uniqueItems": _number(16),
    "maxProperties": _number(17),
    "minProperties": _number(18),
    "required": _texts(19),
    "enum": _each(20, _free),
    "additionalProperties": _message(21, _additional),
    "type": _message(22, _text(1)),
    "items": _message(23, _message(1, _schema)),
    "properties": _message(25, _named(1, _schema)),
}
_BODY: Final[dict[str, Encode]] = {
    "name": _text(2),
    "in": _text(3),
    "required": _number(4),
    "schema": _message(5, _schema),
}
_QUERY: Final[dict[str, Encode]] = {
    "in": _text(2),
    "name": _text(4),
    "type": _text(6),
    "uniqueItems": _number(20),
}
_IN_PATH: Final[dict[str, Encode]] = {
    "required": _number(1),
    "in": _text(2),
    "name": _text(4),
    "type": _text(5),
    "uniqueItems": _number(19),
}


def _parameter(value: Object) -> bytes:
    if value["in"] == "body":
        parameter = _bytes(1, b"".join(_fields(value, _BODY, 6)))
    elif value["in"] == "query":
        parameter = _bytes(2, _bytes(3, b"".join(_fields(value, _QUERY, 23))))
    else:
        parameter = _bytes(2, _bytes(4, b"".join(_fields(value, _IN_PATH, 22))))
    return _bytes(1, parameter)


def _answer(value: Object) -> bytes:
    known = {"description": _text(1), "schema": _message(2, _message(1, _schema))}
    return _bytes(1, b"".join(_fields(value, known, 5)))


_OPERATION: Final[dict[str, Encode]] = {
    "tags": _texts(1),
    "operationId": _text(5),
    "produces": _texts(6),
    "consumes": _texts(7),
    "parameters": _each(8, _parameter),
    "responses": _message(9, _named(1, _answer)),
}


def _operation(value: Object) -> bytes:
    return b"".join(_fields(value, _OPERATION, 13))


_PATH: Final[dict[str, Encode]] = {
    "get": _message(2, _operation),
    "put": _message(3, _operation),
    "post": _message(4, _operation),
    "delete": _message(5, _operation),
    "patch": _message(8, _operation),
    "parameters": _each(9, _parameter),
}
_DOCUMENT: Final[dict[str, Encode]] = {
    "swagger": _text(1),
    "info": _message(2, lambda info: _text(1)(info["title"]) + _text(2)(info["version"])),
    "paths": _message(8, _named(2, lambda path: b"".join(_fields(path, _PATH, 10)))),
    "definitions": _message(9, _named(1, _schema)),
}


def encode(document: Object) -> bytes:
    """A v2 document in protobuf."""
    return b"".join(_fields(document, _DOCUMENT, 16))
