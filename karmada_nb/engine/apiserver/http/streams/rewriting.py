"""Links in pages that came through a proxy, led through it again. Pure.

Follows k8s.io/apimachinery pkg/util/proxy/transport.go.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit, urlunsplit

_ATTRIBUTES: Final = {
    "a": ("href",),
    "area": ("href",),
    "audio": ("src",),
    "base": ("href",),
    "blockquote": ("cite",),
    "body": ("background",),
    "button": ("formaction",),
    "embed": ("src",),
    "form": ("action",),
    "iframe": ("longdesc", "src"),
    "img": ("longdesc", "src", "usemap"),
    "input": ("src", "formaction"),
    "link": ("href",),
    "object": ("data", "usemap"),
    "script": ("src",),
    "source": ("src",),
    "video": ("poster", "src"),
}
_TAG: Final = re.compile(r"<([a-zA-Z]+)((?:[^>\"']|\"[^\"]*\"|'[^']*')*)>")
_QUOTED: Final = re.compile(r"([\w-]+)(\s*=\s*)([\"'])([^\"']*)\3")


def url(text: str, prefix: str, hosts: tuple[str, ...]) -> str:
    """A link as who came by ``prefix`` is to follow it; ``hosts`` are names of the server that gave it."""
    parts = urlsplit(text)
    elsewhere = bool(parts.netloc) and parts.netloc not in hosts
    if elsewhere or not parts.path.startswith("/") or parts.path.startswith(prefix):
        return text
    path = prefix.rstrip("/") + parts.path
    return urlunsplit(("", "", path, parts.query, parts.fragment))


def page(text: str, prefix: str, hosts: tuple[str, ...]) -> str:
    """A page with each of its links led by ``prefix``."""

    def tag(match: re.Match[str]) -> str:
        names = _ATTRIBUTES.get(match[1].lower())
        if not names:
            return match[0]
        return f"<{match[1]}{_QUOTED.sub(_attribute(names, prefix, hosts), match[2])}>"

    return _TAG.sub(tag, text)


def _attribute(names: tuple[str, ...], prefix: str, hosts: tuple[str, ...]) -> Callable[[re.Match[str]], str]:
    def rewritten(match: re.Match[str]) -> str:
        if match[1].lower() not in names:
            return match[0]
        return f"{match[1]}{match[2]}{match[3]}{url(match[4], prefix, hosts)}{match[3]}"

    return rewritten
