"""Putting an applied configuration onto an object, and taking fields away from one.

Follows sigs.k8s.io/structured-merge-diff typed/merge.go and typed/remove.go. What stays as it was is shared
with the live object, so that an apply without effect gives the live object back.
"""

from typing import Any

from karmada_nb.engine.apiserver.patch.fieldset import FieldSet, is_member
from karmada_nb.engine.apiserver.patch.json_patch import same
from karmada_nb.engine.apiserver.patch.shape import DEDUCED, MISSING, atomic, child, element, items
from karmada_nb.engine.apiserver.schema.schema import Schema


def combine(schema: Schema, live: Any, applied: Any) -> Any:
    """``live`` with every field that ``applied`` names; no field is lost. Either may be MISSING."""
    if live is applied or applied is MISSING:
        return live
    if live is MISSING or live is None:
        return applied
    if applied is None:
        granular = isinstance(live, dict | list) and live and not atomic(schema, live)
        return live if granular else None
    if isinstance(live, dict) and isinstance(applied, dict) and not atomic(schema, live):
        return _maps(schema, live, applied)
    if isinstance(live, list) and isinstance(applied, list) and not atomic(schema, live):
        return _lists(schema, live, applied)
    return live if same(live, applied) else applied


def _maps(schema: Schema, live: dict[str, Any], applied: dict[str, Any]) -> dict[str, Any]:
    out: dict[str, Any] | None = None
    for name, theirs in applied.items():
        ours = live.get(name, MISSING)
        value = combine(child(schema, name) or DEDUCED, ours, theirs)
        if value is not ours:
            out = dict(live) if out is None else out
            out[name] = value
    return live if out is None else out


def _lists(schema: Schema, live: list[Any], applied: list[Any]) -> list[Any]:
    """Elements in the applied order; those that are only live keep their place among their neighbours."""
    form = items(schema)
    ours = [element(schema, item) for item in live]
    theirs = {element(schema, item): item for item in applied}
    wanted = list(theirs)
    known: dict[str, Any] = {}
    for step, item in zip(ours, live, strict=True):
        known[step] = None if step in known else item
    shared = iter([step for step in wanted if step in known])
    upcoming = next(shared, None)
    done: set[str] = set()
    out: list[Any] = []
    at_live = at_wanted = 0
    while at_live < len(ours) or at_wanted < len(wanted):
        here = ours[at_live] if at_live < len(ours) else None
        if here is not None and at_wanted < len(wanted):
            if here == wanted[at_wanted]:
                out.append(combine(form, known[here], theirs[here]))
                done.add(here)
                at_live += 1
                at_wanted += 1
                upcoming = next(shared, None)
                continue
            if here in theirs and upcoming is not None and upcoming != here:
                at_live += 1
                continue
        if here is not None:
            if here not in theirs:
                out.append(live[at_live])
                at_live += 1
                continue
            if here in done:
                at_live += 1
        if at_wanted < len(wanted):
            step = wanted[at_wanted]
            out.append(combine(form, known.get(step, MISSING), theirs[step]))
            done.add(step)
            at_wanted += 1
            if step == upcoming:
                upcoming = next(shared, None)
    unchanged = len(out) == len(live) and all(a is b for a, b in zip(out, live, strict=True))
    return live if unchanged else out


def remove(schema: Schema, value: Any, fields: FieldSet) -> Any:
    """``value`` without the members of ``fields``. One that this leaves empty goes too (MISSING)."""
    if not isinstance(value, dict | list):
        return value
    if not value or atomic(schema, value):
        return MISSING
    return _remove_fields(schema, value, fields) if isinstance(value, dict) else _drop(schema, value, fields)


def _remove_fields(schema: Schema, value: dict[str, Any], fields: FieldSet) -> Any:
    out: dict[str, Any] = {}
    changed = False
    for name, inner in value.items():
        node = fields.get("f:" + name)
        rest = inner if node is None else _rest(child(schema, name) or DEDUCED, inner, node)
        changed = changed or rest is not inner
        if rest is not MISSING:
            out[name] = rest
    return (out or MISSING) if changed else value


def _drop(schema: Schema, value: list[Any], fields: FieldSet) -> Any:
    out: list[Any] = []
    changed = False
    for item in value:
        node = fields.get(element(schema, item))
        rest = item if node is None else _rest(items(schema), item, node)
        changed = changed or rest is not item
        if rest is not MISSING:
            out.append(rest)
    return (out or MISSING) if changed else value


def _rest(schema: Schema, value: Any, node: FieldSet) -> Any:
    if is_member(node):
        return MISSING
    return remove(schema, value, node)
