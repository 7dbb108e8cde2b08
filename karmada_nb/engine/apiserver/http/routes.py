"""Whether a path and a method exist at all: the 404s and 405s, before any verb runs."""

from typing import Final

from karmada_nb.engine import errors
from karmada_nb.engine.apiserver.http.exchange import Exchange
from karmada_nb.engine.apiserver.resource import NO_RESOURCE
from karmada_nb.engine.apiserver.schema.catalogue import ResourceInfo
from karmada_nb.engine.errors import StatusError

_ON_COLLECTION: Final = ("list", "watch", "create", "deletecollection")
_ON_ITEM: Final = ("get", "update", "patch", "delete", "watch")


def not_found() -> StatusError:
    """An unknown resource of a group that is served."""
    return StatusError(404, "NotFound", NO_RESOURCE, {})


def not_allowed() -> StatusError:
    """A known path and a method that it does not take."""
    message = "the server does not allow this method on the requested resource"
    return StatusError(405, "MethodNotAllowed", message, {})


def check(info: ResourceInfo, exchange: Exchange, *, custom: bool = False) -> None:
    """Raises 404 or 405 unless ``info`` has the route; a ``custom`` one names the object it lacks it for."""
    target, verb = exchange.target, exchange.verb
    if target.rest and target.subresource != "proxy":
        raise not_found()
    if not info.namespaced:
        if target.namespace and (info.plural != "namespaces" or target.namespace != target.name):
            raise not_found()
    elif not target.namespace:
        if (target.name and not target.watching) or "list" not in info.verbs:
            raise not_found()
        if verb not in ("list", "watch"):
            raise not_allowed()
    if target.subresource:
        without = None
        if custom and target.subresource in ("status", "scale"):
            without = errors.not_found(info.group, info.plural, target.name)
        _check_subresource(info, target.subresource, verb, exchange.request.method, without)
    elif target.name and not any(kind in info.verbs for kind in _ON_ITEM):
        raise not_found()
    elif (
        exchange.request.method in ("HEAD", "OPTIONS")
        or verb not in info.verbs
        or verb not in (_ON_ITEM if target.name else _ON_COLLECTION)
    ):
        raise not_allowed()


def _check_subresource(
    info: ResourceInfo, name: str, verb: str, method: str, without: StatusError | None = None
) -> None:
    part = info.subresource(name)
    if part is None:
        raise without if without is not None else not_found()
    if name == "proxy":
        return
    if verb not in part.verbs or method in ("HEAD", "OPTIONS"):
        raise not_allowed()
