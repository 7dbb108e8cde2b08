"""Which fields differ between two versions of an object.

Follows sigs.k8s.io/structured-merge-diff typed/compare.go. Versions share what they have in common, so parts
that are one and the same object are passed over without a look.
"""

from typing import Any, Final, TypeAlias

from karmada_nb.engine.apiserver.patch.fieldset import LEAF, SELF, FieldSet, is_member, ordered, with_self
from karmada_nb.engine.apiserver.patch.shape import DEDUCED, MISSING, atomic, child, element, items, zero
from karmada_nb.engine.apiserver.schema.schema import Schema

Difference: TypeAlias = tuple[FieldSet | None, FieldSet | None]
"""What was changed (added or modified) and what was removed; None for nothing."""

_NONE: Final[Difference] = (None, None)
_CHANGED: Final[Difference] = (LEAF, None)
_REMOVED: Final[Difference] = (None, LEAF)


def compare(schema: Schema, old: Any, new: Any, ignored: FieldSet) -> tuple[FieldSet, FieldSet]:
    """The fields of two objects that were added or modified, and those that were removed.

    Members of ``ignored`` and all that is below them are passed over.
    """
    changed, removed = _maps(schema, old, new, ignored)
    return changed or {}, removed or {}


def _values(schema: Schema, old: Any, new: Any, ignored: FieldSet) -> Difference:
    if old is new:
        return _NONE
    before, after = type(old), type(new)
    if before is dict or after is dict:
        shape: type = dict
    elif before is list or after is list:
        shape = list
    else:
        return _leaf(old, new)
    if old == new:
        return _NONE
    if not ((before is shape or _nothing(old)) and (after is shape or _nothing(new))):
        return _reshaped(schema, old, new)
    known = old if before is shape else new
    if not ((before is shape and old) or (after is shape and new)) or atomic(schema, known):
        return _leaf(old, new)
    both = _maps(schema, old, new, ignored) if shape is dict else _lists(schema, old, new)
    if old is MISSING:
        return with_self(both[0]), both[1]
    return (both[0], with_self(both[1])) if new is MISSING else both


def _nothing(value: Any) -> bool:
    return value is MISSING or value is None


def _present(container: Any) -> bool:
    return isinstance(container, dict | list) and bool(container)


def _leaf(old: Any, new: Any) -> Difference:
    if old is MISSING:
        return _CHANGED
    if new is MISSING:
        return _REMOVED
    if old == new and (type(old) is bool) == (type(new) is bool):
        return _NONE
    return _CHANGED


def _reshaped(schema: Schema, old: Any, new: Any) -> Difference:
    """A value that became another form: parts of the old one go, parts of the new one come."""
    gone = _values(schema, old, None, {})[1] if _granular(schema, old) else None
    come = _values(schema, None, new, {})[0] if _granular(schema, new) else None
    whole = not (_granular(schema, old) and _granular(schema, new))
    return with_self(come) if whole else come, gone


def _granular(schema: Schema, value: Any) -> bool:
    return _present(value) and not atomic(schema, value)


def _maps(schema: Schema, old: Any, new: Any, ignored: FieldSet) -> Difference:
    left: dict[str, Any] = old if type(old) is dict else {}
    right: dict[str, Any] = new if type(new) is dict else {}
    changed: FieldSet = {}
    removed: FieldSet = {}

    def field(name: str, before: Any, after: Any) -> None:
        step = "f:" + name
        below = ignored.get(step)
        if below is not None and is_member(below):
            return
        schema_of = child(schema, name) or DEDUCED
        if schema_of.always:
            if before is MISSING and old is not MISSING:
                before = zero(schema_of)
            if after is MISSING and new is not MISSING:
                after = zero(schema_of)
        came, went = _values(schema_of, before, after, below or {})
        if came is not None:
            changed[step] = came
        if went is not None:
            removed[step] = went

    for name, after in right.items():
        before = left.get(name, MISSING)
        if before is not after:
            field(name, before, after)
    for name, before in left.items():
        if name not in right:
            field(name, before, MISSING)
    return ordered(changed) or None, ordered(removed) or None


def _index(schema: Schema, container: Any) -> dict[str, list[Any]]:
    """Elements by their step; more than one under a step are duplicates."""
    out: dict[str, list[Any]] = {}
    for item in container if isinstance(container, list) else ():
        out.setdefault(element(schema, item), []).append(item)
    return out


def _lists(schema: Schema, old: Any, new: Any) -> Difference:
    left, right = _index(schema, old), _index(schema, new)
    form = items(schema)
    changed: FieldSet = {}
    removed: FieldSet = {}
    for step in dict.fromkeys([*left, *right]):
        before, after = left.get(step, []), right.get(step, [])
        if len(before) > 1 and len(after) > 1:
            came, went = _leaf(before, after)
        else:
            old_item = before[0] if len(before) == 1 else MISSING
            new_item = after[0] if len(after) == 1 else MISSING
            both_missing = old_item is MISSING and new_item is MISSING
            came, went = _NONE if both_missing else _values(form, old_item, new_item, {})
            if len(before) > 1:
                went = with_self(went)
            if len(after) > 1:
                came = with_self(came)
        if came is not None:
            changed[step] = came
        if went is not None:
            removed[step] = went
    return ordered(changed) or None, ordered(removed) or None


def field_set(schema: Schema, value: Any) -> FieldSet:
    """Every field that an applied object names. Follows typed/tofieldset.go."""
    return _named(schema, value) or {}


def _named(schema: Schema, value: Any) -> FieldSet | None:
    if not isinstance(value, dict | list) or atomic(schema, value):
        return LEAF
    out: FieldSet = {}
    if isinstance(value, dict):
        for name, inner in value.items():
            node = _named(child(schema, name) or DEDUCED, inner)
            if inner is None or inner == {} or name not in schema.properties:
                node = with_self(node)
            if node is not None:
                out["f:" + name] = node
    else:
        form = items(schema)
        for step, found in _index(schema, value).items():
            out[step] = LEAF if len(found) > 1 else with_self(_named(form, found[0]))
    return ordered(out) or None


def name_parents(schema: Schema, fields: FieldSet) -> FieldSet:
    """The set with every declared field that has members below as a member too (not maps' free keys)."""
    out: FieldSet = {}
    for step, node in fields.items():
        if step == SELF or not node:
            out[step] = node
        elif step.startswith("f:"):
            name = step[2:]
            below = name_parents(child(schema, name) or DEDUCED, node)
            out[step] = with_self(below) if name in schema.properties else below
        else:
            out[step] = name_parents(items(schema), node)
    return out
