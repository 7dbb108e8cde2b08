"""update: replace an object, or one of its subresources."""

from collections.abc import Mapping
from typing import Any, Final

from karmada_nb.engine import errors, meta
from karmada_nb.engine.apiserver.resource import Resource
from karmada_nb.engine.apiserver.verbs import create, write
from karmada_nb.engine.apiserver.verbs.call import Call
from karmada_nb.engine.errors import Cause, StatusError
from karmada_nb.engine.meta import Object
from karmada_nb.engine.store import Record, StoreKey

_PREFIXES: Final = {
    "endpoints": "services/endpoints",
    "ingresses.networking.k8s.io": "ingress",
    "nodes": "minions",
    "replicationcontrollers": "controllers",
    "services": "services/specs",
}
STATUS: Final = ("status", "approval")
"""Subresources that write the status: ``approval`` is that of CertificateSigningRequests."""


def update(
    server: write.Server,
    resource: Resource,
    namespace: str,
    name: str,
    body: Mapping[str, Any],
    call: Call,
    subresource: str = "",
) -> tuple[Record, bool]:
    """Replace. Returns the record and whether it was created. Raises 400, 404, 409 or 422."""
    old = server.store.get(StoreKey(resource.storage, namespace, name))
    shared = None if old is None or resource.from_storage is not None else old.object
    obj = write.decoded(resource, body, call, shared)
    if not meta.name(obj):
        raise nameless(name)
    if meta.name(obj) != name:
        raise errors.bad_request(
            f"the name of the object ({meta.name(obj)}) does not match the name on the URL ({name})"
        )
    obj = write.match_namespace(resource, obj, namespace)
    if old is None:
        if resource.strategy.allow_create_on_update and not subresource:
            return create.admitted(server, resource, _fresh(obj), call), True
        raise errors.not_found(resource.group, resource.plural, name)
    return replaced(server, resource, old, obj, call, subresource), False


def replaced(
    server: write.Server,
    resource: Resource,
    old: Record,
    obj: Object,
    call: Call,
    subresource: str = "",
    *,
    applied: bool = False,
    patched: bool = False,
) -> Record:
    """Carry out a change on what is stored.

    ``applied``: managedFields are already in order. ``patched``: the object was made from what is stored, so
    that its uid is a field like any other and no precondition.
    """
    _preconditions(resource, obj, old, uid="" if applied or patched else meta.uid(obj))
    strategy, now = resource.strategy, call.once("now", server.clock.now)
    before = resource.read(old.object)
    bare = applied and not obj["metadata"].get("managedFields")
    obj = write.inherited(strategy.default(obj), before)
    if bare:
        obj = meta.with_metadata(obj, managedFields=None)
    if subresource in STATUS:
        obj = strategy.prepare_status(obj, before)
    else:
        obj = strategy.prepare_subresource(obj, before, subresource)
    if not applied:
        obj = write.tracked(resource, obj, old.object, call, subresource, now)
    attributes = write.attributes(resource, "UPDATE", obj, before, call, subresource)
    obj = server.admission.admit(attributes, server.reader) or obj
    obj = write.counted(resource, obj, before)
    write.check_change(resource, obj, before, subresource)
    for text in strategy.warnings(obj, before) if subresource not in STATUS else ():
        call.warn(text)
    attributes = attributes._replace(obj=obj)
    server.admission.validate(attributes, server.reader)
    record = write.commit(server, resource, resource.write(obj), old, call)
    if not call.dry_run and record is not old:
        server.admission.committed(attributes, server.reader)
    return record


def _preconditions(resource: Resource, obj: Object, old: Record, uid: str) -> None:
    name, metadata = meta.name(obj), obj["metadata"]
    if uid and uid != meta.uid(old.object):
        why = (
            f"StorageError: invalid object, Code: 4, Key: {storage_key(resource, old)}, ResourceVersion: 0, "
            f"AdditionalErrorMsg: Precondition failed: UID in precondition: {uid}, "
            f"UID in object meta: {meta.uid(old.object)}"
        )
        raise errors.conflict(resource.group, resource.plural, name, why)
    revision = metadata.get("resourceVersion")
    if not revision or revision == "0":
        if not resource.strategy.allow_unconditional_update:
            cause = Cause(
                "metadata.resourceVersion",
                "FieldValueInvalid",
                "Invalid value: 0: must be specified for an update",
            )
            raise errors.invalid(resource.group, resource.plural, name, [cause])
    elif revision != str(old.revision):
        raise errors.conflict(resource.group, resource.plural, name, errors.OBJECT_MODIFIED)


def nameless(name: str) -> StatusError:
    """The 400 for an object that does not say which it is."""
    why = f"the name of the object ({name} based on URL) was undeterminable: name must be provided"
    return errors.bad_request(why)


def storage_key(resource: Resource, record: Record) -> str:
    """Where etcd would keep an object, as messages of the storage layer name it."""
    prefix = _PREFIXES.get(resource.storage, resource.plural)
    if resource.custom:
        prefix = f"{resource.group}/{resource.plural}"
    return "/".join(part for part in ("/registry", prefix, record.key.namespace, record.key.name) if part)


def _fresh(obj: Object) -> Object:
    return meta.with_metadata(obj, resourceVersion=None, uid=None)
