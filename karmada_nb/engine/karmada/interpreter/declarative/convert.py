"""What a script returned, as an object: which of its empty tables are lists, and which are maps.

Follows pkg/resourceinterpreter/customized/declarative/luavm/lua_convert.go. An empty Lua table arrives as an
empty list. Where the objects that the script was given have an empty map in that place it becomes one, where
they have an empty list it stays one, and where they have neither it goes.
"""

from __future__ import annotations

from typing import Any, Final, TypeAlias

import orjson

from karmada_nb.engine.karmada.interpreter.base import InterpreterError
from karmada_nb.engine.meta import Object

Path: TypeAlias = tuple[str, ...]
"""Names of fields; the items of a list all lie at the path of the list."""

_GONE: Final = object()


def converted(text: str, *references: Any, of_list: bool = False) -> Any:
    """The JSON of a table as the value that it stands for; ``of_list``: the whole of it is to be a list.

    Raises InterpreterError for a table that is nested too deep to be read.
    """
    lists: set[Path] = set()
    maps: set[Path] = set()
    try:
        found = orjson.loads(text)
        if found == []:
            return [] if of_list else {}
        for reference in references:
            _note_empty(reference, (), lists, maps)
        return _restored(found, (), lists, maps)
    except (orjson.JSONDecodeError, RecursionError):
        raise InterpreterError("json unmarshal obj failed: exceeded max depth") from None


def as_object(value: Any) -> Object:
    """The value as the API object it must be. Raises InterpreterError."""
    if not isinstance(value, dict):
        raise InterpreterError(
            "json unmarshal obj failed: json: cannot unmarshal array into Go value of type "
            "map[string]interface {}"
        )
    if not value.get("kind"):
        said = orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
        raise InterpreterError(f"json unmarshal obj failed: Object 'Kind' is missing in '{said}'")
    return value


def _note_empty(value: Any, path: Path, lists: set[Path], maps: set[Path]) -> None:
    children = value.items() if isinstance(value, dict) else ((None, item) for item in value)
    for name, child in children:
        at = path if name is None else (*path, name)
        if child == []:
            lists.add(at)
        elif child == {}:
            maps.add(at)
        elif isinstance(child, (dict, list)):
            _note_empty(child, at, lists, maps)


def _restored(value: Any, path: Path, lists: set[Path], maps: set[Path]) -> Any:
    def child(item: Any, at: Path) -> Any:
        if item == []:
            return {} if at in maps else ([] if at in lists else _GONE)
        return _restored(item, at, lists, maps) if isinstance(item, (dict, list)) else item

    if isinstance(value, list):
        return [done for item in value if (done := child(item, path)) is not _GONE]
    found = ((name, child(item, (*path, name))) for name, item in value.items())
    return {name: done for name, done in found if done is not _GONE}
