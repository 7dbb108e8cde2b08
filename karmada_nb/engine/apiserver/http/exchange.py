"""One request on its way through the server, and the answers it may get."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import orjson
from aiohttp import web
from aiohttp.abc import AbstractStreamWriter
from multidict import CIMultiDict

from karmada_nb.engine.apiserver.http import yaml_text
from karmada_nb.engine.apiserver.http.negotiation import DEFAULT, YAML, Accepted
from karmada_nb.engine.apiserver.http.target import Target
from karmada_nb.engine.apiserver.rbac.rules import Request
from karmada_nb.engine.apiserver.verbs.call import User
from karmada_nb.engine.errors import StatusError

JSON_HEADERS: Final = {"Content-Type": "application/json", "Cache-Control": "no-cache, private"}
YAML_HEADERS: Final = {"Content-Type": "application/yaml", "Cache-Control": "no-cache, private"}
TEXT_HEADERS: Final = {
    "Content-Type": "text/plain; charset=utf-8",
    "Cache-Control": "no-cache, private",
    "X-Content-Type-Options": "nosniff",
}
_HUMAN: Final = ("curl", "Wget", "Mozilla/5.0")


class Exchange:
    """A request with everything that was found out about it so far."""

    __slots__ = ("accepted", "marks", "query", "request", "target", "user", "verb")

    def __init__(
        self, request: web.BaseRequest, target: Target, query: Mapping[str, str], verb: str, user: User
    ) -> None:
        self.request = request
        self.target = target
        self.query = query
        self.verb = verb
        self.user = user
        self.accepted = DEFAULT
        self.marks: Mapping[str, str] = {}
        """Headers that the answer has, whatever it is."""

    @property
    def user_agent(self) -> str:
        return self.request.headers.get("User-Agent", "")

    def attributes(self) -> Request:
        """The question to the authorizer."""
        at = self.target
        return Request(
            self.user,
            self.verb,
            at.group,
            at.resource,
            at.subresource,
            at.namespace,
            at.name,
            at.path,
            at.version,
        )


def is_human(request: web.BaseRequest) -> bool:
    """Whether JSON should be indented for who reads it: curl, wget and browsers."""
    return request.headers.get("User-Agent", "").startswith(_HUMAN)


def encode(obj: Any, accepted: Accepted) -> bytes:
    """An object in the accepted form."""
    if accepted.media == YAML:
        return yaml_text.dump(obj)
    if accepted.pretty:
        return orjson.dumps(obj, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    return orjson.dumps(obj, option=orjson.OPT_APPEND_NEWLINE)


def respond(body: bytes, accepted: Accepted, status: int = 200, warnings: Sequence[str] = ()) -> web.Response:
    """An answer with its body made already."""
    headers: Any = YAML_HEADERS if accepted.media == YAML else JSON_HEADERS
    if warnings:
        headers = CIMultiDict(headers)
        for text in warnings:
            headers.add("Warning", warning(text))
    return web.Response(body=body, status=status, headers=headers)


def warning(text: str) -> str:
    """A Warning header's value, as RFC 7234 and client-go want it."""
    plain = "".join(char if char.isprintable() else " " for char in text)
    quoted = plain.replace("\\", "\\\\").replace('"', '\\"')
    return f'299 - "{quoted}"'


def failure(error: StatusError, accepted: Accepted, warnings: Sequence[str] = ()) -> web.Response:
    """A Status of failure, which is shown as it is whatever transformation was asked for."""
    if accepted.kind:
        accepted = DEFAULT
    response = respond(encode(error.to_status(), accepted), accepted, error.code, warnings)
    seconds = (error.details or {}).get("retryAfterSeconds")
    if seconds:
        response.headers["Retry-After"] = str(seconds)
    return response


def text(body: str, status: int = 200) -> web.Response:
    return web.Response(body=body.encode(), status=status, headers=TEXT_HEADERS)


def page_not_found() -> web.Response:
    """What Go's mux answers for a path that nobody serves."""
    return text("404 page not found\n", 404)


class Hijacked(web.StreamResponse):
    """Stands for an answer that was given outside HTTP."""

    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter | None:
        return None

    async def write_eof(self, data: bytes = b"") -> None:
        return None
