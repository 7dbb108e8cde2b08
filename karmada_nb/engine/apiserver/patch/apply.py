"""Server-side apply.

Follows sigs.k8s.io/structured-merge-diff merge/update.go and k8s.io/apimachinery
pkg/util/managedfields/internal/structuredmerge.go.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.patch import fieldset, last_applied
from karmada_nb.engine.apiserver.patch.check import check, problems_text
from karmada_nb.engine.apiserver.patch.combine import combine
from karmada_nb.engine.apiserver.patch.compare import compare, field_set
from karmada_nb.engine.apiserver.patch.conflict import Conflict, conflict_error
from karmada_nb.engine.apiserver.patch.fieldset import FieldSet
from karmada_nb.engine.apiserver.patch.json_patch import same
from karmada_nb.engine.apiserver.patch.managed import (
    STRIPPED,
    Entry,
    after_update,
    arranged,
    identity,
    make_entry,
    reset_fields,
)
from karmada_nb.engine.apiserver.patch.prune import prune
from karmada_nb.engine.apiserver.patch.shape import UnnamedElementError, rooted
from karmada_nb.engine.apiserver.schema.schema import Schema
from karmada_nb.engine.errors import StatusError, bad_request
from karmada_nb.engine.meta import Object

BEFORE_FIRST_APPLY = "before-first-apply"
"""Who is said to have set the fields of an object about which nothing was recorded."""
_NOBODY = fieldset.union(STRIPPED, {"f:metadata": {fieldset.SELF: fieldset.LEAF}})


@dataclass(frozen=True, slots=True)
class _Request:
    schema: Schema
    live: Object
    applied: Object
    manager: str
    api_version: str
    subresource: str
    reset: FieldSet
    entries: list[Entry]

    @property
    def own(self) -> tuple[str, str, str, str]:
        return self.manager, "Apply", "", self.subresource


def server_side_apply(
    schema: Schema | None,
    live: Object | None,
    applied: Object,
    manager: str,
    api_version: str,
    subresource: str,
    force: bool,
    now: datetime,
    *,
    kind: str = "",
    reset: FieldSet | None = None,
) -> Object:
    """The object after ``manager`` applied a configuration, with its managedFields.

    ``live`` is None when there is no such object yet. Nothing is defaulted here. The live object itself
    comes back when neither a field nor an owner changed. ``reset`` as for ``managed.after_update``.

    Raises StatusError: 400 for another type or for managedFields in the configuration, 409 with a cause for
    each field that somebody else manages (unless ``force``), 500 for what the schema does not allow.
    """
    root = rooted(schema)
    expected = kind or (live or {}).get("kind") or root.struct
    _same_type(applied, api_version, expected)
    if meta.metadata(applied).get("managedFields") is not None:
        raise bad_request("metadata.managedFields must be nil")
    problems = check(root, applied)
    if problems:
        raise _unfit(applied, problems_text(problems))
    reset = reset_fields(schema, subresource) if reset is None else reset
    entries: list[Entry] = meta.metadata(live).get("managedFields") or [] if live is not None else []
    if live is not None and not entries:
        entries = after_update(
            schema, None, live, BEFORE_FIRST_APPLY, api_version, subresource, now, reset=reset
        )
    request = _Request(
        root, live or {}, applied, manager or "unknown", api_version, subresource, reset, entries
    )
    merged, fields, conflicts, others = _merge(request)
    if conflicts and not force:
        if manager == last_applied.MANAGER:
            conflicts = last_applied.remaining(root, request.live, api_version, conflicts)
        if conflicts:
            raise conflict_error(conflicts)
    unchanged = live is not None and (merged is live or same(merged, live))
    entries = _with_own(request, fields, others, None if unchanged else meta.rfc3339(now))
    base = live if unchanged and live is not None else merged
    out = _with_entries(base, entries)
    return last_applied.refreshed(out, applied) if manager == last_applied.MANAGER else out


def _same_type(applied: Object, api_version: str, kind: str) -> None:
    found_version, found_kind = applied.get("apiVersion") or "", applied.get("kind") or ""
    if found_version != api_version or not found_kind or found_kind != (kind or found_kind):
        raise bad_request(f"invalid object type: {_type(applied)}")


def _type(obj: Object) -> str:
    """Go's text of a GroupVersionKind: ``apps/v1, Kind=Deployment``, ``/v1, Kind=ConfigMap``."""
    group, version = meta.group_version(obj.get("apiVersion") or "")
    return f"{group}/{version}, Kind={obj.get('kind') or ''}"


def _unfit(applied: Object, why: str) -> StatusError:
    place = f"{meta.namespace(applied)}/{meta.name(applied)}; {_type(applied)}"
    return StatusError(500, "", f"failed to create typed patch object ({place}): {why}")


def _merge(request: _Request) -> tuple[Object, FieldSet, list[Conflict], list[Entry]]:
    """The merged object, the applier's fields, its conflicts, and the other entries once they gave way."""
    try:
        merged = combine(request.schema, request.live, request.applied)
        named = field_set(request.schema, request.applied)
        fields = fieldset.recursive_difference(named, request.reset)
        merged = _pruned(request, merged, fields)
        changed, removed = compare(request.schema, request.live, merged, request.reset)
    except UnnamedElementError as wrong:
        raise StatusError(500, "", f"failed to merge config: {wrong}") from None
    conflicts: list[Conflict] = []
    others: list[Entry] = []
    for entry in sorted(request.entries, key=identity):
        if identity(entry) == request.own:
            continue
        contested = fieldset.intersection(entry["fieldsV1"], changed)
        conflicts += [Conflict(entry, path) for path in fieldset.paths(contested)]
        rest = fieldset.difference(fieldset.difference(entry["fieldsV1"], contested), removed)
        if rest is entry["fieldsV1"]:
            others.append(entry)
        elif rest:
            others.append({**entry, "fieldsV1": rest})
    return merged, fieldset.difference(fields, _NOBODY), conflicts, others


def _pruned(request: _Request, merged: Object, fields: FieldSet) -> Object:
    """The merged object without what the applier named last time, names no more, and nobody else has."""
    last: FieldSet = {}
    owned = fields
    for entry in request.entries:
        if identity(entry) == request.own:
            last = entry["fieldsV1"]
        else:
            owned = fieldset.union(owned, entry["fieldsV1"])
    return prune(request.schema, merged, last, owned) if fieldset.difference(last, fields) else merged


def _with_own(request: _Request, fields: FieldSet, others: list[Entry], time: str | None) -> list[Entry]:
    """All entries; without a ``time`` the applier's entry keeps the one it has."""
    before = next((entry for entry in request.entries if identity(entry) == request.own), None)
    if not fields:
        return arranged(others)
    if time is None:
        time = before.get("time") if before else None
    entry = make_entry(request.manager, "Apply", request.api_version, request.subresource, time, fields)
    return arranged([*others, before if before == entry and before is not None else entry])


def _with_entries(obj: Object, entries: list[Entry]) -> Object:
    have: Any = meta.metadata(obj).get("managedFields")
    if have == entries or (not have and not entries):
        return obj
    return meta.with_metadata(obj, managedFields=entries or None)
