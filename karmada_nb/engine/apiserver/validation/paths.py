"""Paths below a directory that somebody else chose, or below a domain.

Follows validateLocalDescendingPath and validateLocalNonReservedPath in
pkg/apis/core/validation/validation.go, and IsDomainPrefixedPath of k8s.io/apimachinery.
"""

from __future__ import annotations

import re
from typing import Final

from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.apiserver.validation.names import dns_subdomain, regex_error
from karmada_nb.engine.errors import Cause

_URL_PATH: Final = re.compile(r"[A-Za-z0-9/\-._~%!$&'()*+,;=:]+")


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


def domain_prefixed_path(text: str, path: str) -> list[Cause]:
    """``acme.io/foo``: a domain, a slash, and what the domain calls it."""
    if not text:
        return [field.required(path)]
    domain, slash, rest = text.partition("/")
    if not slash or not domain or not rest:
        return [field.invalid(path, text, 'must be a domain-prefixed path (such as "acme.io/foo")')]
    causes = field.each(path, domain, dns_subdomain(domain))
    if not _URL_PATH.fullmatch(rest):
        causes.append(field.invalid(path, rest, regex_error("Invalid path", _URL_PATH.pattern)))
    return causes
