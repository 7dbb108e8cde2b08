"""Projected volumes: files out of several sources in one directory.

Sources that this release has switched off are gone by then (``strategies/gates.py``). Follows
validateProjectionSources in pkg/apis/core/validation/validation.go.
"""

from __future__ import annotations

from typing import Final

from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.apiserver.validation.files import downward_file, item, mode
from karmada_nb.engine.apiserver.validation.paths import free_path
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object

_SHORTEST_TOKEN: Final = 600
_LONGEST_TOKEN: Final = 2**32


def validate_projected(source: Object, path: str) -> list[Cause]:
    causes = mode(source, "defaultMode", path)
    taken: set[str] = set()
    for index, projection in enumerate(source.get("sources") or []):
        at, found = f"{path}.sources[{index}]", 0
        for name in ("secret", "configMap"):
            if projection.get(name) is not None:
                found += 1
                causes += _keys(projection[name], f"{at}.{name}", taken, path)
        if projection.get("downwardAPI") is not None:
            found += 1
            for file in projection["downwardAPI"].get("items") or []:
                causes += downward_file(file, f"{at}.downwardAPI")
                causes += _once(file.get("path", ""), taken, path)
        if projection.get("serviceAccountToken") is not None:
            found += 1
            causes += _token(projection["serviceAccountToken"], f"{at}.serviceAccountToken", path)
        if found > 1:
            causes.append(field.forbidden(at, "may not specify more than 1 volume type per source"))
    return causes


def _once(file: str, taken: set[str], path: str, shown: str | None = None) -> list[Cause]:
    """A file comes from one source only. ``shown``: what the message calls the second."""
    if file in taken:
        return [field.invalid(path, file if shown is None else shown, "conflicting duplicate paths")]
    if file:
        taken.add(file)
    return []


def _keys(source: Object, path: str, taken: set[str], volume: str) -> list[Cause]:
    name = source.get("name", "")
    causes = [] if name else [field.required(f"{path}.name")]
    for index, key in enumerate(source.get("items") or []):
        causes += item(key, f"{path}.items[{index}]")
        causes += _once(key.get("path", ""), taken, volume, name)
    return causes


def _token(token: Object, path: str, volume: str) -> list[Cause]:
    seconds, file, at = token.get("expirationSeconds", 0), token.get("path", ""), f"{path}.expirationSeconds"
    causes: list[Cause] = []
    if seconds < _SHORTEST_TOKEN:
        causes.append(field.invalid(at, seconds, "may not specify a duration less than 10 minutes"))
    if seconds > _LONGEST_TOKEN:
        causes.append(field.invalid(at, seconds, "may not specify a duration larger than 2^32 seconds"))
    if not file:
        return [*causes, field.required(f"{volume}.path")]
    return causes + free_path(file, f"{volume}.path")
