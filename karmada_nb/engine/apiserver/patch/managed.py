"""``metadata.managedFields``: who set which field, kept up on every write that is no apply.

Follows k8s.io/apimachinery pkg/util/managedfields/internal (managedfieldsupdater.go, stripmeta.go,
capmanagers.go, skipnonapplied.go, managedfields.go). There is one entry for a manager, operation, apiVersion
and subresource. Field paths of another version of the same kind are taken to mean the same fields.
"""

from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.patch import fieldset
from karmada_nb.engine.apiserver.patch.compare import compare
from karmada_nb.engine.apiserver.patch.fieldset import LEAF, FieldSet
from karmada_nb.engine.apiserver.patch.shape import UnnamedElementError, rooted
from karmada_nb.engine.apiserver.schema.schema import Schema
from karmada_nb.engine.meta import Object

Entry = Object
"""One element of ``managedFields``."""

MAX_UPDATERS: Final = 10
"""Beyond so many updating managers the oldest are put together as ``ancient-changes``."""

STRIPPED: Final[FieldSet] = {
    "f:apiVersion": LEAF,
    "f:kind": LEAF,
    "f:metadata": {
        "f:clusterName": LEAF,
        "f:creationTimestamp": LEAF,
        "f:generation": LEAF,
        "f:managedFields": LEAF,
        "f:name": LEAF,
        "f:namespace": LEAF,
        "f:resourceVersion": LEAF,
        "f:selfLink": LEAF,
        "f:uid": LEAF,
    },
}
"""Fields that nobody manages."""
METADATA: Final[FieldSet] = {"f:metadata": LEAF}
"""``metadata`` as such belongs to nobody; its fields do."""
NO_FIELDS: Final[FieldSet] = {}
STATUS: Final[FieldSet] = {"f:status": LEAF}
SPEC: Final[FieldSet] = {"f:spec": LEAF}
SPEC_AND_METADATA: Final[FieldSet] = {"f:metadata": LEAF, "f:spec": LEAF}


def reset_fields(schema: Schema | None, subresource: str) -> FieldSet:
    """What a write to this (sub)resource puts back to what it was, and so does not come to own.

    A custom resource without a status subresource resets nothing: its caller says NO_FIELDS.
    """
    if subresource == "status":
        builtin = schema is not None and schema.ref
        return SPEC if builtin else SPEC_AND_METADATA
    return NO_FIELDS if subresource or schema is None or "status" not in schema.properties else STATUS


def identity(entry: Entry) -> tuple[str, str, str, str]:
    """What makes an entry the same one: an applier's does not depend on the version it applies."""
    operation = entry["operation"]
    version = "" if operation == "Apply" else entry["apiVersion"]
    return entry.get("manager", ""), operation, version, entry.get("subresource", "")


def make_entry(
    manager: str, operation: str, api_version: str, subresource: str, time: str | None, fields: FieldSet
) -> Entry:
    """An entry with its fields in upstream's order; without ``time`` when there is none."""
    entry: Entry = {"manager": manager or "unknown", "operation": operation, "apiVersion": api_version}
    if time:
        entry["time"] = time
    entry["fieldsType"] = "FieldsV1"
    entry["fieldsV1"] = fields
    if subresource:
        entry["subresource"] = subresource
    return entry


def arranged(entries: list[Entry]) -> list[Entry]:
    """Appliers before updaters, older before newer, then by name."""
    if len(entries) < 2:
        return entries
    return sorted(
        entries,
        key=lambda entry: (
            entry["operation"],
            entry.get("time") or "",
            entry.get("manager", ""),
            entry["apiVersion"],
            entry.get("subresource", ""),
        ),
    )


_outlines: Final[dict[tuple[Schema, tuple[str, ...], Any], FieldSet]] = {}
"""Field sets of created objects by outline: events, the most frequent objects, have but a few."""
_OUTLINES_LIMIT: Final = 512
_NOTHING: Final[FieldSet] = {}


def _created(root: Schema, before: Any, new: Object, reset: tuple[str, ...]) -> FieldSet:
    """The fields of a new object, remembered for objects of the same outline."""
    outline = _outline(new)
    if outline is None:
        return fieldset.shared(compare(root, before, new, _ignored(reset))[0])
    key = (root, reset, outline)
    found = _outlines.get(key)
    if found is None:
        found = fieldset.shared(compare(root, before, new, _ignored(reset))[0])
        if len(_outlines) >= _OUTLINES_LIMIT:
            _outlines.clear()
        _outlines[key] = found
    return found


def _outline(value: Object) -> tuple[Any, ...] | None:
    """Names all the way down, and which values are zero; None if a list has parts with names of their own."""
    out: list[Any] = []
    for name, item in value.items():
        if type(item) is dict:
            below = _outline(item)
            if below is None:
                return None
            out.append((name, below))
        elif type(item) is list and item:
            return None
        else:
            out.append((name, bool(item)))
    return tuple(out)


@lru_cache(maxsize=4)
def _ignored(names: tuple[str, ...]) -> FieldSet:
    return {**STRIPPED, **dict.fromkeys(names, LEAF)}


def after_update(
    schema: Schema | None,
    old: Object | None,
    new: Object,
    manager: str,
    api_version: str,
    subresource: str,
    now: datetime,
    *,
    reset: FieldSet | None = None,
) -> list[Entry]:
    """The managedFields of ``new``, which replaces ``old`` (None: it is created).

    ``new`` may bring managedFields of its own: those of ``old`` changed by the client, or ``[]`` and
    ``[{}]`` to forget them. When no field changed, the same list comes back. ``reset`` are the top-level
    fields that this write does not reach; by default ``reset_fields``.
    """
    base = _base(old, new, subresource)
    if not base and old is not None:
        return base
    root = rooted(schema)
    reset = reset_fields(schema, subresource) if reset is None else reset
    before: Any = old if old is not None else _empty(root, new)
    try:
        if old is None:
            changed, removed = _created(root, before, new, tuple(reset)), _NOTHING
        else:
            changed, removed = compare(root, before, new, _ignored(tuple(reset)))
    except UnnamedElementError:
        return base
    if not changed and not removed:
        return base
    own = (manager or "unknown", "Update", api_version, subresource)
    mine = fieldset.difference(changed, METADATA)
    entries: list[Entry] = []
    taken = False
    for entry in base:
        fields = fieldset.difference(entry["fieldsV1"], removed)
        if mine and identity(entry) == own:
            taken = True
            fields = fieldset.union(fields, mine)
            if fields is not entry["fieldsV1"]:
                fields = fieldset.shared(fields)
            entries.append(make_entry(manager, "Update", api_version, subresource, meta.rfc3339(now), fields))
            continue
        fields = fieldset.difference(fields, changed)
        if fields is entry["fieldsV1"]:
            entries.append(entry)
        elif fields:
            entries.append({**entry, "fieldsV1": fields})
    if mine and not taken:
        mine = mine if old is None else fieldset.shared(mine)
        entries.append(make_entry(manager, "Update", api_version, subresource, meta.rfc3339(now), mine))
    return arranged(_capped(entries))


def _empty(root: Schema, new: Object) -> Object:
    """What a new object is compared with: nothing but its type."""
    return {name: new[name] for name in ("apiVersion", "kind") if name in new} if root.ref == "" else {}


def _base(old: Object | None, new: Object, subresource: str) -> list[Entry]:
    """The entries to start from: those sent, when they are to be believed, else the live ones."""
    live: list[Entry] = meta.metadata(old).get("managedFields") or [] if old is not None else []
    sent = meta.metadata(new).get("managedFields")
    if subresource or sent is None or sent is live:
        return live
    if not sent or sent == [{}]:
        return []
    if sent == live:
        return live
    try:
        return decode(sent)
    except (ValueError, TypeError, KeyError):
        return live


def decode(sent: Any) -> list[Entry]:
    """Entries that a client sent, in canonical form. Raises ValueError, TypeError or KeyError for others."""
    entries: dict[tuple[str, str, str, str], Entry] = {}
    for entry in sent:
        if entry["operation"] not in ("Apply", "Update"):
            raise ValueError("operation must be `Apply` or `Update`")
        if not entry["apiVersion"] or entry.get("fieldsType") != "FieldsV1":
            raise ValueError("expected an apiVersion and fieldsType FieldsV1")
        entries[identity(entry)] = make_entry(
            entry.get("manager", ""),
            entry["operation"],
            entry["apiVersion"],
            entry.get("subresource", ""),
            entry.get("time"),
            fieldset.decode(entry.get("fieldsV1") or {}),
        )
    return arranged([entry for entry in entries.values() if entry["fieldsV1"]])


def _capped(entries: list[Entry]) -> list[Entry]:
    """At most MAX_UPDATERS updating managers: the oldest of a version become one bucket."""
    updaters = [entry for entry in entries if entry["operation"] == "Update"]
    excess = len(updaters) - MAX_UPDATERS
    if excess <= 0:
        return entries
    out = {identity(entry): entry for entry in entries}
    first: dict[str, Entry] = {}
    for entry in sorted(updaters, key=lambda entry: (entry.get("time") or "", identity(entry))):
        version = entry["apiVersion"]
        bucket = out.get(("ancient-changes", "Update", version, ""))
        if version not in first:
            first[version] = entry
            continue
        older = bucket or first[version]
        out.pop(identity(first[version]), None)
        out.pop(identity(entry))
        fields = fieldset.union(entry["fieldsV1"], older["fieldsV1"])
        merged = make_entry("ancient-changes", "Update", version, "", entry.get("time"), fields)
        out[identity(merged)] = merged
        excess -= 1
        if excess == 0:
            break
    return list(out.values())


def same_but_times(left: list[Entry], right: list[Entry]) -> bool:
    """Whether two lists of entries say the same, whenever it was said."""
    if left is right:
        return True
    return len(left) == len(right) and all(
        a is b or _timeless(a) == _timeless(b) for a, b in zip(left, right, strict=True)
    )


def _timeless(entry: Entry) -> Entry:
    return {name: value for name, value in entry.items() if name != "time"}
