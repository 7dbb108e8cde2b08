"""Runs one function of a script, in a Lua state of its own.

Follows pkg/resourceinterpreter/customized/declarative/luavm/lua.go. Karmada keeps a pool of states, in which
what one script leaves behind lies about for the next; here every run has a new one (it takes a third of a
millisecond), so a script sees its arguments and nothing else. Scripts are Lua 5.1 with ``goto``, which is
what Lua 5.2 understands; ``sandbox.lua`` takes from it what Karmada's Lua does not have. A run may take a
second of CPU and ``MAX_MEMORY`` bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from karmada_nb.engine.karmada.interpreter.base import InterpreterError
from karmada_nb.engine.karmada.interpreter.declarative import kube, os_library

MAX_MEMORY: Final = 64 * 2**20

Clock = Callable[[], datetime]
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Result:
    """A value that a script returned: ``kind`` is Lua's name of its type, a table's ``value`` its JSON."""

    kind: str
    value: Any


def silent(text: str) -> None:
    """What scripts print is of no interest to a control plane."""


@cache
def _sandbox() -> str:
    return (Path(__file__).parent / "sandbox.lua").read_text()


def compile_complaint(script: str) -> str:
    """What the compiler says of a script that does not parse, empty for one that does. Nothing is run."""
    # Imported on first use: most labs never write a script, and the library takes its time to load.
    from lupa import lua52

    found = lua52.LuaRuntime().execute("return select(2, load(..., '=<string>', 't'))", script)
    return str(found or "")


def run_script(
    script: str, function: str, count: int, arguments: Sequence[Any], clock: Clock, say: Say = silent
) -> list[Result]:
    """Call a function that the script defines, and take ``count`` results.

    Raises InterpreterError with Lua's words for whatever goes wrong in there.
    """
    from lupa import lua52

    try:
        lua = lua52.LuaRuntime(
            register_eval=False,
            register_builtins=False,
            unpack_returned_tuples=True,
            attribute_filter=_no_attributes,
            overflow_handler=float,
            max_memory=MAX_MEMORY,
        )

        def table(value: Any) -> Any:
            if isinstance(value, (dict, list)):
                return lua.table_from(_without_nulls(value), recursive=True)
            return value

        host = lua.table_from({**kube.library(table), **os_library.library(table, clock), "say": say})
        run = lua.execute(_sandbox(), host)
        fine, *found = run(script, function, count, *map(table, arguments))
    except lua52.LuaMemoryError:
        raise InterpreterError("not enough memory") from None
    except (lua52.LuaError, UnicodeDecodeError) as error:
        raise InterpreterError(str(error)) from None
    if not fine:
        raise InterpreterError(found[0])
    return [Result(kind, value) for kind, value in zip(found[::2], found[1::2], strict=True)]


def _no_attributes(obj: object, name: object, setting: bool) -> str:
    raise AttributeError("access denied")


def _without_nulls(value: Any) -> Any:
    """Lua's tables have no nulls: a field that is null is not there."""
    if isinstance(value, dict):
        return {key: _without_nulls(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_without_nulls(item) for item in value if item is not None]
    return value
