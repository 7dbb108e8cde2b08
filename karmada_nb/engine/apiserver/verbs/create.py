"""create."""

from collections.abc import Mapping
from typing import Any

from karmada_nb.engine import errors, meta
from karmada_nb.engine.apiserver.admission.chain import Attributes
from karmada_nb.engine.apiserver.resource import Resource
from karmada_nb.engine.apiserver.verbs import write
from karmada_nb.engine.apiserver.verbs.call import Call
from karmada_nb.engine.meta import Object
from karmada_nb.engine.store import Record, StoreKey

_ATTEMPTS = 8


def create(
    server: write.Server, resource: Resource, namespace: str, body: Mapping[str, Any], call: Call
) -> Record:
    """Store a new object. Raises 400, 403, 409 or 422; a generated name that is taken is tried anew."""
    obj = write.match_namespace(resource, write.decoded(resource, body, call), namespace)
    return admitted(server, resource, obj, call)


def admitted(server: write.Server, resource: Resource, obj: Object, call: Call) -> Record:
    """The same from a decoded object in its namespace (server-side apply comes in here)."""
    wanted = obj
    for attempt in range(_ATTEMPTS):
        attributes = _prepared(server, resource, wanted, call, attempt)
        assert attributes.obj is not None
        obj = attributes.obj
        stored = resource.write(obj)
        key = StoreKey(resource.storage, meta.namespace(obj), meta.name(obj))
        taken = server.store.get(key)
        if taken is None:
            break
        generated = not meta.name(wanted)
        if not generated or attempt == _ATTEMPTS - 1:
            error = errors.already_exists(resource.group, resource.plural, meta.name(obj))
            if meta.deleting(taken.object):
                raise errors.StatusError(
                    error.code, error.reason, f"object is being deleted: {error.message}", error.details
                )
            raise error
    record = write.commit(server, resource, stored, None, call)
    if not call.dry_run:
        server.admission.committed(attributes, server.reader)
    return record


def _prepared(
    server: write.Server, resource: Resource, wanted: Object, call: Call, attempt: int
) -> Attributes:
    """The write as admission let it pass; its ``obj`` is ready to be stored."""
    strategy, now = resource.strategy, call.once("now", server.clock.now)
    obj = strategy.default(write.born(resource, wanted, now, call, attempt))
    if "managedFields" not in obj["metadata"] or not _applied(obj):
        obj = write.tracked(resource, obj, None, call, "", now)
    attributes = write.attributes(resource, "CREATE", obj, None, call, "")
    obj = server.admission.admit(attributes, server.reader) or obj
    obj = strategy.prepare_create(obj)
    write.check_new(resource, obj)
    for text in strategy.warnings(obj, None):
        call.warn(text)
    attributes = attributes._replace(obj=obj)
    server.admission.validate(attributes, server.reader)
    return attributes


def _applied(obj: Object) -> bool:
    return any(entry.get("operation") == "Apply" for entry in obj["metadata"].get("managedFields") or ())
