"""Resources that act instead of being kept: a POST is a question, and its answer the object filled in."""

from collections.abc import Callable

from aiohttp import web

from karmada_nb.engine.apiserver.http import body, negotiation, options, render
from karmada_nb.engine.apiserver.http.exchange import Exchange, encode, respond
from karmada_nb.engine.apiserver.http.negotiation import body_media
from karmada_nb.engine.apiserver.rbac.rules import Request
from karmada_nb.engine.apiserver.schema import builtin
from karmada_nb.engine.apiserver.schema.catalogue import ResourceInfo
from karmada_nb.engine.apiserver.schema.decode import DecodeError, decode
from karmada_nb.engine.apiserver.schema.strict import cannot_be_handled
from karmada_nb.engine.meta import Object, api_version

Action = Callable[[Request, Object], Object]
"""From who asks where, and the object that was sent, to the one that is answered. Raises StatusError."""


async def perform(exchange: Exchange, info: ResourceInfo, kind: str, action: Action) -> web.Response:
    """Serve one POST. ``kind`` is that of the body, at ``info``'s group and version. Nothing has a table."""
    accepted = negotiation.accept(exchange.request.headers.get("Accept", ""), "metadata")
    if accepted is None:
        raise negotiation.not_acceptable(*negotiation.SUPPORTED)
    data = await body.read(exchange.request)
    call = options.call(exchange.user, exchange.query, exchange.user_agent)
    media = body_media(exchange.request.headers.get("Content-Type", ""))
    asked = typed(body.parse(data, media, kind), info.group, info.version, kind)
    answer = action(exchange.attributes(), asked)
    if not (accepted.kind or exchange.accepted.kind):
        accepted = exchange.accepted
    if accepted.kind:
        answer = render.metadata(answer, accepted, f"*{info.group.partition('.')[0] or 'core'}.{kind}")
    return respond(encode(answer, accepted), accepted, 201, call.warnings)


def typed(obj: Object, group: str, version: str, kind: str) -> Object:
    """What was sent, as the typed API would read it. Raises 400 for values of a wrong type."""
    named = {**obj, "kind": kind, "apiVersion": api_version(group, version)}
    schema = builtin.resource(group, version, kind)
    if schema is None:
        return named
    try:
        return decode(schema, named).object
    except DecodeError as error:
        raise cannot_be_handled(kind, version, str(error)) from None
