"""Paths below a directory that somebody else chose.

Follows validateLocalDescendingPath and validateLocalNonReservedPath in
pkg/apis/core/validation/validation.go.
"""

from __future__ import annotations

from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.errors import Cause


def descending_path(text: str, path: str) -> list[Cause]:
    """A path that stays below where it starts."""
    causes = [field.invalid(path, text, "must be a relative path")] if text.startswith("/") else []
    if ".." in text.split("/"):
        causes.append(field.invalid(path, text, "must not contain '..'"))
    return causes


def free_path(text: str, path: str) -> list[Cause]:
    """A descending path that is none of those which volumes keep for themselves."""
    causes = descending_path(text, path)
    parts = text.split("/")
    if ".." not in parts and parts[0].startswith(".."):
        causes.append(field.invalid(path, text, "must not start with '..'"))
    return causes
