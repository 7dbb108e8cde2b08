"""JSON merge patch (RFC 7386). Follows gopkg.in/evanphx/json-patch.v4 merge.go as kube-apiserver calls it."""

from typing import Any

from karmada_nb.engine import golang
from karmada_nb.engine.apiserver.patch.json_patch import same
from karmada_nb.engine.errors import bad_request
from karmada_nb.engine.meta import Object


def apply(obj: Object, patch: Any) -> Object:
    """``obj`` with ``patch`` (parsed JSON) merged in; ``obj`` itself when nothing differs.

    Raises StatusError 400 for a patch that is no object.
    """
    if patch is None:
        raise bad_request("Invalid JSON Patch")
    if not isinstance(patch, dict):
        raise bad_request(f"error decoding patch: {golang.cannot_unmarshal(patch, golang.JSON_MAP)}")
    return merged(obj, patch)


def merged(current: Object, patch: Object) -> Object:
    """The map ``current`` after ``patch``. Null removes a field; maps merge; all else replaces."""
    out: Object | None = None
    for key, value in patch.items():
        if value is None:
            if key in current:
                out = dict(current) if out is None else out
                del out[key]
            continue
        old = current.get(key)
        if isinstance(old, dict):
            new = merged(old, value) if isinstance(value, dict) else value
        else:
            new = without_nulls(value)
        if new is old or same(new, old):
            continue
        out = dict(current) if out is None else out
        out[key] = new
    return current if out is None else out


def without_nulls(value: Any) -> Any:
    """A value in which no map has a null field; list elements stay, even null ones."""
    if isinstance(value, dict):
        if not any(item is None or isinstance(item, dict | list) for item in value.values()):
            return value
        return {key: without_nulls(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [without_nulls(item) for item in value]
    return value
