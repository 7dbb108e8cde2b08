"""Bodies in protobuf, as Go's typed clients send them: read into the JSON form that everything else uses.

The envelope is k8s.io/apimachinery's ``runtime.Unknown`` behind four magic bytes. The field numbers of all
messages are in ``protobuf/*.json``, made by ``tools/extract_protobuf.py``; answers are never in protobuf,
for every client that sends it reads JSON too.
"""

from __future__ import annotations

import base64
import struct
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

import orjson

from karmada_nb.engine import golang, meta
from karmada_nb.engine.apiserver.schema.builtin import PACKAGES
from karmada_nb.engine.meta import Object

_MAGIC: Final = b"k8s\x00"
_FOLDER: Final = Path(__file__).parent / "protobuf"
_OPTIONS: Final = ("DeleteOptions", "CreateOptions", "UpdateOptions", "PatchOptions", "ListOptions")

Raw = bytes | int
Convert = Callable[[Any], Any]


class _Field(NamedTuple):
    """``name`` is ``""`` for members that stand in their parent, ``*`` for what is the whole message."""

    name: str
    form: str
    convert: Convert


def read(data: bytes) -> Object:
    """The object in a body. Raises ValueError for bytes that are none, or of a type that is not known."""
    if not data.startswith(_MAGIC):
        raise ValueError(
            "provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]"
        )
    try:
        envelope = dict(_fields(data[len(_MAGIC) :]))
        typed = {number: _bytes(value).decode() for number, value in _fields(_bytes(envelope[1]))}
        api_version, kind = typed.get(1, ""), typed.get(2, "")
        raw = _bytes(envelope.get(2, b""))
        obj = _struct(_message_of(api_version, kind), raw)
    except (IndexError, KeyError, TypeError, UnicodeDecodeError, struct.error) as error:
        raise ValueError(f"proto: {type(error).__name__}: {error}") from None
    return {"kind": kind, "apiVersion": api_version, **obj}


def _message_of(api_version: str, kind: str) -> str:
    group, version = meta.group_version(api_version)
    if kind in _OPTIONS:
        return f"meta/v1.{kind}"
    package = PACKAGES.get(group)
    if package is None:
        raise ValueError(f'no kind "{kind}" is registered for version "{api_version}"')
    return f"{package}/{version}.{kind}"


@cache
def _package(name: str) -> dict[str, dict[str, str]]:
    path = _FOLDER / f"{name.replace('/', '.')}.json"
    if not path.exists():
        raise ValueError(f"no protobuf messages are known of {name}")
    found: dict[str, dict[str, str]] = orjson.loads(path.read_bytes())
    return found


@cache
def _plan(message: str) -> dict[int, _Field]:
    package, _, name = message.rpartition(".")
    told = _package(package).get(name)
    if told is None:
        raise ValueError(f"no protobuf message is known of {message}")
    plan: dict[int, _Field] = {}
    for number, text in told.items():
        field, _, kind = text.partition(" ")
        form = kind[:2] if kind[:2] in ("[]", "{}") else ""
        plan[int(number)] = _Field(field, form, _converter(kind[len(form) :], package))
    return plan


def _converter(kind: str, package: str) -> Convert:
    own = _OWN.get(kind)
    if own is not None:
        return own
    message = kind if "/" in kind else f"{package}.{kind}"
    special = _SPECIAL.get(message)
    if special is not None:
        return lambda raw: special(raw)
    return lambda raw: _struct(message, raw)


def _fields(data: bytes) -> Iterator[tuple[int, Raw]]:
    at, end = 0, len(data)
    while at < end:
        tag, at = _varint(data, at)
        wire = tag & 7
        if wire == 0:
            value, at = _varint(data, at)
            yield tag >> 3, value
        elif wire == 2:
            length, at = _varint(data, at)
            if at + length > end:
                raise ValueError("unexpected EOF")
            yield tag >> 3, data[at : at + length]
            at += length
        elif wire in (1, 5):
            size = 8 if wire == 1 else 4
            yield tag >> 3, data[at : at + size]
            at += size
        else:
            raise ValueError(f"proto: illegal wireType {wire}")


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7
        if shift > 63:
            raise ValueError("proto: integer overflow")


def _struct(message: str, data: bytes) -> Any:
    plan = _plan(message)
    out: Object = {}
    for number, raw in _fields(data):
        field = plan.get(number)
        if field is None:
            continue
        name, form, convert = field
        if form == "[]":
            out.setdefault(name, []).append(convert(raw))
        elif form == "{}":
            entry = dict(_fields(_bytes(raw)))
            out.setdefault(name, {})[_bytes(entry.get(1, b"")).decode()] = convert(entry.get(2, b""))
        elif name:
            out[name] = convert(raw)
        else:
            out.update(convert(raw))
    if any(field.name == "*" for field in plan.values()):
        return out.get("*", [])
    return out


def _bytes(raw: Raw) -> bytes:
    if isinstance(raw, int):
        raise TypeError("a length-delimited field was expected")
    return raw


def _integer(raw: Raw) -> int:
    if not isinstance(raw, int):
        if raw:
            raise TypeError("a varint was expected")
        return 0
    return raw - (1 << 64) if raw >= 1 << 63 else raw


def _time(raw: bytes) -> str | None:
    parts = dict(_fields(raw))
    if not parts:
        return None
    return meta.rfc3339(datetime.fromtimestamp(_integer(parts.get(1, 0)), UTC))


def _micro_time(raw: bytes) -> str | None:
    parts = dict(_fields(raw))
    if not parts:
        return None
    moment = datetime.fromtimestamp(_integer(parts.get(1, 0)), UTC)
    return meta.rfc3339_micro(moment.replace(microsecond=_integer(parts.get(2, 0)) // 1000))


def _json(raw: bytes) -> Any:
    inner = _bytes(dict(_fields(raw)).get(1, b""))
    return orjson.loads(inner) if inner else None


def _int_or_string(raw: bytes) -> int | str:
    parts = dict(_fields(raw))
    if _integer(parts.get(1, 0)):
        return _bytes(parts.get(3, b"")).decode()
    return _integer(parts.get(2, 0))


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


_PROPS: Final = "apiextensions/v1.JSONSchemaProps"


def _schema_or_bool(raw: bytes) -> Any:
    parts = dict(_fields(raw))
    return _struct(_PROPS, _bytes(parts[2])) if 2 in parts else bool(parts.get(1, 0))


def _schema_or_list(raw: bytes) -> Any:
    parts = list(_fields(raw))
    for number, value in parts:
        if number == 1:
            return _struct(_PROPS, _bytes(value))
    return [_struct(_PROPS, _bytes(value)) for _, value in parts]


def _schema_or_names(raw: bytes) -> Any:
    parts = list(_fields(raw))
    for number, value in parts:
        if number == 1:
            return _struct(_PROPS, _bytes(value))
    return [_bytes(value).decode() for _, value in parts]


_OWN: Final[dict[str, Convert]] = {
    "string": lambda raw: raw.decode(),
    "bytes": _base64,
    "bool": bool,
    "double": lambda raw: struct.unpack("<d", raw)[0],
    "int32": _integer,
    "int64": _integer,
    "uint32": _integer,
    "uint64": _integer,
    "Time": _time,
    "MicroTime": _micro_time,
    "Duration": lambda raw: golang.duration(_integer(dict(_fields(raw)).get(1, 0))),
    "Quantity": lambda raw: _bytes(dict(_fields(raw)).get(1, b"")).decode() or "0",
    "IntOrString": _int_or_string,
    "RawExtension": _json,
    "FieldsV1": _json,
}
_SPECIAL: Final[dict[str, Convert]] = {
    "apiextensions/v1.JSON": _json,
    "apiextensions/v1.JSONSchemaPropsOrArray": _schema_or_list,
    "apiextensions/v1.JSONSchemaPropsOrBool": _schema_or_bool,
    "apiextensions/v1.JSONSchemaPropsOrStringArray": _schema_or_names,
}
