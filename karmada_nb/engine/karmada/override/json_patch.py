"""JSON patches of ``add``, ``replace`` and ``remove`` on shared, immutable documents.

Follows github.com/evanphx/json-patch v5 patch.go, which differs from RFC 6902 where a path is odd: whatever
stands before the first slash is ignored, an empty segment stays where it is, array indexes may be negative.
A patched document shares with the old one all that the patch did not touch.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from karmada_nb.engine import golang
from karmada_nb.engine.karmada.override.errors import OverrideError

_INDEX: Final = re.compile(r"[+-]?[0-9]+")


class Patch(NamedTuple):
    """One operation: ``operator`` is add, replace or remove. A missing value is null."""

    operator: str
    path: str
    value: Any = None


def apply_json_patch(document: Any, patches: Iterable[Patch]) -> Any:
    """The document after all operations. Raises OverrideError for the first that does not apply."""
    for patch in patches:
        if patch.operator not in ("add", "replace", "remove"):
            raise OverrideError(f"Unexpected kind: {patch.operator}")
        document = _apply(document, patch)
    return document


def _apply(document: Any, patch: Patch) -> Any:
    operator, path = patch.operator, patch.path
    if not isinstance(document, dict | list):
        raise OverrideError(golang.cannot_unmarshal(document, "map[string]*jsonpatch.lazyNode"))
    if path == "" and operator != "remove":
        if not isinstance(patch.value, dict | list):
            raise OverrideError(f"{operator} operation value must be object or array")
        return patch.value
    segments = path.split("/")[1:] if "/" in path else []
    if not segments:
        raise _missing(operator, path)
    return _at(document, [s.replace("~1", "/").replace("~0", "~") for s in segments], patch)


def _missing(operator: str, path: str) -> OverrideError:
    shown = path if operator == "replace" else f'"{path}"'
    return OverrideError(f"{operator} operation does not apply: doc is missing path: {shown}: missing value")


def _missing_key(patch: Patch) -> OverrideError:
    return OverrideError(f"replace operation does not apply: doc is missing key: {patch.path}: missing value")


def _at(container: Any, segments: list[str], patch: Patch) -> Any:
    """``container`` with the patch applied at ``segments`` below it."""
    first, *rest = segments
    if not rest:
        return (
            _in_map(container, first, patch)
            if isinstance(container, dict)
            else _in_list(container, first, patch)
        )
    if first == "":
        return _at(container, rest, patch)
    if isinstance(container, dict):
        child = container.get(first)
    else:
        at = _index(first, len(container))
        child = None if at is None else container[at]
    if not isinstance(child, dict | list):
        raise _missing(patch.operator, patch.path)
    changed = _at(child, rest, patch)
    if isinstance(container, dict):
        return {**container, first: changed}
    at = _index(first, len(container))
    return [*container[:at], changed, *container[at + 1 :]] if at is not None else container


def _index(text: str, size: int) -> int | None:
    """The place that an index names among ``size``, counted from the end where negative."""
    if not _INDEX.fullmatch(text):
        return None
    at = int(text)
    if at < 0:
        at += size
    return at if 0 <= at < size else None


def _in_map(container: dict[str, Any], key: str, patch: Patch) -> dict[str, Any]:
    if patch.operator == "remove":
        if key not in container:
            raise OverrideError(
                f"error in remove for path: '{patch.path}': "
                f"unable to remove nonexistent key: {key}: missing value"
            )
        return {k: v for k, v in container.items() if k != key}
    if patch.operator == "replace" and key not in container and key != "":
        raise _missing_key(patch)
    return {**container, key: patch.value}


def _in_list(container: list[Any], key: str, patch: Patch) -> list[Any]:
    if patch.operator == "add" and key == "-":
        return [*container, patch.value]
    if not _INDEX.fullmatch(key):
        if patch.operator == "replace":
            raise _missing_key(patch)
        raise OverrideError(
            f"error in {patch.operator} for path: '{patch.path}': value was not a proper array index: '{key}'"
        )
    size = len(container) + 1 if patch.operator == "add" else len(container)
    at = _index(key, size)
    if at is None:
        if patch.operator == "replace":
            raise _missing_key(patch)
        raise OverrideError(
            f"error in {patch.operator} for path: '{patch.path}': "
            f"Unable to access invalid index: {int(key)}: invalid index referenced"
        )
    after = container[at:] if patch.operator == "add" else container[at + 1 :]
    middle = [] if patch.operator == "remove" else [patch.value]
    return [*container[:at], *middle, *after]
