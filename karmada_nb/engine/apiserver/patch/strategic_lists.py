"""Lists in strategic merge patches: merging by key, deleting, and the order of what results.

Follows k8s.io/apimachinery pkg/util/strategicpatch/patch.go (mergeSlice, normalizeElementOrder).
"""

from collections.abc import Callable
from typing import Any

from karmada_nb.engine.apiserver.patch.go_text import plain
from karmada_nb.engine.apiserver.patch.strategic_terms import (
    DELETE,
    DIRECTIVE,
    ELEMENT_ORDER,
    MERGE,
    REPLACE,
    Field,
    failed,
    go_kind,
    no_lists_of_lists,
    no_merge_key,
    unknown_directive,
    wrong_type,
)
from karmada_nb.engine.apiserver.schema.schema import Schema
from karmada_nb.engine.meta import Object

MergeMap = Callable[[Schema, Object, Object], Object]
_MAP = "map[string]interface {}"


def element_type(*lists: list[Any]) -> type:
    """The one type of all elements. Raises StatusError when they differ or there is none."""
    types = {type(item) for items in lists for item in items}
    if not types:
        raise failed("no elements in any of the given slices")
    first = next(type(item) for items in lists for item in items)
    if first is list:
        raise no_lists_of_lists()
    if len(types) > 1:
        raise failed(f"list element types are not identical: {plain(list(lists))}")
    return first


def merge_list(
    field: Field, original: list[Any], patch: list[Any], deletes: bool, merge_map: MergeMap
) -> list[Any]:
    """``original`` with the elements of ``patch``; without them where ``deletes``."""
    if not original and not patch:
        return original
    if element_type(original, patch) is not dict:
        if deletes:
            return [item for item in original if item not in patch]
        merged = list(dict.fromkeys([*original, *patch]))
        return _in_order(merged, patch, original, "")
    if not field.merge_key:
        raise failed(f"cannot merge lists without merge key for {go_kind(field.schema)}")
    key = field.merge_key
    original, plain_items, replaces = _direct(original, patch, key)
    if replaces:
        return _in_order(plain_items, [], plain_items, key)
    merged = list(original)
    for item in plain_items:
        if key not in item:
            raise no_merge_key(item, key)
        place = _find(merged, item[key], key)
        if place is None:
            merged.append(item)
        else:
            merged[place] = merge_map(field.schema, merged[place], item)
    return _in_order(merged, plain_items, original, key)


def _direct(original: list[Any], patch: list[Any], key: str) -> tuple[list[Any], list[Any], bool]:
    """What is left of both lists once directives are followed, and whether the patch replaces the list."""
    rest: list[Any] = []
    replaces = False
    for item in patch:
        if DIRECTIVE not in item:
            rest.append(item)
            continue
        directive = item[DIRECTIVE]
        if directive == DELETE:
            if key not in item:
                raise no_merge_key(item, key)
            original = [one for one in original if key not in one or one[key] != item[key]]
        elif directive == REPLACE:
            replaces = True
        elif directive == MERGE:
            raise failed("merging lists cannot yet be specified in the patch")
        else:
            raise unknown_directive(directive, item)
    return original, rest, replaces


def _find(items: list[Any], value: Any, key: str) -> int | None:
    for place, item in enumerate(items):
        if not isinstance(item, dict):
            raise failed(f"value for key {place} is not a map")
        if key in item and item[key] == value:
            return place
    return None


def arrange(
    merged: list[Any], order: list[Any], original: list[Any], patch: list[Any], key: str
) -> list[Any]:
    """``merged`` with the elements of ``order`` in its order, and the others where they were."""
    element_type(original, patch)
    return _in_order(merged, order, original, key)


def _in_order(merged: list[Any], order: list[Any], original: list[Any], key: str) -> list[Any]:
    """The elements that ``order`` has go as it says, the others as in ``original``, woven together."""
    ours: list[Any] = []
    theirs: list[Any] = []
    for item in merged:
        if key and not isinstance(item, dict):
            raise wrong_type(_MAP, item)
        if key and key not in item:
            raise no_merge_key(item, key)
        (theirs if _place(order, item, key) >= 0 else ours).append(item)
    theirs = _sorted(theirs, order, key)
    ours = _sorted(ours, original, key)
    return _woven(ours, theirs, original, key)


def _sorted(items: list[Any], order: list[Any], key: str) -> list[Any]:
    if key:
        for item in order:
            if not isinstance(item, dict):
                raise wrong_type(_MAP, item)
            if key not in item:
                raise no_merge_key(item, key)
    return sorted(items, key=lambda item: _place(order, item, key))


def _woven(ours: list[Any], theirs: list[Any], original: list[Any], key: str) -> list[Any]:
    """Merges two sorted lists; an element of ``ours`` goes first only when it was first in ``original``."""
    out: list[Any] = []
    i = j = 0
    while i < len(ours) or j < len(theirs):
        if i < len(ours) and j < len(theirs):
            left, right = _place(original, ours[i], key), _place(original, theirs[j], key)
            ours_first = 0 <= left < right
        else:
            ours_first = i < len(ours)
        if ours_first:
            out.append(ours[i])
            i += 1
        else:
            out.append(theirs[j])
            j += 1
    return out


def _place(items: list[Any], item: Any, key: str) -> int:
    """Where ``items`` has an element with the same key, or the same value; -1 for nowhere."""
    wanted = item.get(key) if key else item
    for place, one in enumerate(items):
        if (one.get(key) if key and isinstance(one, dict) else one) == wanted:
            return place
    return -1


def check_order(patch: list[Any], order: list[Any], key: str) -> None:
    """Raises StatusError unless the patch's elements come in ``order``."""
    if not patch or not order:
        return
    if key:
        for item in patch:
            if not isinstance(item, dict):
                raise wrong_type(_MAP, item)
    listed = [item for item in patch if not key or DIRECTIVE not in item]
    place = 0
    for item in listed:
        while place < len(order) and not _equal(item, order[place], key):
            place += 1
        if place >= len(order):
            raise failed(
                f"The order in patch list:\n{plain(patch)}\n "
                f"doesn't match {ELEMENT_ORDER} list:\n{plain(order)}\n"
            )
        place += 1


def _equal(item: Any, other: Any, key: str) -> bool:
    if not key:
        return bool(item == other)
    if not isinstance(other, dict):
        raise wrong_type(_MAP, other)
    for one in (item, other):
        if key not in one:
            raise no_merge_key(one, key)
    return bool(item[key] == other[key])
