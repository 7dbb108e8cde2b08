"""What the built-in kinds and their fields are, in upstream's words, which lightkube-models carries.

Its modules (``lightkube/models/core_v1.py``) are read as text and never imported: each dataclass has a
docstring that describes the type, then a ``**parameters**`` list with an entry a field, wrapped to 78.
A line that ends early ended a paragraph before it was wrapped.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from typing import Final

_WIDTH: Final = 78
_CLASS: Final = re.compile(r'^class (\w+)\(DictMixin\):\n    r"""(.*?)\n    """', re.S | re.M)
_FIELDS: Final = "      **parameters**\n"
_FIELD: Final = re.compile(r"^      \* \*\*(\S+)\*\* ``[^`]*`` - ?(.*)$")
_LISTED: Final = ("- ", "* ", " ", "\t")
_SPELT: Final = {"d_ref": "$ref", "d_schema": "$schema"}
_OWN_LIST: Final = "core.v1.PodList"
_OWN_KIND: Final = "core.v1.ConfigMap"


class Words:
    """Descriptions by type and field; a module is read when a type of it is first asked for."""

    __slots__ = ("_modules", "_types")

    def __init__(self) -> None:
        self._modules: dict[str, dict[str, str]] = {}
        self._types: dict[str, dict[str, str]] = {}

    def of(self, ref: str) -> str:
        """What a type is; ``""`` if nothing is written of it. ``ref`` is its OpenAPI name."""
        return self._type(ref).get("", "")

    def fields(self, ref: str, kind: bool) -> Mapping[str, str]:
        """What the fields of a type are. ``kind``: a custom type with metadata, if ``ref`` is empty."""
        if ref:
            return self._type(ref)
        shared = self._type(_OWN_KIND) if kind else {}
        return {name: shared[name] for name in ("apiVersion", "kind", "metadata") if name in shared}

    def list_fields(self) -> Mapping[str, str]:
        """What the fields of a list of custom resources are, but for its items."""
        shared = self._type(_OWN_LIST)
        return {name: shared[name] for name in ("apiVersion", "kind", "metadata") if name in shared}

    def _type(self, ref: str) -> dict[str, str]:
        """The type's own description under the empty name, and that of each field."""
        if ref not in self._types:
            package, version, name = (["", "", *ref.split(".")])[-3:]
            module = f"{package}_{version}"
            if module not in self._modules:
                self._modules[module] = _classes(module)
            self._types[ref] = _parsed(self._modules[module].get(name, ""))
        return self._types[ref]


@lru_cache(maxsize=512)
def described(doc: str) -> str:
    """The description of one field, such as ``core.v1.PodStatus.podIP``."""
    ref, _, field = doc.rpartition(".")
    return Words().fields(ref, False).get(field, "")


@lru_cache(maxsize=1)
def _folder() -> Path:
    return Path(str(metadata.distribution("lightkube-models").locate_file("lightkube/models")))


def _classes(module: str) -> dict[str, str]:
    """Name of a class -> its docstring; empty for a package that is not described."""
    path = _folder() / f"{module}.py"
    if not path.exists():
        return {}
    return {found[1]: found[2] for found in _CLASS.finditer(path.read_text(encoding="utf-8"))}


def _parsed(docstring: str) -> dict[str, str]:
    head, _, rest = docstring.partition(_FIELDS)
    first, *more = head.rstrip().split("\n")
    lines: dict[str, list[str]] = {"": [first, *(line[6:] for line in more)]}
    current = lines[""]
    for line in rest.split("\n"):
        if field := _FIELD.match(line):
            current = lines[_spelt(field[1])] = [field[2]]
        elif line:
            current.append(line[8:])
    return {name: _unwrapped(text) for name, text in lines.items() if any(text)}


def _spelt(name: str) -> str:
    """A field as JSON has it: Python's keywords carry an underscore at their end."""
    return _SPELT.get(name) or name.removesuffix("_").replace("x_kubernetes", "x-kubernetes").replace(
        "_", "-"
    )


def _unwrapped(lines: Sequence[str]) -> str:
    """The paragraphs that were wrapped. A writer who puts two spaces between sentences does so throughout."""
    out, before = "", ""
    between = "  " if any(".  " in line for line in lines) else " "
    for line in lines:
        if not out:
            out = line
        elif not line.strip():
            out = out.rstrip("\n") + "\n\n"
        elif out.endswith("\n"):
            out += line
        elif len(before + (gap := between if before.endswith(".") else " ") + line.split(" ", 1)[0]) > _WIDTH:
            out += gap + line
        else:
            together = line.startswith(_LISTED) or before.startswith(_LISTED[2:])
            out += ("\n" if together else "\n\n") + line
        before = line
    return out
