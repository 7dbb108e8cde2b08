"""What admission sees of a request that connects to a pod, a service or a node: its options, as an object.

Follows ConnectResource in k8s.io/apiserver pkg/endpoints/handlers/rest.go, and the options in pkg/apis/core.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import parse_qs

from karmada_nb.engine.apiserver.http.target import Target
from karmada_nb.engine.apiserver.schema.catalogue import Subresource
from karmada_nb.engine.meta import Object

_FLAGS: Final = ("stdin", "stdout", "stderr", "tty")


def options(part: Subresource, target: Target, query_text: str) -> Object | None:
    """The options of a connection; None where the subresource is none."""
    if not part.kind.endswith("Options"):
        return None
    query = parse_qs(query_text, keep_blank_values=True)
    return {"kind": part.kind, "apiVersion": "v1", **_said(target, query)}


def _said(target: Target, query: Mapping[str, Sequence[str]]) -> Object:
    if target.subresource == "proxy":
        return {"path": f"/{target.rest}"} if target.rest else {}
    if target.subresource == "portforward":
        ports = [
            int(p) for text in query.get("ports", ()) for p in text.split(",") if p.isascii() and p.isdigit()
        ]
        return {"ports": ports} if ports else {}
    said: Object = {name: True for name in _FLAGS if query.get(name, [""])[0].lower() in ("1", "true", "t")}
    if container := query.get("container", [""])[0]:
        said["container"] = container
    if target.subresource == "exec":
        said["command"] = [*query.get("command", ())]
    return said
