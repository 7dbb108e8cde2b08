"""Which files a pattern names."""

from __future__ import annotations

import fnmatch
import posixpath

from karmada_nb.engine.images.files import Files


def matches(files: Files, cwd: str, pattern: str) -> list[str]:
    """The paths that match, as the pattern writes them, sorted; a leading dot wants one in the pattern."""
    found = ["/"] if pattern.startswith("/") else [""]
    for step in [part for part in pattern.split("/") if part]:
        found = [path for base in found for path in _below(files, cwd, base, step)]
    return sorted(found)


def _below(files: Files, cwd: str, base: str, step: str) -> list[str]:
    place = posixpath.join(cwd, base)
    if not files.is_directory(place):
        return []
    if step in (".", ".."):
        return [posixpath.join(base, step)]
    names = (name for name in files.entries(place) if not name.startswith(".") or step.startswith("."))
    return [posixpath.join(base, name) for name in names if fnmatch.fnmatchcase(name, step)]
