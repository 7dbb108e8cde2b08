"""JSON patch (RFC 6902) as the API server applies it.

Follows gopkg.in/evanphx/json-patch.v4 patch.go, whose reading of the RFC is wider in places: ``replace``
sets a map's field that is absent, an index may be negative and counts from the end, a missing ``value`` is
null, and ``copy`` of an absent field adds a null. Whatever does not apply is refused with one message.
"""

import re
from typing import Any, Final

from karmada_nb.engine import golang
from karmada_nb.engine.errors import StatusError, bad_request

MAX_OPERATIONS: Final = 10_000
_INDEX: Final = re.compile(r"[+-]?[0-9]+")
_TEXTS: Final = ("op", "path", "from")


class DoesNotApplyError(Exception):
    """An operation that the document refuses. ``tested`` if it is one that only asks."""

    tested: bool = False


def apply(obj: Any, patch: Any) -> Any:
    """The document after every operation of ``patch`` (parsed JSON).

    Raises StatusError: 400 for what is no patch, 413 for more than MAX_OPERATIONS, 422 for an operation
    that does not apply.
    """
    if patch is None:
        return obj
    _check(patch)
    try:
        return run(obj, patch)
    except DoesNotApplyError:
        message = "the server rejected our request due to an error in our request"
        raise StatusError(422, "Invalid", message, {}) from None


def run(obj: Any, patch: list[dict[str, Any]]) -> Any:
    """As ``apply``, for what is known to be operations; raises DoesNotApplyError with json-patch's words."""
    for operation in patch:
        try:
            obj = _apply(obj, operation)
        except DoesNotApplyError as error:
            told = DoesNotApplyError(_told(obj, operation))
            told.tested = operation.get("op") == "test"
            raise told from error
    return obj


def _told(doc: Any, operation: dict[str, Any]) -> str:
    op, path = operation.get("op"), operation.get("path") or ""
    if op in ("move", "copy"):
        return (
            f"{op} operation does not apply: doc is missing from path: {operation.get('from')}: missing value"
        )
    if op == "test":
        return f"testing path {path} failed: test failed"
    if op not in ("add", "remove", "replace"):
        return f"Unexpected kind: {op or 'unknown'}"
    try:
        container = (
            _get(doc, _steps({"path": path.rpartition("/")[0]}, "path")) if path.count("/") > 1 else doc
        )
    except DoesNotApplyError:
        container = None
    if not isinstance(container, dict | list):
        shown = path if op == "replace" else f'"{path}"'
        return f"{op} operation does not apply: doc is missing path: {shown}: missing value"
    key = path.rpartition("/")[2]
    if isinstance(container, dict):
        return f"error in {op} for path: '{path}': Unable to {op} nonexistent key: {key}: missing value"
    if op == "replace":
        return f"replace operation does not apply: doc is missing key: {path}: missing value"
    if not _INDEX.fullmatch(key):
        return f"error in {op} for path: '{path}': strconv.Atoi: parsing \"{key}\": invalid syntax"
    return (
        f"error in {op} for path: '{path}': Unable to access invalid index: {key}: invalid index referenced"
    )


def _check(patch: Any) -> None:
    if not isinstance(patch, list):
        if patch is None:
            raise bad_request("error decoding patch: expected an array of operations, found null")
        raise _unreadable(patch, "[]handlers.jsonPatchOp")
    for operation in patch:
        if not isinstance(operation, dict):
            raise _unreadable(operation, "handlers.jsonPatchOp")
        for name in _TEXTS:
            text = operation.get(name)
            if text is not None and not isinstance(text, str):
                raise _unreadable(text, "string", f"jsonPatchOp.{name}")
    if len(patch) > MAX_OPERATIONS:
        message = f"The allowed maximum operations in a JSON patch is {MAX_OPERATIONS}, got {len(patch)}"
        raise StatusError(413, "RequestEntityTooLarge", f"Request entity is too large: {message}")


def _unreadable(value: Any, wanted: str, struct_field: str = "") -> StatusError:
    return bad_request(f"error decoding patch: {golang.cannot_unmarshal(value, wanted, struct_field)}")


def _apply(doc: Any, operation: dict[str, Any]) -> Any:
    match operation.get("op"):
        case "add":
            return _add(doc, _steps(operation, "path"), operation.get("value"))
        case "remove":
            return _remove(doc, _steps(operation, "path"))
        case "replace":
            return _replace(doc, operation)
        case "move":
            source = _steps(operation, "from")
            moved = _get(doc, source)
            return _add(_remove(doc, source), _steps(operation, "path"), moved)
        case "copy":
            copied = _get(doc, _steps(operation, "from"))
            return _add(doc, _steps(operation, "path"), copied)
        case "test":
            if operation.get("path") == "":
                found = doc
            else:
                found = _get(doc, _steps(operation, "path"))
            if not same(found, operation.get("value")):
                raise DoesNotApplyError
            return doc
    raise DoesNotApplyError


def _steps(operation: dict[str, Any], name: str) -> list[str]:
    """A pointer's steps; at least one, for the root itself is nothing that can be added to or removed."""
    pointer = operation.get(name)
    if pointer is None or "/" not in pointer:
        raise DoesNotApplyError
    return [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]


def _replace(doc: Any, operation: dict[str, Any]) -> Any:
    value = operation.get("value")
    if operation.get("path") == "":
        if not isinstance(value, dict | list):
            raise DoesNotApplyError
        return value
    steps = _steps(operation, "path")
    _get(doc, steps)
    return _edit(doc, steps, lambda container, step: _put(container, step, value))


def _get(doc: Any, steps: list[str]) -> Any:
    """The value at ``steps``; None where a map has no such field."""
    for step in steps[:-1]:
        doc = _field(doc, step)
        if doc is None:
            raise DoesNotApplyError
    return _field(doc, steps[-1])


def _field(container: Any, step: str) -> Any:
    if isinstance(container, dict):
        return container.get(step)
    if isinstance(container, list):
        return container[_index(step, len(container))]
    raise DoesNotApplyError


def _index(step: str, size: int) -> int:
    """A place among ``size``; a negative one counts from the end."""
    if not _INDEX.fullmatch(step):
        raise DoesNotApplyError
    place = int(step)
    if not -size <= place < size:
        raise DoesNotApplyError
    return place % size


def _edit(doc: Any, steps: list[str], change: Any) -> Any:
    """A new document in which ``change(container, last step)`` replaces the container of the last step."""
    step, *rest = steps
    if not rest:
        return change(doc, step)
    return _put(doc, step, _edit(_field(doc, step), rest, change))


def _put(container: Any, step: str, value: Any) -> Any:
    if isinstance(container, dict):
        return {**container, step: value}
    if isinstance(container, list):
        place = _index(step, len(container))
        return [*container[:place], value, *container[place + 1 :]]
    raise DoesNotApplyError


def _add(doc: Any, steps: list[str], value: Any) -> Any:
    def insert(container: Any, step: str) -> Any:
        if not isinstance(container, list):
            return _put(container, step, value)
        place = len(container) if step == "-" else _index(step, len(container) + 1)
        return [*container[:place], value, *container[place:]]

    return _edit(doc, steps, insert)


def _remove(doc: Any, steps: list[str]) -> Any:
    def drop(container: Any, step: str) -> Any:
        if isinstance(container, dict) and step in container:
            return {key: value for key, value in container.items() if key != step}
        if isinstance(container, list):
            place = _index(step, len(container))
            return [*container[:place], *container[place + 1 :]]
        raise DoesNotApplyError

    return _edit(doc, steps, drop)


def same(left: Any, right: Any) -> bool:
    """JSON equality that keeps ``1``, ``1.0`` and ``true`` apart."""
    if left is right:
        return True
    if type(left) is not type(right):
        return False
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(same(value, right[key]) for key, value in left.items())
    if isinstance(left, list):
        return len(left) == len(right) and all(map(same, left, right))
    return bool(left == right)
