"""get and list: what there is, now or as it stood at a revision, whole or by the page."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import orjson

from karmada_nb.engine import errors
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
    return Record(record.key, record.revision, resource.from_storage(record.object))


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
    revision, start = _from(store, options)
    try:
        records = store.items_at(resource.storage, namespace, revision)
    except Expired:
        if options.token:
            raise errors.expired(GONE, continue_token=_encode_token(-1, start)) from None
        raise errors.expired(_TOO_OLD) from None
    if start:
        after = tuple(start.split("/", 1)) if "/" in start else ("", start)
        records = [r for r in records if (r.key.namespace, r.key.name) > after]
    holds = predicate(resource, options.label_selector, options.field_selector)
    if holds is None and not options.limit:
        return Page(converted_all(resource, records), revision)
    found: list[Record] = []
    for at, record in enumerate(records):
        record = converted(resource, record)
        if holds is not None and not holds(record.object):
            continue
        if options.limit and len(found) == options.limit:
            last = found[-1].key
            token = _encode_token(revision, f"{last.namespace}/{last.name}")
            remaining = len(records) - at if holds is None else None
            return Page(found, revision, token, remaining)
        found.append(record)
    return Page(found, revision)


def parse_revision(text: str) -> int:
    """Raises ValueError with the text that Go's parser gives."""
    if not text.isascii() or not text.isdigit():
        raise ValueError(
            f'resourceVersion: Invalid value: "{text}": strconv.ParseUint: parsing "{text}": invalid syntax'
        )
    return int(text)


def _from(store: Store, options: ListOptions) -> tuple[int, str]:
    """The revision to list at and the place to start after."""
    if options.match and options.token:
        raise _forbidden_match("resourceVersionMatch is forbidden when continue is provided")
    if options.token:
        return _decode_token(store, options)
    if options.match and not options.resource_version:
        raise _forbidden_match("resourceVersionMatch is forbidden unless resourceVersion is provided")
    if options.match not in ("", "Exact", "NotOlderThan"):
        causes = [
            Cause(
                "resourceVersionMatch",
                "FieldValueNotSupported",
                f'Unsupported value: "{options.match}": supported values: "Exact", "NotOlderThan", ""',
            )
        ]
        raise errors.invalid("meta.k8s.io", "ListOptions", "", causes)
    if options.match == "Exact" and options.resource_version == "0":
        raise _forbidden_match(
            'resourceVersionMatch "exact" is forbidden for resourceVersion "0"',
        )
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


def too_large(asked: int, current: int) -> StatusError:
    """504: the future cannot be listed."""
    cause = {"reason": "ResourceVersionTooLarge", "message": "Too large resource version"}
    return StatusError(
        504,
        "Timeout",
        f"Timeout: Too large resource version: {asked}, current: {current}",
        {"causes": [cause], "retryAfterSeconds": 1},
    )


def _forbidden_match(why: str) -> StatusError:
    causes = [Cause("resourceVersionMatch", "FieldValueForbidden", f"Forbidden: {why}")]
    return errors.invalid("meta.k8s.io", "ListOptions", "", causes)


def _encode_token(revision: int, start: str) -> str:
    token = orjson.dumps({"v": "meta.k8s.io/v1", "rv": revision, "start": start + "\u0000"})
    return base64.urlsafe_b64encode(token).rstrip(b"=").decode()


def _decode_token(store: Store, options: ListOptions) -> tuple[int, str]:
    if options.resource_version not in ("", "0"):
        raise errors.bad_request("specifying resource version is not allowed when using continue")
    text = options.token
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        raise errors.bad_request(
            "invalid continue token: continue key is not valid: illegal base64 data at input byte 0"
        ) from None
    try:
        token = orjson.loads(raw)
        revision, start, version = int(token["rv"]), str(token["start"]), token["v"]
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError):
        first = repr(chr(raw[0])) if raw else "''"
        raise errors.bad_request(
            "invalid continue token: continue key is not valid: "
            f"invalid character {first} looking for beginning of value"
        ) from None
    if version != "meta.k8s.io/v1" or not start:
        raise errors.bad_request(
            "invalid continue token: continue key is not valid: incorrect encoded start key"
        )
    return (store.revision if revision < 0 else revision), start.rstrip("\u0000")
