"""patch: a change worked out from what is stored, then carried out like an update."""

from typing import Any, Final

from karmada_nb.engine import errors, meta
from karmada_nb.engine.apiserver.patch import apply, json_patch, merge, strategic
from karmada_nb.engine.apiserver.resource import Resource
from karmada_nb.engine.apiserver.verbs import create, update, write
from karmada_nb.engine.apiserver.verbs.call import Call
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.meta import Object
from karmada_nb.engine.runtime.client import APPLY_PATCH, JSON_PATCH, MERGE_PATCH, STRATEGIC_PATCH
from karmada_nb.engine.store import Record, StoreKey

KINDS: Final = (JSON_PATCH, MERGE_PATCH, STRATEGIC_PATCH, APPLY_PATCH)


def patch(
    server: write.Server,
    resource: Resource,
    namespace: str,
    name: str,
    kind: str,
    body: Any,
    call: Call,
    subresource: str = "",
) -> tuple[Record, bool]:
    """Apply a patch of media type ``kind``. Returns the record and whether it was created.

    Raises 400 (the patch is malformed), 404, 409, 415 (a kind of patch that this resource does not take)
    or 422.
    """
    if kind not in KINDS or (kind == STRATEGIC_PATCH and resource.custom):
        accepted = [k for k in KINDS if not (resource.custom and k == STRATEGIC_PATCH)]
        raise errors.unsupported_media_type(accepted)
    old = server.store.get(StoreKey(resource.storage, namespace, name))
    if kind == APPLY_PATCH:
        return _apply(server, resource, namespace, name, body, call, subresource, old)
    if old is None:
        raise errors.not_found(resource.group, resource.plural, name)
    before = resource.read(old.object)
    obj = write.decoded(resource, patched(resource, before, kind, body), call)
    if meta.name(obj) != name:
        obj = _renamed(resource, obj, name)
    obj = write.match_namespace(resource, obj, namespace)
    return update.replaced(server, resource, old, obj, call, subresource), False


def patched(resource: Resource, before: Object, kind: str, body: Any) -> Object:
    """``before`` after the patch; nothing is stored."""
    if kind == JSON_PATCH:
        after = json_patch.apply(before, body)
    elif kind == MERGE_PATCH:
        after = merge.apply(before, body)
    else:
        assert resource.schema is not None
        after = strategic.apply(resource.schema, before, body)
    if not isinstance(after, dict) or not isinstance(after.get("metadata", {}), dict):
        raise errors.bad_request("the patch does not leave an object")
    return after


def _renamed(resource: Resource, obj: Object, name: str) -> Object:
    raise errors.bad_request(
        f"the name of the object ({meta.name(obj)}) does not match the name on the URL ({name})"
    )


def _apply(
    server: write.Server,
    resource: Resource,
    namespace: str,
    name: str,
    body: Any,
    call: Call,
    subresource: str,
    old: Record | None,
) -> tuple[Record, bool]:
    if not isinstance(body, dict):
        raise errors.bad_request("an apply patch must be an object")
    _check_applied(resource, body, name, namespace)
    wanted = write.decoded(resource, body, call)
    wanted = write.match_namespace(resource, meta.with_metadata(wanted, name=name), namespace)
    wanted = _only_said(wanted, body)
    live = None if old is None else resource.read(old.object)
    if live is None and subresource:
        raise errors.not_found(resource.group, resource.plural, name)
    merged = apply.server_side_apply(
        resource.schema,
        live,
        wanted,
        call.manager,
        resource.api_version,
        subresource,
        call.force,
        server.clock.now(),
    )
    if old is None:
        uid = meta.uid(body)
        if uid:
            why = f"Precondition failed: UID in precondition: {uid}, UID in object meta: "
            raise errors.conflict(resource.group, resource.plural, name, why)
        return create.admitted(server, resource, merged, call), True
    return update.replaced(server, resource, old, merged, call, subresource, applied=True), False


def _check_applied(resource: Resource, body: Object, name: str, namespace: str) -> None:
    metadata = body.get("metadata") or {}
    if metadata.get("managedFields"):
        raise errors.bad_request("metadata.managedFields must be nil")
    if metadata.get("name", name) != name:
        raise errors.bad_request(
            f"the name of the object ({metadata['name']}) does not match the name on the URL ({name})"
        )
    if not body.get("apiVersion") or not body.get("kind"):
        missing = "apiVersion" if not body.get("apiVersion") else "kind"
        raise StatusError(400, "BadRequest", f"apply patch must name its {missing}")


def _only_said(wanted: Object, body: Object) -> Object:
    """Decoding adds the empty structs that Go always writes; an apply owns only what it says."""
    return {k: v for k, v in wanted.items() if k in body or k in ("kind", "apiVersion", "metadata")}
