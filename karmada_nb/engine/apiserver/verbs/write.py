"""What create, update and patch share: decoding, checks on metadata, bookkeeping, commit.

The order follows k8s.io/apiserver: decode, default, mutating admission, preparation, validation,
validating admission, storage. Everything is synchronous, so a write sees one state of the store.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final

from karmada_nb.engine import errors, golang, meta
from karmada_nb.engine.apiserver.admission.chain import Attributes, Chain, Reader
from karmada_nb.engine.apiserver.crd.fill import prune
from karmada_nb.engine.apiserver.patch import managed
from karmada_nb.engine.apiserver.patch.fieldset import FieldSet
from karmada_nb.engine.apiserver.resource import Registry, Resource
from karmada_nb.engine.apiserver.schema.catalogue import BUILT_IN
from karmada_nb.engine.apiserver.schema.decode import DecodeError, decode
from karmada_nb.engine.apiserver.validation.metadata import validate_metadata, validate_metadata_change
from karmada_nb.engine.apiserver.validation.metadata_passes import CUSTOM, passes
from karmada_nb.engine.apiserver.verbs.call import Call
from karmada_nb.engine.meta import Object
from karmada_nb.engine.runtime.clock import Clock
from karmada_nb.engine.store import Record, Store, StoreKey

_SUFFIX: Final = "bcdfghjklmnpqrstvwxz2456789"
_SERVER_SET: Final = ("uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds")


@dataclass(frozen=True, slots=True)
class Server:
    """What the verbs work on. ``reader`` is the store as admission sees it."""

    store: Store
    registry: Registry
    clock: Clock
    admission: Chain
    reader: Reader


def random_suffix(length: int = 5) -> str:
    """The letters upstream appends to ``generateName`` and pods' names."""
    return "".join(random.choices(_SUFFIX, k=length))


def new_uid() -> str:
    """A UUID. It names and protects nothing, so it need not come from the system's entropy."""
    text = f"{random.getrandbits(128):032x}"
    variant = "89ab"[int(text[16], 16) & 3]
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-{variant}{text[17:20]}-{text[20:]}"


def decoded(resource: Resource, obj: Mapping[str, Any], call: Call, known: Object | None = None) -> Object:
    """The object as the typed API would read it, ``kind`` and ``apiVersion`` first.

    Unknown fields are dropped; what else happens to the request depends on ``call.validation``. Parts that
    are one and the same as in ``known``, which was read before, are not read again.
    Raises 400 for values of a wrong type.
    """
    _check_type(resource, obj)
    body: Object = {**obj, "kind": resource.kind, "apiVersion": resource.api_version}
    read: Object = {}
    if known is not None:
        read = {k: v for k, v in body.items() if known.get(k) is v and isinstance(v, dict)}
        body = {k: v for k, v in body.items() if k not in read}
    if resource.custom:
        body, unknown = _decoded_custom(resource, body, report=call.validation != "Ignore")
    else:
        body, unknown = _decoded_builtin(resource, body)
    if call.validation != "Ignore":
        texts = call.problems(unknown)
        if texts and call.validation == "Strict":
            raise errors.bad_request(cannot_handle(resource, "strict decoding error: " + ", ".join(texts)))
        for text in texts:
            call.warn(text)
    metadata = read["metadata"] if "metadata" in read else body.get("metadata") or {}
    if meta.metadata(obj).get("managedFields") == []:
        # Decoding drops empty lists, but this one says that the managers are to be forgotten.
        metadata = {**metadata, "managedFields": []}
    out: Object = {"kind": resource.kind, "apiVersion": resource.api_version, "metadata": metadata}
    for name in {**obj, **body}:
        if name not in out:
            if name in read:
                out[name] = read[name]
            elif name in body:
                out[name] = body[name]
    return out


def _decoded_builtin(resource: Resource, body: Object) -> tuple[Object, Sequence[str]]:
    if resource.schema is None:
        return body, ()
    try:
        return decode(resource.schema, body)
    except DecodeError as error:
        raise errors.bad_request(cannot_handle(resource, str(error))) from None


def _decoded_custom(resource: Resource, body: Object, *, report: bool) -> tuple[Object, Sequence[str]]:
    assert resource.schema is not None
    unknown: list[str] = []
    pruned: Object = prune(resource.schema, body, "", unknown if report else None)
    try:
        metadata = decode(resource.schema.properties["metadata"], body.get("metadata") or {})
    except DecodeError as error:
        raise errors.bad_request(cannot_handle(resource, str(error))) from None
    unknown += [f"metadata.{path}" for path in metadata.unknown]
    return {**pruned, "metadata": metadata.object}, unknown


def cannot_handle(resource: Resource, why: str) -> str:
    """Upstream's words before the reason why a body cannot be read."""
    return f'{resource.kind} in version "{resource.version}" cannot be handled as a {resource.kind}: {why}'


def _check_type(resource: Resource, obj: Mapping[str, Any]) -> None:
    kind, api_version = obj.get("kind") or resource.kind, obj.get("apiVersion") or resource.api_version
    if kind == resource.kind and api_version == resource.api_version:
        return
    for name, value in (("apiVersion", api_version), ("kind", kind)):
        if not isinstance(value, str):
            why = golang.cannot_unmarshal(value, "string", f".{name}")
            raise errors.bad_request(f"couldn't get version/kind; json parse error: {why}")
    if resource.custom:
        raise errors.bad_request(
            f"the API version in the data ({api_version}) does not match "
            f"the expected API version ({resource.api_version})"
            if api_version != resource.api_version
            else f"the kind in the data ({kind}) does not match the expected kind ({resource.kind})"
        )
    version = meta.group_version(api_version)[1]
    if (api_version, kind) not in _known():
        why = (
            f'no kind "{kind}" is registered for version "{api_version}" in scheme '
            '"k8s.io/kubernetes/pkg/api/legacyscheme/scheme.go:30"'
        )
    elif kind == resource.kind and meta.group_version(api_version)[0] == resource.group:
        raise errors.bad_request(
            f"the API version in the data ({api_version}) does not match "
            f"the expected API version ({resource.api_version})"
        )
    else:
        home = resource.group.partition(".")[0] or "core"
        why = f"converting ({version}.{kind}) to ({home}.{resource.kind}): unknown conversion"
    raise errors.bad_request(f'{kind} in version "{version}" cannot be handled as a {resource.kind}: {why}')


@cache
def _known() -> frozenset[tuple[str, str]]:
    """The built-in kinds by apiVersion."""
    return frozenset((meta.api_version(info.group, info.version), info.kind) for info in BUILT_IN)


def match_namespace(resource: Resource, obj: Object, namespace: str) -> Object:
    """The object in the request's namespace. Raises 400 if it names another."""
    has = meta.namespace(obj)
    if not resource.namespaced:
        return meta.with_metadata(obj, namespace=None) if has else obj
    if has and has != namespace:
        raise errors.bad_request(
            "the namespace of the provided object does not match the namespace sent on the request"
        )
    return obj if has else meta.with_metadata(obj, namespace=namespace)


def born(resource: Resource, obj: Object, now: datetime, call: Call, attempt: int = 0) -> Object:
    """A new object's metadata: what only the server sets is set, what a client made up is dropped."""
    metadata = {k: v for k, v in obj["metadata"].items() if k not in _SERVER_SET and k != "selfLink"}
    if metadata.get("resourceVersion"):
        raise errors.StatusError(500, "", "resourceVersion should not be set on objects to be created")
    metadata.pop("resourceVersion", None)
    metadata.pop("generation", None)
    if not metadata.get("name") and metadata.get("generateName"):
        metadata["name"] = metadata["generateName"][:58] + call.once(f"suffix {attempt}", random_suffix)
    metadata["uid"] = call.once("uid", new_uid)
    metadata["creationTimestamp"] = meta.rfc3339(now)
    if resource.strategy.generational:
        metadata["generation"] = resource.strategy.first_generation
        if not metadata["generation"]:
            del metadata["generation"]
    return {**obj, "metadata": metadata}


def inherited(obj: Object, old: Object) -> Object:
    """An update's metadata: what the server set once stays, whatever the client left out."""
    metadata, before = dict(obj["metadata"]), old["metadata"]
    metadata.pop("selfLink", None)
    if not metadata.get("uid"):
        metadata["uid"] = before["uid"]
    metadata["creationTimestamp"] = before["creationTimestamp"]
    if "generation" in before:
        metadata["generation"] = before["generation"]
    else:
        metadata.pop("generation", None)
    if "deletionTimestamp" in before:
        metadata["deletionTimestamp"] = before["deletionTimestamp"]
    if "deletionGracePeriodSeconds" in before:
        metadata.setdefault("deletionGracePeriodSeconds", before["deletionGracePeriodSeconds"])
    if "managedFields" not in metadata and "managedFields" in before:
        metadata["managedFields"] = before["managedFields"]
    return {**obj, "metadata": metadata}


def attributes(
    resource: Resource, operation: str, obj: Object | None, old: Object | None, call: Call, subresource: str
) -> Attributes:
    """The write as admission sees it."""
    about = obj if obj is not None else old
    assert about is not None
    namespace = meta.namespace(about)
    return Attributes(
        resource,
        operation,
        obj,
        old,
        namespace,
        meta.name(about),
        subresource,
        call.user,
        call.dry_run,
        call.answers,
        call.warn,
    )


def tracked(
    resource: Resource, obj: Object, old: Object | None, call: Call, subresource: str, now: datetime
) -> Object:
    """The object with ``managedFields`` brought up to date for a write that is not an apply."""
    if not call.track:
        return obj
    before = None if old is None else resource.read(old)
    entries = managed.after_update(
        resource.schema,
        before,
        obj,
        call.manager,
        resource.api_version,
        subresource,
        now,
        reset=reset(resource, subresource),
    )
    if entries is obj["metadata"].get("managedFields"):
        return obj
    return meta.with_metadata(obj, managedFields=entries or None)


def reset(resource: Resource, subresource: str) -> FieldSet | None:
    """The fields that a write does not reach, and so does not own; None leaves it to the schema."""
    if not resource.custom or subresource:
        return None
    return managed.STATUS if resource.strategy.has_status else managed.NO_FIELDS


def named_group(resource: Resource) -> str:
    """The group that refusals name: events are core objects, whichever group they came in by."""
    return "" if resource.storage == "events" else resource.group


def check_new(resource: Resource, obj: Object) -> None:
    """Raises 422 with everything that is wrong with a new object."""
    strategy = resource.strategy
    known = not resource.custom and passes(resource.group, resource.kind).finalizers
    causes = validate_metadata(obj, resource.namespaced, strategy.validate_name, builtin=known)
    causes = [*causes, *strategy.validate(obj)]
    if causes:
        raise errors.invalid(named_group(resource), resource.kind, meta.name(obj), causes)


def check_change(resource: Resource, obj: Object, old: Object, subresource: str) -> None:
    """Raises 422 with everything that is wrong with a change."""
    strategy = resource.strategy
    looks = CUSTOM if resource.custom else passes(resource.group, resource.kind, subresource)
    causes = validate_metadata_change(obj, old, looks)
    if subresource == "status":
        causes = [*causes, *strategy.validate_status(obj, old)]
    else:
        causes = [*causes, *strategy.validate_subresource(obj, old, subresource)]
    if causes:
        raise errors.invalid(named_group(resource), resource.kind, meta.name(obj), causes)


def counted(resource: Resource, obj: Object, old: Object) -> Object:
    """The object with its generation raised if anything outside metadata and status changed."""
    if not resource.strategy.generational:
        return obj
    generation = old["metadata"].get("generation", 0)
    skip = ("metadata", "status", "kind", "apiVersion") if resource.strategy.has_status else ("metadata",)
    changed = any(
        obj.get(field) is not old.get(field) and obj.get(field) != old.get(field)
        for field in obj.keys() | old.keys()
        if field not in skip
    )
    return meta.with_metadata(obj, generation=generation + 1) if changed else obj


def same(obj: Object, old: Object) -> bool:
    """Whether a write would change nothing but its own bookkeeping."""
    if any(obj.get(k) != old.get(k) for k in obj.keys() | old.keys() if k != "metadata"):
        return False
    a, b = obj["metadata"], old["metadata"]
    if any(
        a.get(k) != b.get(k) for k in a.keys() | b.keys() if k not in ("resourceVersion", "managedFields")
    ):
        return False
    return managed.same_but_times(a.get("managedFields") or [], b.get("managedFields") or [])


def commit(server: Server, resource: Resource, obj: Object, old: Record | None, call: Call) -> Record:
    """Store a checked object, unless it changes nothing or this is a dry run."""
    key = StoreKey(resource.storage, meta.namespace(obj), meta.name(obj))
    if old is not None and same(obj, old.object):
        return old
    if call.dry_run:
        return Record(key, old.revision if old else 0, _unsaved(obj, old))
    metadata = obj["metadata"]
    finished = (
        "deletionTimestamp" in metadata
        and not metadata.get("finalizers")
        and not metadata.get("deletionGracePeriodSeconds")
        and not resource.strategy.held(obj)
    )
    if finished and old is not None:
        return server.store.remove(key, obj)
    return server.store.put(key, obj, cold=resource.strategy.cold)


def _unsaved(obj: Object, old: Record | None) -> Object:
    metadata = {k: v for k, v in obj["metadata"].items() if k != "resourceVersion"}
    if old is not None:
        metadata["resourceVersion"] = str(old.revision)
    return {**obj, "metadata": metadata}
