"""What a request's path and method mean: the resource, the object, the verb.

Follows k8s.io/apiserver pkg/endpoints/request/requestinfo.go.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from urllib.parse import unquote

_NAMESPACE_SUBRESOURCES: Final = ("status", "finalize")
_VERBS: Final = {
    "POST": "create",
    "GET": "get",
    "HEAD": "get",
    "PUT": "update",
    "PATCH": "patch",
    "DELETE": "delete",
}


@dataclass(frozen=True, slots=True)
class Target:
    """A parsed path. ``resource`` is ``""`` for paths outside the resource API."""

    path: str
    """Decoded, as authorization and messages name it."""
    group: str = ""
    version: str = ""
    namespace: str = ""
    resource: str = ""
    name: str = ""
    subresource: str = ""
    rest: str = ""
    """What follows the subresource, without its leading slash: the path that a proxy passes on."""
    watching: bool = False
    """The deprecated ``/watch/`` form."""

    @property
    def full_resource(self) -> str:
        """``pods/log``."""
        return f"{self.resource}/{self.subresource}" if self.subresource else self.resource


@lru_cache(maxsize=8192)
def parse(raw: str) -> Target:
    """The target of a path as it came over the wire (percent-encoded, without its query)."""
    path = unquote(raw) if "%" in raw else raw
    parts = path.strip("/").split("/")
    if len(parts) < 3 or parts[0] not in ("api", "apis"):
        return Target(path)
    group = ""
    if parts[0] == "apis":
        if len(parts) < 4:
            return Target(path)
        group, version, parts = parts[1], parts[2], parts[3:]
    else:
        version, parts = parts[1], parts[2:]
    watching = parts[0] == "watch"
    if watching:
        parts = parts[1:]
        if not parts:
            return Target(path)
    namespace = ""
    if parts[0] == "namespaces" and len(parts) > 1:
        namespace = parts[1]
        if len(parts) > 2 and parts[2] not in _NAMESPACE_SUBRESOURCES:
            parts = parts[2:]
    resource, name, subresource = (*parts[:3], "", "")[:3] if len(parts) < 3 else parts[:3]
    return Target(path, group, version, namespace, resource, name, subresource, "/".join(parts[3:]), watching)


def verb(target: Target, method: str, query: Mapping[str, str]) -> str:
    """The API's verb; for paths outside the resource API the method in lower case. ``""``: there is none."""
    if not target.resource:
        return method.lower()
    if target.watching:
        return "watch"
    found = _VERBS.get(method, "")
    if target.name:
        return found
    if found == "get":
        return "watch" if truthy(query.get("watch", "")) else "list"
    return "deletecollection" if found == "delete" else found


def truthy(text: str) -> bool:
    """A boolean query parameter: present and neither false nor 0."""
    return text not in ("", "false", "False", "0")
