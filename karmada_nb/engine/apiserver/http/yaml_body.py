"""YAML as plain JSON values, built from the parser's events so that no document can be too much.

Nesting, the number of values and what aliases stand for are counted while reading; a loader that composes
a tree first recurses as deep, and grows as large, as the document likes. Follows sigs.k8s.io/yaml.
"""

import base64
import math
from typing import Any, Final

import yaml

from karmada_nb.engine.apiserver.http.depth import MAX_DEPTH, TOO_DEEP

VALUES: Final = 50_000
"""How many values a document may have, aliases written out."""
_Loader: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TAG: Final = "tag:yaml.org,2002:"
_MERGE: Final = _TAG + "merge"
_LAST: Final = (yaml.SequenceEndEvent, yaml.MappingEndEvent)


class _Events(_Loader):  # type: ignore[misc]
    """The parser, and YAML's rules for plain words; but a date is text, as it is to every client."""

    yaml_implicit_resolvers = {
        first: [(tag, regexp) for tag, regexp in resolvers if tag != _TAG + "timestamp"]
        for first, resolvers in _Loader.yaml_implicit_resolvers.items()
    }


def load(data: bytes) -> Any:
    """The first document's value. Raises ValueError with what go-yaml would say."""
    try:
        return _Reader(data).document()
    except yaml.MarkedYAMLError as error:
        raise ValueError(f"yaml: {_place(error)}did not find {_wanted(error.problem or '')}") from None
    except yaml.reader.ReaderError:
        raise ValueError("yaml: invalid leading UTF-8 octet") from None
    except yaml.YAMLError as error:
        raise ValueError(f"yaml: {error}") from None


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._events: Any = _Events(data)
        self._anchors: dict[str, tuple[Any, int, int]] = {}
        self._open: set[str] = set()
        self._count = 0

    def document(self) -> Any:
        event = self._events.get_event()
        while not isinstance(event, yaml.StreamEndEvent):
            if isinstance(event, yaml.DocumentStartEvent):
                return self._value(self._events.get_event(), 1)[0]
            event = self._events.get_event()
        return None

    def _value(self, event: Any, depth: int) -> tuple[Any, int]:
        """The value that an event begins, and how many levels are in it."""
        if isinstance(event, yaml.AliasEvent):
            return self._alias(str(event.anchor), depth)
        if depth > MAX_DEPTH:
            raise ValueError(TOO_DEEP)
        before = self._count
        self._counted(1)
        if isinstance(event, yaml.ScalarEvent):
            value, levels = self._scalar(event), 0
        else:
            if event.anchor:
                self._open.add(event.anchor)
            read = self._list if isinstance(event, yaml.SequenceStartEvent) else self._map
            value, levels = read(depth)
            self._open.discard(event.anchor)
        if event.anchor:
            self._anchors[event.anchor] = (value, levels, self._count - before)
        return value, levels

    def _list(self, depth: int) -> tuple[Any, int]:
        items, deepest = [], 0
        while not isinstance(event := self._events.get_event(), _LAST):
            item, levels = self._value(event, depth + 1)
            items.append(item)
            deepest = max(deepest, levels)
        return items, deepest + 1

    def _map(self, depth: int) -> tuple[Any, int]:
        found: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        deepest = 0
        while not isinstance(event := self._events.get_event(), _LAST):
            merge = isinstance(event, yaml.ScalarEvent) and self._tag(event) == _MERGE
            key = self._value(event, depth + 1)[0]
            value, levels = self._value(self._events.get_event(), depth + 1)
            deepest = max(deepest, levels)
            if not merge:
                found[_key(key)] = value
                continue
            for part in reversed(value if isinstance(value, list) else [value]):
                if not isinstance(part, dict):
                    raise ValueError("yaml: map merge requires map or sequence of maps as the value")
                merged |= part
        return {**merged, **found}, deepest + 1

    def _alias(self, anchor: str, depth: int) -> tuple[Any, int]:
        if anchor in self._open:
            raise ValueError(f"yaml: anchor '{anchor}' value contains itself")
        if anchor not in self._anchors:
            raise ValueError(f"yaml: unknown anchor '{anchor}' referenced")
        value, levels, size = self._anchors[anchor]
        if depth + levels > MAX_DEPTH:
            raise ValueError(TOO_DEEP)
        self._counted(size)
        return value, levels

    def _counted(self, values: int) -> None:
        self._count += values
        if self._count > VALUES:
            aliased = " (aliases written out)" if self._anchors else ""
            raise ValueError(f"yaml: expected at most {VALUES} values in a document{aliased}, found more")

    def _tag(self, event: Any) -> str:
        if event.tag and event.tag != "!":
            return str(event.tag)
        return str(self._events.resolve(yaml.ScalarNode, event.value, event.implicit))

    def _scalar(self, event: Any) -> Any:
        text, tag = event.value, self._tag(event)
        match tag.removeprefix(_TAG):
            case "null":
                return None
            case "int" if ":" not in text:
                return _integer(self._events, text)
            case "float" if ":" not in text:
                return _finite(self._events.construct_yaml_float(yaml.ScalarNode(tag, text)))
            case "bool":
                return self._events.construct_yaml_bool(yaml.ScalarNode(tag, text))
            case "binary":
                return base64.b64decode(text).decode(errors="replace")
        return text.encode(errors="replace").decode()


def _integer(loader: Any, text: str) -> int | float:
    """Beyond 64 bits a number is what JSON readers make of it: a float."""
    if len(text) > 400:
        raise ValueError(f"json: unsupported value: {text[:20]}...")
    value: int = loader.construct_yaml_int(yaml.ScalarNode(_TAG + "int", text))
    return value if -(2**63) <= value < 2**64 else _finite(float(value))


def _finite(value: float) -> float:
    if not math.isfinite(value):
        raise ValueError(f"json: unsupported value: {'NaN' if value != value else f'{value:+}'[:4].title()}")
    return value


def _key(key: Any) -> str:
    """A key as text. Raises ValueError for a key that is a list or an object."""
    if isinstance(key, bool):
        return "true" if key else "false"
    if isinstance(key, (dict, list)):
        raise ValueError(f"yaml: invalid map key: {key!r}"[:200])
    return "null" if key is None else str(key)


def _place(error: yaml.MarkedYAMLError) -> str:
    """The line that go-yaml names: the context's where it is not the first, else the problem's."""
    scanning = isinstance(error, yaml.scanner.ScannerError)
    for mark in (error.context_mark, error.problem_mark):
        if mark is not None and mark.line:
            return f"line {mark.line + scanning}: "
    return ""


def _wanted(problem: str) -> str:
    return problem.removeprefix("did not find ").partition(", but")[0]
