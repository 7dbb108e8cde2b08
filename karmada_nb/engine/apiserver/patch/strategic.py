"""Strategic merge patch: a merge patch that knows which lists merge, and by which key.

Follows k8s.io/apimachinery pkg/util/strategicpatch/patch.go (StrategicMergeMapPatch). Only built-in types
have it; a custom resource is answered with 415 before it comes here.
"""

from typing import Any

from karmada_nb.engine import golang
from karmada_nb.engine.apiserver.patch import strategic_lists as lists
from karmada_nb.engine.apiserver.patch.json_patch import same
from karmada_nb.engine.apiserver.patch.strategic_terms import (
    DELETE,
    DELETE_FROM_LIST,
    DIRECTIVE,
    ELEMENT_ORDER,
    REPLACE,
    RETAIN_KEYS,
    bad_format,
    list_field,
    struct_field,
    unknown_directive,
    wrong_type,
)
from karmada_nb.engine.apiserver.schema.schema import Schema
from karmada_nb.engine.errors import bad_request
from karmada_nb.engine.meta import Object


def apply(schema: Schema, obj: Object, patch: Any) -> Object:
    """``obj`` with ``patch`` (parsed JSON) merged in; ``obj`` itself when nothing differs.

    Raises StatusError: 400 for what is no patch, 500 with upstream's text for one that does not fit.
    """
    if patch is None:
        return obj
    if not isinstance(patch, dict):
        raise bad_request(golang.cannot_unmarshal(patch, golang.JSON_MAP))
    return merge_map(schema, obj, patch)


def merge_map(schema: Schema, original: Object, patch: Object) -> Object:
    """The map ``original`` after ``patch``."""
    if DIRECTIVE in patch:
        return _directed(patch)
    out = dict(original)
    rest = dict(patch)
    _retain_keys(out, rest)
    _order_lists(schema, out, rest)
    for key, value in rest.items():
        deletes = key.startswith(DELETE_FROM_LIST)
        name = _listed(key, DELETE_FROM_LIST, "primitive list") if deletes else key
        _merge_field(schema, out, name, value, deletes)
    unchanged = out.keys() == original.keys() and all(out[key] is original[key] for key in out)
    return original if unchanged else out


def _directed(patch: Object) -> Object:
    directive = patch[DIRECTIVE]
    if directive == REPLACE:
        return {key: value for key, value in patch.items() if key != DIRECTIVE}
    if directive == DELETE:
        return {}
    raise unknown_directive(directive, patch)


def _merge_field(schema: Schema, out: Object, name: str, value: Any, deletes: bool) -> None:
    """Brings one field of a patch into ``out``, which is the caller's own copy."""
    if value is None:
        out.pop(name, None)
        return
    old = out.get(name)
    if name not in out or type(old) is not type(value):
        if not deletes:
            _put(out, name, without_nulls(value))
    elif isinstance(value, dict):
        map_field = struct_field(schema, name)
        merged = value if map_field.strategy == REPLACE else merge_map(map_field.schema, out[name], value)
        out[name] = old if same(old, merged) else merged
    elif isinstance(value, list):
        field = list_field(schema, name)
        if deletes or field.strategy == "merge":
            merged_list = lists.merge_list(field, out[name], value, deletes, merge_map)
        else:
            merged_list = value
        out[name] = old if same(old, merged_list) else merged_list
    elif old != value:
        out[name] = value


def _put(out: Object, name: str, value: Any) -> None:
    """Sets a field to what is left of a patch without directives."""
    if isinstance(value, dict) and DIRECTIVE in value:
        out.pop(name, None)
    else:
        out[name] = without_directives(value)


def _retain_keys(out: Object, patch: Object) -> None:
    """``$retainKeys``: of the fields, only those named stay."""
    if RETAIN_KEYS not in patch:
        return
    named = patch.pop(RETAIN_KEYS)
    if not isinstance(named, list):
        raise bad_format("retainKeys")
    for key, value in patch.items():
        if value is not None and not key.startswith((DELETE_FROM_LIST, ELEMENT_ORDER)) and key not in named:
            raise bad_format("retainKeys")
    for key in [key for key in out if key not in named]:
        del out[key]


def _order_lists(schema: Schema, out: Object, patch: Object) -> None:
    """``$setElementOrder``: merges the lists that have one, and puts them in that order."""
    for key in [key for key in patch if key.startswith(ELEMENT_ORDER)]:
        order = patch.pop(key)
        if not isinstance(order, list):
            raise wrong_type("[]interface {}", order)
        name = _listed(key, ELEMENT_ORDER, "setElementOrder list")
        for side in (out, patch):
            if name in side and not isinstance(side[name], list):
                raise wrong_type("[]interface {}", side[name])
        field = list_field(schema, name)
        theirs = patch.get(name, [])
        lists.check_order(theirs, order, field.merge_key)
        if name in out and name in patch:
            merged = theirs
            if field.strategy == "merge":
                merged = lists.merge_list(field, out[name], theirs, False, merge_map)
        elif name in out:
            merged = out[name]
        elif name in patch:
            merged = without_directives(theirs)
        else:
            continue
        arranged = lists.arrange(merged, order, out.get(name, []), theirs, field.merge_key)
        out[name] = out[name] if name in out and same(out[name], arranged) else arranged
        patch.pop(name, None)


def _listed(key: str, prefix: str, what: str) -> str:
    """The field that ``$prefix/field`` speaks of."""
    head, slash, name = key.partition("/")
    if head != prefix or not slash:
        raise bad_format(what)
    return name


def without_nulls(value: Any) -> Any:
    """A value in which no map has a null field."""
    if isinstance(value, dict):
        return {key: without_nulls(item) for key, item in value.items() if item is not None}
    return [without_nulls(item) for item in value] if isinstance(value, list) else value


def without_directives(value: Any) -> Any:
    """A value without the maps in it that carry a directive."""
    if isinstance(value, dict):
        return {key: without_directives(item) for key, item in value.items() if not _directs(item)}
    if isinstance(value, list):
        return [without_directives(item) for item in value if not _directs(item)]
    return value


def _directs(value: Any) -> bool:
    return isinstance(value, dict) and DIRECTIVE in value
