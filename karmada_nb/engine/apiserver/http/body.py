"""Bodies: read within a limit, parsed from JSON, YAML or protobuf, refused in the words of Go's decoders."""

from typing import Any, Final

import orjson
from aiohttp import web

from karmada_nb.engine import golang
from karmada_nb.engine.apiserver.http import depth, protobuf_body, yaml_body
from karmada_nb.engine.apiserver.http.negotiation import JSON, PROTOBUF, YAML
from karmada_nb.engine.errors import StatusError, bad_request

LIMIT: Final = 3 * 1024 * 1024
_SUMMARY: Final = 30
_NO_KIND: Final = "couldn't get version/kind; json parse error: "
TYPE_META: Final = (
    'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }'
)


async def read(request: web.BaseRequest) -> bytes:
    """The whole body. Raises 413 beyond ``LIMIT``."""
    if not request.can_read_body:
        return b""
    length = request.content_length
    if length is not None and length > LIMIT:
        raise too_large()
    chunks: list[bytes] = []
    size = 0
    while chunk := await request.content.readany():
        size += len(chunk)
        if size > LIMIT:
            raise too_large()
        chunks.append(chunk)
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def too_large() -> StatusError:
    return StatusError(413, "RequestEntityTooLarge", f"Request entity too large: limit is {LIMIT}")


def parse(data: bytes, media: str, kind: str, *, typed: bool = False) -> dict[str, Any]:
    """The object in a body. ``kind`` is what the resource expects, for the message of the 400.

    ``typed``: the body has to name its kind itself.
    """
    try:
        value = parse_any(data, media)
        if isinstance(value, dict) and typed and not value.get("kind"):
            raise _missing_kind(data, kind)
        if isinstance(value, dict):
            return value
        if value is None:
            return {}
        why = f"{_NO_KIND}{golang.cannot_unmarshal(value, TYPE_META)}"
    except ValueError as error:
        why = f"{_NO_KIND}{error}" if media == JSON else str(error)
    raise bad_request(
        f"the object provided is unrecognized (must be of type {kind}): {why} ({summary(data)})"
    )


def _missing_kind(data: bytes, kind: str) -> StatusError:
    said = f"Object 'Kind' is missing in '{data.decode('utf-8', 'replace')}'"
    return bad_request(
        f"the object provided is unrecognized (must be of type {kind}): {said} ({summary(data)})"
    )


def parse_any(data: bytes, media: str) -> Any:
    """Any JSON or YAML value, or an object in protobuf. Raises ValueError with the text of Go's parser."""
    if media == YAML:
        return yaml_body.load(data)
    if media == PROTOBUF:
        return protobuf_body.read(data)
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError:
        raise ValueError(golang.json_error(data) or "invalid UTF-8 in string") from None
    if depth.suspicious(data) and depth.too_deep(value):
        raise ValueError(depth.TOO_DEEP)
    return value


def summary(data: bytes) -> str:
    """A body's beginning, as it appears in error messages: text if it looks like an object, else hex."""
    if not data:
        return "<empty>"
    more = " ..." if len(data) > _SUMMARY else ""
    head = data[:_SUMMARY]
    return (head.decode("utf-8", "replace") if data[:1] == b"{" else head.hex()) + more
