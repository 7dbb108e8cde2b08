"""What Go's JSON decoder says about text that is not JSON.

Follows the scanner of Go's encoding/json: the first byte that cannot stand where it stands, and where.
"""

from __future__ import annotations

from typing import Final

_LITERALS: Final = {"t": "true", "f": "false", "n": "null"}
_END: Final = "unexpected end of JSON input"


def complaint(content: bytes) -> str:
    """The message for the first error at the start of a value; a general one deeper inside."""
    text = content.decode(errors="replace").lstrip(" \t\r\n")
    if not text:
        return _END
    word = _LITERALS.get(text[0])
    if word is not None:
        for index, wanted in enumerate(word):
            if index >= len(text):
                return _END
            if text[index] != wanted:
                return f"invalid character {_quoted(text[index])} in literal {word} (expecting '{wanted}')"
        return f"invalid character {_quoted(text[len(word)])} after top-level value"
    if text[0] in '{["-0123456789':
        return _END
    return f"invalid character {_quoted(text[0])} looking for beginning of value"


def _quoted(char: str) -> str:
    return r"'\''" if char == "'" else "'\"'" if char == '"' else f"'{char}'"
