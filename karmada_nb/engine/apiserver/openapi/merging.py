"""Other servers' OpenAPI v2 documents in ours: their paths, and the definitions that these speak of.

Follows k8s.io/kube-openapi pkg/aggregator/aggregator.go: definitions of one name and different content go by
``name_v2``, ``name_v3`` and so on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from karmada_nb.engine.meta import Object

_PREFIX: Final = "#/definitions/"


def merged(own: Object, others: Iterable[tuple[str, Object]]) -> Object:
    """``others``: the root below which a server's paths count (``/apis/group/version``), and its document."""
    paths, definitions = dict(own["paths"]), dict(own["definitions"])
    for root, document in others:
        theirs = {
            path: item
            for path, item in (document.get("paths") or {}).items()
            if path.rstrip("/") == root or path.startswith(f"{root}/")
        }
        wanted = _reached(theirs, document.get("definitions") or {})
        names = {name: _free(name, said, definitions) for name, said in wanted.items()}
        for name, said in wanted.items():
            definitions[names[name]] = _renamed(said, names)
        paths |= {path: _renamed(item, names) for path, item in theirs.items() if path not in paths}
    return {**own, "paths": dict(sorted(paths.items())), "definitions": dict(sorted(definitions.items()))}


def _reached(start: Any, definitions: Mapping[str, Any]) -> dict[str, Any]:
    """The definitions that are spoken of, directly or by others."""
    found: dict[str, Any] = {}
    waiting = [start]
    while waiting:
        for name in _references(waiting.pop()):
            if name in definitions and name not in found:
                found[name] = definitions[name]
                waiting.append(definitions[name])
    return found


def _references(said: Any) -> Iterable[str]:
    if isinstance(said, dict):
        reference = said.get("$ref")
        if isinstance(reference, str) and reference.startswith(_PREFIX):
            yield reference.removeprefix(_PREFIX)
        for value in said.values():
            yield from _references(value)
    elif isinstance(said, list):
        for value in said:
            yield from _references(value)


def _free(name: str, said: Any, taken: Mapping[str, Any]) -> str:
    """The name under which a definition can be kept: its own, if nothing else goes by it."""
    candidate, number = name, 1
    while candidate in taken and taken[candidate] != said:
        number += 1
        candidate = f"{name}_v{number}"
    return candidate


def _renamed(said: Any, names: Mapping[str, str]) -> Any:
    if isinstance(said, dict):
        out = {key: _renamed(value, names) for key, value in said.items()}
        reference = said.get("$ref")
        if isinstance(reference, str) and reference.startswith(_PREFIX):
            name = reference.removeprefix(_PREFIX)
            out["$ref"] = _PREFIX + names.get(name, name)
        return out
    return [_renamed(value, names) for value in said] if isinstance(said, list) else said
