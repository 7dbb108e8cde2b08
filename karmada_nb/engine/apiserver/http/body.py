"""Bodies: read within a limit, parsed from JSON, YAML or protobuf, refused in the words of Go's decoders."""

from datetime import date, datetime
from typing import Any, Final

import orjson
import yaml
from aiohttp import web

from karmada_nb.engine.apiserver.http import golang, protobuf_body
from karmada_nb.engine.apiserver.http.negotiation import JSON, PROTOBUF, YAML
from karmada_nb.engine.errors import StatusError, bad_request

LIMIT: Final = 3 * 1024 * 1024
_SUMMARY: Final = 30
_NO_KIND: Final = "couldn't get version/kind; json parse error: "
_TYPE_META: Final = (
    'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }'
)

_Loader: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Loader(_Loader):  # type: ignore[misc]
    """YAML without timestamps: a date is text, as it is to every Kubernetes client."""

    yaml_implicit_resolvers = {
        first: [(tag, regexp) for tag, regexp in resolvers if tag != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in _Loader.yaml_implicit_resolvers.items()
    }


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
        why = f"{_NO_KIND}json: cannot unmarshal {golang.type_name(value)} into Go value of type {_TYPE_META}"
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
        return _yaml(data)
    if media == PROTOBUF:
        return protobuf_body.read(data)
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        raise ValueError(golang.json_error(data)) from None


def _yaml(data: bytes) -> Any:
    try:
        return _plain(yaml.load(data, Loader))
    except yaml.MarkedYAMLError as error:
        raise ValueError(f"yaml: {_place(error)}did not find {_wanted(error.problem or '')}") from None
    except (yaml.YAMLError, RecursionError, UnicodeDecodeError, TypeError) as error:
        raise ValueError(f"yaml: {type(error).__name__}") from None


def _place(error: yaml.MarkedYAMLError) -> str:
    """The line that go-yaml names: the context's where it is not the first, else the problem's."""
    scanning = isinstance(error, yaml.scanner.ScannerError)
    for mark in (error.context_mark, error.problem_mark):
        if mark is not None and mark.line:
            return f"line {mark.line + scanning}: "
    return ""


def _wanted(problem: str) -> str:
    return problem.removeprefix("did not find ").partition(", but")[0]


def _plain(value: Any) -> Any:
    """YAML's values as JSON's: keys are text."""
    if isinstance(value, dict):
        return {_key(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    return value


def _key(key: Any) -> str:
    if isinstance(key, bool):
        return "true" if key else "false"
    return "null" if key is None else str(key)


def summary(data: bytes) -> str:
    """A body's beginning, as it appears in error messages: text if it looks like an object, else hex."""
    if not data:
        return "<empty>"
    more = " ..." if len(data) > _SUMMARY else ""
    head = data[:_SUMMARY]
    return (head.decode("utf-8", "replace") if data[:1] == b"{" else head.hex()) + more
