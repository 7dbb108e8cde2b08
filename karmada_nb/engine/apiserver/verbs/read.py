"""get and list: what there is, now or as it stood at a revision, whole or by the page."""

import base64
import posixpath
import string
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import orjson

from karmada_nb.engine import errors, golang
from karmada_nb.engine.apiserver.resource import Resource
from karmada_nb.engine.apiserver.verbs.asking import Pending, Question
from karmada_nb.engine.apiserver.verbs.call import ListOptions
from karmada_nb.engine.apiserver.verbs.select import predicate
from karmada_nb.engine.errors import Cause, StatusError
from karmada_nb.engine.store import Expired, Record, Store, StoreKey

GONE: Final = (
    "The provided continue parameter is too old to display a consistent list result. "
    "You can start a new list without the continue parameter, or use the continue token in this "
    "response to retrieve the remainder of the results. Continuing with the provided token results "
    "in an inconsistent list - objects that were created, modified, or deleted between the time the "
    "first chunk was returned and now may show up in the list."
)
_BASE64: Final = frozenset(string.ascii_letters + string.digits + "-_")
_TOO_OLD: Final = "The resourceVersion for the provided list is too old."


@dataclass(frozen=True, slots=True)
class Page:
    """``revision`` is the state the items are of; ``token`` asks for the rest."""

    records: list[Record]
    revision: int
    token: str = ""
    remaining: int | None = None


def converted(resource: Resource, record: Record) -> Record:
    """The record in the resource's version; itself where the stored form is that version's."""
    if resource.from_storage is None:
        return record
    stored = record.object
    shown = resource.from_storage(stored)
    return record if shown is stored else Record(record.key, record.revision, shown)


def converted_all(resource: Resource, records: Sequence[Record]) -> list[Record]:
    """Many records in the resource's version. Raises Pending with all that have to be asked for."""
    if not resource.asks:
        return [converted(resource, record) for record in records]
    found: list[Record] = []
    questions: list[Question] = []
    for record in records:
        try:
            found.append(converted(resource, record))
        except Pending as pending:
            questions += pending.questions
    if questions:
        raise Pending(questions)
    return found


def get(store: Store, resource: Resource, namespace: str, name: str) -> Record:
    """Raises 404."""
    record = store.get(StoreKey(resource.storage, namespace, name))
    if record is None:
        raise errors.not_found(resource.group, resource.plural, name)
    return converted(resource, record)


def list_page(store: Store, resource: Resource, namespace: str, options: ListOptions) -> Page:
    """A list, by upstream's rules for resourceVersion, resourceVersionMatch, limit and continue."""
    revision, start = _from(store, namespace, options)
    try:
        records = store.items_at(resource.storage, namespace, revision)
    except Expired:
        if options.token:
            rest = _encode_token(-1, _start(StoreKey("", *_place(start)), namespace))
            raise errors.expired(GONE, continue_token=rest) from None
        raise errors.expired(_TOO_OLD) from None
    if start:
        after = _place(start)
        records = [r for r in records if (r.key.namespace, r.key.name) > after]
    holds = predicate(resource, options.label_selector, options.field_selector)
    limit = 0 if options.resource_version == "0" and not options.token else options.limit
    if holds is None and not limit:
        return Page(converted_all(resource, records), revision)
    found: list[Record] = []
    for at, record in enumerate(records):
        record = converted(resource, record)
        if holds is not None and not holds(record.object):
            continue
        if limit and len(found) == limit:
            last = found[-1].key
            token = _encode_token(revision, _start(last, namespace))
            remaining = len(records) - at if holds is None else None
            return Page(found, revision, token, remaining)
        found.append(record)
    return Page(found, revision)


def parse_revision(text: str) -> int:
    """Raises ValueError with the text that Go's parser gives."""
    if not golang.is_number(text):
        raise ValueError(
            f'resourceVersion: Invalid value: "{text}": strconv.ParseUint: parsing "{text}": invalid syntax'
        )
    return int(text)


def _from(store: Store, namespace: str, options: ListOptions) -> tuple[int, str]:
    """The revision to list at and the place to start after: ``namespace/name``."""
    causes = _causes(options)
    if causes:
        raise errors.invalid("meta.k8s.io", "ListOptions", "", causes)
    if options.token:
        return _decode_token(store, namespace, options)
    if not options.resource_version:
        return store.revision, ""
    try:
        asked = parse_revision(options.resource_version)
    except ValueError as error:
        raise errors.bad_request(f"invalid resource version: {error}") from None
    if asked > store.revision:
        raise too_large(asked, store.revision)
    exact = options.match == "Exact" or (not options.match and options.limit and asked)
    return (asked if exact else store.revision), ""


def _causes(options: ListOptions) -> list[Cause]:
    """Follows k8s.io/apimachinery pkg/apis/meta/internalversion/validation (ValidateListOptions)."""
    causes = _match_causes(options) if options.match else []
    if options.send_initial_events is not None:
        text = "Forbidden: sendInitialEvents is forbidden for list"
        causes.append(Cause("sendInitialEvents", "FieldValueForbidden", text))
    return causes


def _match_causes(options: ListOptions) -> list[Cause]:
    match, found = options.match, []
    if not options.resource_version:
        found.append("Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided")
    if options.token:
        found.append("Forbidden: resourceVersionMatch is forbidden when continue is provided")
    causes = [Cause("resourceVersionMatch", "FieldValueForbidden", text) for text in found]
    if match not in ("Exact", "NotOlderThan"):
        text = f'Unsupported value: "{match}": supported values: "Exact", "NotOlderThan", ""'
        causes.append(Cause("resourceVersionMatch", "FieldValueNotSupported", text))
    elif match == "Exact" and options.resource_version == "0":
        text = 'Forbidden: resourceVersionMatch "exact" is forbidden for resourceVersion "0"'
        causes.append(Cause("resourceVersionMatch", "FieldValueForbidden", text))
    return causes


def too_large(asked: int, current: int) -> StatusError:
    """504: the future cannot be listed."""
    cause = {"reason": "ResourceVersionTooLarge", "message": "Too large resource version"}
    return StatusError(
        504,
        "Timeout",
        f"Timeout: Too large resource version: {asked}, current: {current}",
        {"causes": [cause], "retryAfterSeconds": 1},
    )


def _start(key: StoreKey, namespace: str) -> str:
    """Where a list goes on, below what it is a list of."""
    return f"/{key.name}" if namespace or not key.namespace else f"{key.namespace}/{key.name}"


def _place(start: str) -> tuple[str, str]:
    namespace, _, name = start.rpartition("/")
    return namespace, name


def _encode_token(revision: int, start: str) -> str:
    token = orjson.dumps({"v": "meta.k8s.io/v1", "rv": revision, "start": start + "\u0000"})
    return base64.urlsafe_b64encode(token).rstrip(b"=").decode()


def _decode_token(store: Store, namespace: str, options: ListOptions) -> tuple[int, str]:
    """The revision to list at and the place to start after.

    Follows k8s.io/apiserver pkg/storage/continue.go.
    """
    revision, start = _token_fields(options.token)
    key = start if start.startswith("/") else f"/{start}"
    if posixpath.normpath(key) != key:
        raise _bad_token(start)
    if options.resource_version not in ("", "0"):
        raise errors.bad_request("specifying resource version is not allowed when using continue")
    below = key[1:].rstrip("\u0000")
    place = below if "/" in below or not namespace else f"{namespace}/{below}"
    return (store.revision if revision < 0 else revision), place


def _token_fields(text: str) -> tuple[int, str]:
    """The revision and the key in a token. Raises 400 for what is none."""
    wrong = next((at for at, char in enumerate(text) if char not in _BASE64), None)
    if wrong is not None or len(text) % 4 == 1:
        raise _bad_token(f"illegal base64 data at input byte {wrong or 0}")
    raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    try:
        token = orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise _bad_token(golang.json_error(raw)) from None
    if not isinstance(token, dict):
        raise _bad_token(golang.cannot_unmarshal(token, "storage.continueToken"))
    version, revision, start = token.get("v") or "", token.get("rv") or 0, token.get("start") or ""
    fields = {"v": (version, "string"), "rv": (revision, "int64"), "start": (start, "string")}
    for name, (value, kind) in fields.items():
        if type(value) is not (str if kind == "string" else int):
            raise _bad_token(golang.cannot_unmarshal(value, kind, f"continueToken.{name}"))
    if version != "meta.k8s.io/v1":
        raise _bad_token(f"server does not recognize this encoded version {version}")
    if not revision:
        raise _bad_token("incorrect encoded start resourceVersion (version meta.k8s.io/v1)")
    if not start:
        raise _bad_token("encoded start key empty (version meta.k8s.io/v1)")
    return revision, start


def _bad_token(why: str) -> StatusError:
    return errors.bad_request(f"invalid continue token: continue key is not valid: {why}")
