"""patch: a change worked out from what is stored, then carried out like an update."""

from typing import Any, Final

import orjson

from karmada_nb.engine import errors, golang, meta
from karmada_nb.engine.apiserver.patch import apply, json_patch, merge, strategic
from karmada_nb.engine.apiserver.patch.go_text import plain, quoted
from karmada_nb.engine.apiserver.patch.restoring import restoring
from karmada_nb.engine.apiserver.resource import Resource
from karmada_nb.engine.apiserver.schema import strict
from karmada_nb.engine.apiserver.verbs import create, update, write
from karmada_nb.engine.apiserver.verbs.call import Call
from karmada_nb.engine.errors import Cause, StatusError
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
    known = None if resource.from_storage is not None else before
    obj = _read(resource, patched(resource, before, kind, body), kind, body, call, known)
    obj = write.match_namespace(resource, obj, namespace)
    _check_name(obj, name)
    return update.replaced(server, resource, old, obj, call, subresource, patched=True), False


def patched(resource: Resource, before: Object, kind: str, body: Any) -> Object:
    """``before`` after the patch; nothing is stored."""
    if kind == JSON_PATCH:
        after = json_patch.apply(before, body)
    elif kind == MERGE_PATCH:
        after = merge.apply(before, body)
    else:
        assert resource.schema is not None
        after = strategic.apply(resource.schema, before, body)
        if isinstance(after, dict):
            after = {**after, "kind": before["kind"], "apiVersion": before["apiVersion"]}
    if not isinstance(after, dict) or not isinstance(after.get("metadata", {}), dict):
        raise errors.bad_request("the patch does not leave an object")
    return after


def _read(
    resource: Resource, after: Object, kind: str, body: Any, call: Call, known: Object | None
) -> Object:
    """The patched object, decoded. Raises 422 about the patch for what cannot be read.

    A patched object has its fields in the order of their names: it is read from a map.
    """
    call.problems = lambda unknown: [*call.patch_problems, *strict.sorted_unknown(unknown)]
    try:
        return write.decoded(resource, after, call, known)
    except StatusError as error:
        if error.code != 400:
            raise
        why = error.message.removeprefix(write.cannot_handle(resource, ""))
        if kind == STRATEGIC_PATCH:
            why = restoring(why)
        shown = plain(body) if kind == STRATEGIC_PATCH else orjson.dumps(after).decode()
        cause = Cause("patch", "FieldValueInvalid", f"Invalid value: {quoted(shown)}: {why}")
        raise errors.invalid("", "", "", [cause]) from None


def _check_name(obj: Object, name: str) -> None:
    if not meta.name(obj):
        raise update.nameless(name)
    if meta.name(obj) != name:
        raise errors.bad_request(
            f"the name of the object ({meta.name(obj)}) does not match the name on the URL ({name})"
        )


def check_body(body: Any) -> None:
    """Raises 400 for an applied configuration that is no object."""
    if body is None:
        raise errors.bad_request("invalid object type: /, Kind=")
    if not isinstance(body, dict):
        raise errors.bad_request(
            "error decoding YAML: error unmarshaling JSON: while decoding JSON: "
            + golang.cannot_unmarshal(body, golang.JSON_MAP)
        )


def _judge_text(call: Call) -> None:
    """An applied configuration that says a field twice is found out once it could be applied."""
    if call.patch_problems and call.validation == strict.STRICT:
        lines = "".join(f"\n  {line}" for line in call.patch_problems)
        why = f"error converting YAML to JSON: yaml: unmarshal errors:{lines}"
        raise errors.bad_request(f"error strict decoding YAML: {why}")
    for line in call.patch_problems:
        call.warn(line)


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
    check_body(body)
    live = None if old is None else resource.read(old.object)
    if live is None and subresource:
        raise errors.not_found(resource.group, resource.plural, name)
    merged = apply.server_side_apply(
        resource.schema,
        live,
        body,
        call.manager,
        resource.api_version,
        subresource,
        call.force,
        call.once("now", server.clock.now),
        kind=resource.kind,
        reset=write.reset(resource, subresource),
    )
    _judge_text(call)
    if old is None and meta.uid(body):
        why = (
            f"uid mismatch: the provided object specified uid {meta.uid(body)}, "
            "and no existing object was found"
        )
        raise errors.conflict(resource.group, resource.plural, name, why)
    obj = write.match_namespace(resource, write.decoded(resource, merged, call), namespace)
    _check_name(obj, name)
    if old is None:
        return create.admitted(server, resource, obj, call), True
    return update.replaced(server, resource, old, obj, call, subresource, applied=True), False
