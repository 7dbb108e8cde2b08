"""Field validation: fields said twice, fields that nobody knows, and how the API server words both.

Follows sigs.k8s.io/json (duplicate and unknown fields in document order) and k8s.io/apimachinery
pkg/runtime/serializer/json (YAML is looked over before it becomes JSON).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, Final

import yaml

from karmada_nb.engine.errors import StatusError, bad_request

STRICT: Final = "Strict"
IGNORE: Final = "Ignore"

_Loader: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Pairs(list[tuple[str, Any]]):
    """An object in which a key was said more than once: all that was said, in order."""


def _object(pairs: list[tuple[str, Any]]) -> Any:
    said = dict(pairs)
    return said if len(said) == len(pairs) else _Pairs(pairs)


class _Found(Exception):
    """A key was said twice."""


def _refuse(pairs: list[tuple[str, Any]]) -> None:
    if len({key for key, _ in pairs}) != len(pairs):
        raise _Found


# Numbers stay text: only keys count here, and Python refuses to read very long ones.
_LOOK: Final = json.JSONDecoder(object_pairs_hook=_refuse, parse_int=str)
_KEEP: Final = json.JSONDecoder(object_pairs_hook=_object, parse_int=str)


def has_duplicates(body: bytes) -> bool:
    """Whether some object of a JSON document says a key twice."""
    try:
        _LOOK.decode(body.decode())
    except _Found:
        return True
    return False


def find_duplicates(body: bytes) -> list[str]:
    """Paths of the fields of a JSON document that were said before, in document order."""
    if not has_duplicates(body):
        return []
    places = _places(_KEEP.decode(body.decode()), "")
    return [path for path, again in places if again]


def unknown_only(unknown: Sequence[str]) -> list[str]:
    """What is strictly wrong with an object whose bytes nobody saw."""
    return [f'unknown field "{path}"' for path in unknown]


def sorted_unknown(unknown: Sequence[str]) -> list[str]:
    """The same, where the fields came in the order of their names."""
    return unknown_only(sorted(unknown))


def problems(body: bytes, unknown: Sequence[str]) -> list[str]:
    """What is strictly wrong with a JSON body: duplicate and ``unknown`` fields, in document order."""
    if not has_duplicates(body):
        return unknown_only(unknown)
    rest = set(unknown)
    found: list[str] = []
    for path, again in _places(_KEEP.decode(body.decode()), ""):
        if path in rest:
            found.append(f'unknown field "{path}"')
        elif again:
            found.append(f'duplicate field "{path}"')
    return list(dict.fromkeys(found))


def _places(value: Any, path: str) -> Iterator[tuple[str, bool]]:
    """Every field in document order, and whether its object had said it before."""
    if isinstance(value, _Pairs | dict):
        seen: set[str] = set()
        for key, item in value.items() if isinstance(value, dict) else value:
            below = f"{path}.{key}" if path else key
            yield below, key in seen
            seen.add(key)
            yield from _places(item, below)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _places(item, f"{path}[{index}]")


_OPERATION: Final = frozenset({"op", "path", "from", "value"})


def merge_patch_problems(body: bytes) -> list[str]:
    """Fields that a patch in the form of an object says twice."""
    return [f'duplicate field "{path}"' for path in dict.fromkeys(find_duplicates(body))]


def json_patch_problems(body: bytes) -> list[str]:
    """What is strictly wrong with the text of a JSON patch, in document order."""
    found: list[str] = []
    for path, again in _places(_KEEP.decode(body.decode()), ""):
        _, _, name = path.partition("].")
        if name and "." not in name and "[" not in name and name not in _OPERATION:
            found.append(f'json patch unknown field "{path}"')
        elif again:
            found.append(f'json patch duplicate field "{path}"')
    return list(dict.fromkeys(found))


def yaml_duplicates(text: str | bytes) -> list[str]:
    """Keys of a YAML document that were said before, each with its line."""
    return [f'line {line}: key "{key}" already set in map' for line, key in _yaml_duplicates(text)]


def yaml_problems(text: str | bytes, unknown: Sequence[str]) -> list[str]:
    """What is strictly wrong with a YAML body."""
    told = yaml_duplicates(text)
    head = ["yaml: unmarshal errors:\n  " + "\n  ".join(told)] if told else []
    return [*head, *unknown_only(unknown)]


def _yaml_duplicates(text: str | bytes) -> Iterator[tuple[int, str]]:
    root = next(yaml.compose_all(text, _Loader), None)
    nodes = [root] if root is not None else []
    while nodes:
        node = nodes.pop()
        if isinstance(node, yaml.MappingNode):
            seen: set[str] = set()
            for key, _ in node.value:
                if key.value in seen:
                    yield key.start_mark.line + 1, key.value
                seen.add(key.value)
            nodes.extend(item for _, item in reversed(node.value))
        elif isinstance(node, yaml.SequenceNode):
            nodes.extend(reversed(node.value))


def cannot_be_handled(kind: str, version: str, why: str) -> StatusError:
    """The 400 for an object that cannot be read as its kind."""
    return bad_request(f'{kind} in version "{version}" cannot be handled as a {kind}: {why}')


def strict_decoding_error(found: Sequence[str]) -> str:
    return "strict decoding error: " + ", ".join(found)


def judge(mode: str, kind: str, version: str, found: Sequence[str]) -> list[str]:
    """The warnings to send under this ``fieldValidation`` (default: Warn). Strict raises the 400."""
    if not found or mode == IGNORE:
        return []
    if mode == STRICT:
        raise cannot_be_handled(kind, version, strict_decoding_error(found))
    return list(found)
