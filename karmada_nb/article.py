"""The article's lines, pasted into a cell as they stand.

``$kmd get cluster`` is ``%kmd get cluster``; ``$kmd apply -f - <<EOF`` takes the lines up to ``EOF``;
backticks around a command keep its answer in a variable; ``sudo karmadactl ...`` is ``%karmadactl ...``.
"""

import ast
import re
from collections.abc import Iterator
from typing import Final

_NAMES: Final = r"kmd|k\d"
_COMMAND: Final = re.compile(rf"^\$({_NAMES})\s+(.*?)\s*$")
_DOCUMENT: Final = re.compile(r"^(.*?)\s*<<-?\s*(['\"]?)(\w+)\2$")
_KEPT: Final = re.compile(rf"^(\w+)=`\$({_NAMES})\s+(.*)`\s*$")
_KARMADACTL: Final = re.compile(r"^(?:sudo\s+)?karmadactl\s+(.*?)\s*$")


def transform(lines: list[str]) -> list[str]:
    """The lines of a cell with the article's commands as magics; a cell that is Python stays as it is."""
    if not any(line.startswith("$") or "karmadactl" in line or "=`$" in line for line in lines):
        return lines
    if lines[0].startswith("%%") or _is_python("".join(lines)):
        return lines
    done: list[str] = []
    rest = iter(lines)
    for line in rest:
        if kept := _KEPT.match(line):
            done.append(f"{kept[1]} = %{kept[2]} {kept[3]}\n")
        elif told := _KARMADACTL.match(line):
            done.append(f"%karmadactl {told[1]}\n")
        elif command := _COMMAND.match(line):
            document = _DOCUMENT.match(command[2])
            if document is None:
                done.append(f"%{command[1]} {command[2]}\n")
            else:
                body = "".join(_body(rest, document[3]))
                done.append(f"get_ipython().run_cell_magic({command[1]!r}, {document[1]!r}, {body!r})\n")
        else:
            done.append(line)
    return done


def _body(rest: Iterator[str], end: str) -> Iterator[str]:
    """The lines of a document, up to the one that ends it."""
    for line in rest:
        if line.strip() == end:
            return
        yield line


def _is_python(text: str) -> bool:
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return True
