"""Resource versions and continue tokens of several clusters as one text. Pure.

Follows pkg/search/proxy/store/util.go.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import orjson

ANY: Final = "0"
"""The resource version that means any version, in one cluster as in many."""


@dataclass(frozen=True, slots=True)
class Versions:
    """The version of each cluster; ``any``: of all of them whatever there is."""

    of: Mapping[str, str] = field(default_factory=dict)
    any: bool = False

    @classmethod
    def parse(cls, text: str) -> Versions:
        """What cannot be read is no version."""
        if text == ANY:
            return cls(any=True)
        read = _decoded(text)
        return cls({k: v for k, v in read.items() if isinstance(v, str)})

    def get(self, cluster: str) -> str:
        return ANY if self.any else self.of.get(cluster, "")

    def with_(self, cluster: str, version: str) -> Versions:
        return Versions({**self.of, cluster: version}, self.any and version == ANY)

    def __str__(self) -> str:
        if self.any:
            return ANY
        return _encoded(dict(sorted(self.of.items()))) if self.of else ""


@dataclass(frozen=True, slots=True)
class Continue:
    """Where a list goes on: in ``cluster``, behind the object that ``after`` names (``namespace/name``)."""

    versions: str = ""
    cluster: str = ""
    after: str = ""

    @classmethod
    def parse(cls, text: str) -> Continue:
        """What cannot be read begins anew."""
        read = _decoded(text)
        said = [read.get(name, "") for name in ("rv", "cluster", "continue")]
        return cls(*said) if all(isinstance(part, str) for part in said) else cls()

    def __str__(self) -> str:
        if not self.cluster:
            return ""
        parts = {"rv": self.versions, "cluster": self.cluster, "continue": self.after}
        return _encoded({k: v for k, v in parts.items() if v or k == "rv"})


def _encoded(value: Mapping[str, str]) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(value)).decode().rstrip("=")


def _decoded(text: str) -> dict[str, Any]:
    try:
        value = orjson.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (binascii.Error, ValueError):
        return {}
    return value if isinstance(value, dict) else {}
