"""Whether a Lua script parses. Scripts of interpreters are Lua 5.1."""

from __future__ import annotations


def lua_complaint(script: str) -> str:
    """What the compiler says of a script that does not parse, empty for one that does. Nothing is run."""
    # Imported on first use: most labs never write a script, and the library takes its time to load.
    from lupa import lua51

    try:
        lua51.LuaRuntime().compile(script)
    except lua51.LuaSyntaxError as err:
        return str(err)
    return ""
