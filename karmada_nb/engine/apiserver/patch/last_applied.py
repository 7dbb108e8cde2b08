"""What ``kubectl apply --server-side`` does for objects that ``kubectl apply`` made before.

Follows k8s.io/apimachinery pkg/util/managedfields/internal (lastappliedmanager.go, lastappliedupdater.go).
"""

from typing import TYPE_CHECKING, Final

import orjson

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.patch import fieldset
from karmada_nb.engine.apiserver.patch.check import check
from karmada_nb.engine.apiserver.patch.compare import compare, field_set
from karmada_nb.engine.apiserver.schema.schema import Schema
from karmada_nb.engine.meta import Object

if TYPE_CHECKING:
    from karmada_nb.engine.apiserver.patch.conflict import Conflict

MANAGER: Final = "kubectl"
"""Only this manager is treated so: another name opts out."""
ANNOTATION: Final = "kubectl.kubernetes.io/last-applied-configuration"
MAX_ANNOTATION_BYTES: Final = 256 * 1024


def remaining(
    schema: Schema, live: Object, api_version: str, conflicts: "list[Conflict]"
) -> "list[Conflict]":
    """The conflicts about fields that are not as ``kubectl apply`` last left them."""
    text = meta.annotations(live).get(ANNOTATION)
    if not text:
        return conflicts
    try:
        last = orjson.loads(text)
    except orjson.JSONDecodeError:
        return conflicts
    if not isinstance(last, dict) or last.get("apiVersion") != api_version or check(schema, last):
        return conflicts
    changed, removed = compare(schema, last, live, {})
    mine = fieldset.difference(fieldset.difference(field_set(schema, last), changed), removed)
    return [conflict for conflict in conflicts if not fieldset.contains(mine, conflict.path)]


def refreshed(obj: Object, applied: Object) -> Object:
    """The object with its annotation, if it has one, brought up to the applied configuration."""
    annotations = meta.annotations(obj)
    if not annotations.get(ANNOTATION):
        return obj
    bare = applied
    if ANNOTATION in meta.annotations(applied):
        bare = meta.without(applied, ("metadata", "annotations", ANNOTATION))
    text = orjson.dumps(bare, option=orjson.OPT_SORT_KEYS).decode() + "\n"
    if annotations[ANNOTATION] == text:
        return obj
    out = {**annotations, ANNOTATION: text}
    size = sum(len(key.encode()) + len(value.encode()) for key, value in out.items())
    if size > MAX_ANNOTATION_BYTES:
        del out[ANNOTATION]
    return meta.replace(obj, ("metadata", "annotations"), out)
