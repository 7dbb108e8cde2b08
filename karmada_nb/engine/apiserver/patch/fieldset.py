"""Sets of fields, in the form they have on the wire (``FieldsV1``).

Follows sigs.k8s.io/structured-merge-diff fieldpath/set.go, serialize.go and serialize-pe.go. A set is a tree
of dicts. A key names a step: ``f:name`` a field, ``k:{"name":"c"}`` a list element by its keys, ``v:"x"`` an
element of a set by its value, ``i:0`` one by its place. A node without children is a member; a node with
children is one when it has the key ``.``. The root is no member of anything, so an empty root is the empty
set. Sets are never changed; operations share what they can, and give back an operand that stays as it was.
"""

from collections.abc import Iterator
from functools import lru_cache
from sys import intern
from typing import Any, Final, TypeAlias

import orjson

from karmada_nb.engine.apiserver.patch.go_text import plain, quoted

FieldSet: TypeAlias = dict[str, Any]
Path: TypeAlias = tuple[str, ...]

LEAF: Final[FieldSet] = {}
"""A member without children."""
SELF: Final = "."


_parts: Final[dict[bytes, FieldSet]] = {}
"""Parts of sets by their JSON: what ``shared`` gave out. Sets never change, so none can go stale."""
_PARTS_LIMIT: Final = 4096


def shared(fields: FieldSet) -> FieldSet:
    """The same set, put together of parts that the sets of other objects have too."""
    return {
        intern(step): {intern(name): _part(below) for name, below in node.items()} if node else LEAF
        for step, node in fields.items()
    }


def _part(node: FieldSet) -> FieldSet:
    if not node:
        return LEAF
    text = orjson.dumps(node)
    found = _parts.get(text)
    if found is None:
        if len(_parts) >= _PARTS_LIMIT:
            _parts.clear()
        found = _parts[bytes(memoryview(text))] = node
    return found


def is_member(node: FieldSet) -> bool:
    """Whether a node below the root belongs to the set itself."""
    return not node or SELF in node


def with_self(node: FieldSet | None) -> FieldSet:
    """The node as a member."""
    return LEAF if not node else node if SELF in node else {SELF: LEAF, **node}


def union(left: FieldSet, right: FieldSet) -> FieldSet:
    """Fields of either set."""
    if not right:
        return left
    return _union(left, right) if left else right


def _union(left: FieldSet, right: FieldSet) -> FieldSet:
    if left is right:
        return left
    if not left or not right:
        return with_self(left or right) if left or right else left
    out: FieldSet | None = None
    for step, theirs in right.items():
        ours = left.get(step)
        node = theirs if ours is None else _union(ours, theirs)
        if node is not ours:
            out = dict(left) if out is None else out
            out[step] = node
    return left if out is None else ordered(out)


def intersection(left: FieldSet, right: FieldSet) -> FieldSet:
    """Fields of both sets."""
    out: FieldSet = {}
    few, many = (left, right) if len(left) <= len(right) else (right, left)
    for step, node in few.items():
        other = many.get(step)
        if other is None or step == SELF:
            continue
        below = intersection(node, other)
        if is_member(node) and is_member(other):
            out[step] = with_self(below)
        elif below:
            out[step] = below
    return ordered(out)


def difference(left: FieldSet, right: FieldSet) -> FieldSet:
    """Fields of ``left`` that are not in ``right``. Children stay when only their parent is in ``right``."""
    return _difference(left, right) or {} if left and right else left


def _difference(left: FieldSet, right: FieldSet) -> FieldSet | None:
    out: FieldSet = {}
    changed = False
    for step, node in left.items():
        other = right.get(step) if step != SELF else None
        rest = node if other is None else _without_node(node, other)
        if rest is None:
            changed = True
            continue
        changed = changed or rest is not node
        out[step] = rest
    return (out or None) if changed else left


def _without_node(node: FieldSet, other: FieldSet) -> FieldSet | None:
    stays = is_member(node) and not is_member(other)
    if not node:
        return node if stays else None
    children = {step: child for step, child in node.items() if step != SELF} if SELF in node else node
    rest = _difference(children, other) if children else None
    if stays:
        return node if rest is children else with_self(rest)
    return node if rest is node else rest


def recursive_difference(left: FieldSet, right: FieldSet) -> FieldSet:
    """Fields of ``left`` that are neither in ``right`` nor below a field that is."""
    if not right:
        return left
    out: FieldSet = {}
    for step, node in left.items():
        other = right.get(step)
        if other is None or step == SELF:
            out[step] = node
        elif not is_member(other):
            rest = recursive_difference(node, other)
            if rest or not node:
                out[step] = rest
    return left if len(out) == len(left) and all(out[step] is left[step] for step in out) else out


def contains(fields: FieldSet, path: Path) -> bool:
    """Whether the field at ``path`` is a member."""
    for step in path:
        node = fields.get(step)
        if node is None:
            return False
        fields = node
    return bool(path) and is_member(fields)


def paths(fields: FieldSet, above: Path = ()) -> Iterator[Path]:
    """Every member: those of one level first, then the levels below, each in order."""
    steps = [step for step in fields if step != SELF]
    yield from ((*above, step) for step in steps if is_member(fields[step]))
    for step in steps:
        yield from paths(fields[step], (*above, step))


def insert(fields: FieldSet, path: Path) -> FieldSet:
    """The set with the field at ``path`` as a member too."""
    node: FieldSet = LEAF
    for step in reversed(path):
        node = {step: node}
    return union(fields, node)


def ordered(node: FieldSet) -> FieldSet:
    """The node with its steps in upstream's order: itself, fields, keys, values, places."""
    if len(node) < 2:
        return node
    steps = list(node)
    arranged = sorted(steps)
    # A map's node has fields only, and "." sorts before them as it is. All else sorts after them.
    if arranged[-1][0] not in ".f":
        arranged = sorted(steps, key=_rank)
    return node if arranged == steps else {step: node[step] for step in arranged}


@lru_cache(maxsize=8192)
def _rank(step: str) -> tuple[Any, ...]:
    kind, text = step[:2], step[2:]
    if kind == "f:":
        return (0, text)
    if kind == "k:":
        return (1, tuple((name, _order(value)) for name, value in orjson.loads(text).items()))
    if kind == "v:":
        return (2, _order(orjson.loads(text)))
    return (-1,) if step == SELF else (3, int(text))


def _order(value: Any) -> tuple[Any, ...]:
    """Numbers before texts before booleans, then the rest by what they look like."""
    if isinstance(value, bool):
        return (2, value)
    if isinstance(value, int | float):
        return (0, value)
    return (1, value) if isinstance(value, str) else (3, plain(value))


def decode(raw: Any) -> FieldSet:
    """A set that somebody sent, in canonical form. Steps of an unknown kind are left out.

    Raises ValueError for what is no set.
    """
    if not isinstance(raw, dict):
        raise ValueError(f"expected an object of fields, found {raw!r}")
    out: FieldSet = {}
    for step, node in raw.items():
        name = SELF if step == SELF else _canonical(step)
        if name is not None:
            out[name] = LEAF if name == SELF else decode(node)
    return LEAF if list(out) == [SELF] else ordered(out)


def _canonical(step: str) -> str | None:
    if len(step) < 2 or step[1] != ":":
        raise ValueError(f"expected a path element such as f:name, found {step!r}")
    kind, text = step[:2], step[2:]
    if kind == "f:":
        return step
    if kind == "i:":
        return f"i:{int(text)}"
    if kind in ("k:", "v:"):
        value = orjson.loads(text)
        if kind == "k:" and not isinstance(value, dict):
            raise ValueError(f"expected keys as an object, found {text!r}")
        return kind + orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
    return None


def path_text(path: Path) -> str:
    """The path as conflicts show it: ``.spec.containers[name="c"].image``."""
    return "".join(map(step_text, path))


def step_text(step: str) -> str:
    kind, text = step[:2], step[2:]
    if kind == "f:":
        return f".{text}"
    if kind == "k:":
        keys = orjson.loads(text).items()
        return "[" + ",".join(f"{name}={_shown(value)}" for name, value in keys) + "]"
    return f"[={_shown(orjson.loads(text))}]" if kind == "v:" else f"[{text}]"


def _shown(value: Any) -> str:
    return quoted(value) if isinstance(value, str) else plain(value)
