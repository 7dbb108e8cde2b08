"""Changing the registry, repository or tag of an image.

Follows pkg/util/imageparser/parser.go, the reference grammar of github.com/distribution/reference and
pkg/util/overridemanager/imageoverride.go.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from karmada_nb.engine.karmada.override.errors import OverrideError
from karmada_nb.engine.meta import Object

_TAG: Final = r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}"
_DIGEST: Final = r"[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*[:][0-9A-Fa-f]{32,}"
_LABEL: Final = r"(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])"
_DOMAIN: Final = rf"(?:{_LABEL}(?:\.{_LABEL})*|\[(?:[a-fA-F0-9:]+)\])(?::[0-9]+)?"
_COMPONENT: Final = r"[a-z0-9]+(?:(?:[._]|__|[-]+)[a-z0-9]+)*"
_REMOTE: Final = rf"{_COMPONENT}(?:/{_COMPONENT})*"
_REFERENCE: Final = re.compile(rf"((?:{_DOMAIN}/)?{_REMOTE})(?::({_TAG}))?(?:@({_DIGEST}))?")
_NAME: Final = re.compile(rf"(?:{_DOMAIN}/)?({_REMOTE})")
_ONLY_TAG: Final = re.compile(_TAG)
_ONLY_DIGEST: Final = re.compile(_DIGEST)
_DIGEST_SIZES: Final = {"sha256": 64, "sha384": 96, "sha512": 128}
_MAX_NAME: Final = 255


@dataclass(frozen=True, slots=True)
class Components:
    """``[hostname/]repository[:tag|@digest]``. A tag hides a digest."""

    hostname: str = ""
    repository: str = ""
    tag: str = ""
    digest: str = ""

    def __str__(self) -> str:
        name = f"{self.hostname}/{self.repository}" if self.hostname else self.repository
        if self.tag:
            return f"{name}:{self.tag}"
        return f"{name}@{self.digest}" if self.digest else name

    def with_tag_or_digest(self, text: str) -> Components:
        """``text`` as whichever of the two it has the form of; unchanged where it has neither."""
        if _ONLY_TAG.fullmatch(text):
            return replace(self, tag=text, digest="")
        return replace(self, tag="", digest=text) if _ONLY_DIGEST.fullmatch(text) else self

    def without_tag_or_digest(self) -> Components:
        return replace(self, tag="") if self.tag else replace(self, digest="")


@lru_cache(maxsize=1024)
def parse_image(image: str) -> Components:
    """The parts of an image reference. Raises ValueError with the reference library's text."""
    if image == "":
        raise ValueError("repository name must have at least one component")
    match = _REFERENCE.fullmatch(image)
    if match is None:
        if _REFERENCE.fullmatch(image.lower()):
            raise ValueError("repository name must be lowercase")
        raise ValueError("invalid reference format")
    name, tag, digest = match[1], match[2] or "", match[3] or ""
    path = _NAME.fullmatch(name)
    if path is not None and len(path[1]) > _MAX_NAME:
        raise ValueError(f"repository name must not be more than {_MAX_NAME} characters")
    if digest:
        _check_digest(digest)
    hostname, repository = _split_hostname(name)
    return Components(hostname, repository, tag, "" if tag else digest)


def _check_digest(digest: str) -> None:
    algorithm, _, encoded = digest.partition(":")
    size = _DIGEST_SIZES.get(algorithm)
    if size is None:
        raise ValueError("unsupported digest algorithm")
    if len(encoded) != size:
        raise ValueError("invalid checksum digest length")
    if encoded != encoded.lower():
        raise ValueError("invalid checksum digest format")


def _split_hostname(name: str) -> tuple[str, str]:
    """The first segment is a host where it has a dot or a port, or is ``localhost``."""
    first, slash, rest = name.partition("/")
    if not slash or not ("." in first or ":" in first or first == "localhost"):
        return "", name
    return first, rest


def override_image(image: str, overrider: Object) -> str:
    """The image after one ``ImageOverrider``. Raises OverrideError for an image that is no reference."""
    try:
        parts = parse_image(image)
    except ValueError as error:
        raise OverrideError(f"failed to parse image value({image}), error: {error}") from None
    operator, value = overrider.get("operator"), overrider.get("value") or ""
    match overrider.get("component"), operator:
        case "Registry", "add":
            parts = replace(parts, hostname=parts.hostname + value)
        case "Registry", "replace":
            parts = replace(parts, hostname=value)
        case "Registry", "remove":
            parts = replace(parts, hostname="")
        case "Repository", "add":
            parts = replace(parts, repository=parts.repository + value)
        case "Repository", "replace":
            parts = replace(parts, repository=value)
        case "Repository", "remove":
            parts = replace(parts, repository="")
        case "Tag", "add":
            parts = parts.with_tag_or_digest((parts.tag or parts.digest) + value)
        case "Tag", "replace":
            parts = parts.with_tag_or_digest(value)
        case "Tag", "remove":
            parts = parts.without_tag_or_digest()
        case (("Registry" | "Repository" | "Tag"), _):
            pass
        case component, _:
            raise OverrideError(f"unsupported image component({component or ''})")
    return str(parts)
