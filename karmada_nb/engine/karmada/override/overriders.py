"""The overriders of one rule, in the order Karmada applies them.

Follows pkg/util/overridemanager: overridemanager.go, imageoverride.go, commandargsoverride.go and
labelannotationoverrider.go. v1.2 had images, commands and arguments (not for Jobs) and plaintext only.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import orjson

from karmada_nb.engine import golang, meta
from karmada_nb.engine.karmada.constants import CURRENT, Edition
from karmada_nb.engine.karmada.override.errors import OverrideError
from karmada_nb.engine.karmada.override.field import apply_field_overrider
from karmada_nb.engine.karmada.override.image import override_image
from karmada_nb.engine.karmada.override.json_patch import Patch, apply_json_patch
from karmada_nb.engine.meta import Object

_POD_SPEC: Final = {
    "Pod": ("spec",),
    "ReplicaSet": ("spec", "template", "spec"),
    "Deployment": ("spec", "template", "spec"),
    "DaemonSet": ("spec", "template", "spec"),
    "StatefulSet": ("spec", "template", "spec"),
    "Job": ("spec", "template", "spec"),
}


def apply_policy_overriders(obj: Object, overriders: Object, edition: Edition = CURRENT) -> Object:
    """The object after one rule. Raises OverrideError for the first overrider that does not apply."""
    for overrider in overriders.get("imageOverrider") or ():
        obj = _apply_image(obj, overrider)
    if edition == CURRENT or obj.get("kind") != "Job":
        for overrider in overriders.get("commandOverrider") or ():
            obj = _apply_command_args(obj, overrider, "command")
        for overrider in overriders.get("argsOverrider") or ():
            obj = _apply_command_args(obj, overrider, "args")
    if edition == CURRENT:
        for overrider in overriders.get("labelsOverrider") or ():
            obj = _apply_map(obj, overrider, "labels")
        for overrider in overriders.get("annotationsOverrider") or ():
            obj = _apply_map(obj, overrider, "annotations")
        for overrider in overriders.get("fieldOverrider") or ():
            obj = apply_field_overrider(obj, overrider)
    plaintext = overriders.get("plaintext")
    return _as_object(apply_json_patch(obj, _patches(plaintext))) if plaintext else obj


def _patches(plaintext: Iterable[Object]) -> list[Patch]:
    return [Patch(p.get("operator", ""), p.get("path", ""), p.get("value")) for p in plaintext]


def _as_object(document: Any) -> Object:
    """A patched document must still be an object of some kind."""
    if not isinstance(document, dict):
        raise OverrideError(f"expected an object after the patch, found {type(document).__name__}")
    if not document.get("kind"):
        raise OverrideError(f"Object 'Kind' is missing in '{orjson.dumps(document).decode()}'")
    return document


def _containers(obj: Object) -> tuple[tuple[str, ...], list[Object]]:
    """Where the kind has its containers, and they; nowhere and none for other kinds."""
    where = _POD_SPEC.get(obj.get("kind", ""))
    if where is None:
        return (), []
    path = (*where, "containers")
    found = meta.dig(obj, *path, default=[])
    if not isinstance(found, list):
        raise OverrideError(f"failed to retrieves path({'/'.join(path)}) from rawObj")
    return path, found


def _apply_image(obj: Object, overrider: Object) -> Object:
    predicate = overrider.get("predicate")
    if predicate is not None:
        path = predicate.get("path", "")
        image = _image_at(obj, path)
        if not path.startswith("/"):
            raise OverrideError("imagePath should be start with / character")
        return _as_object(apply_json_patch(obj, [Patch("replace", path, override_image(image, overrider))]))
    path, containers = _containers(obj)
    if not containers:
        return obj
    changed = [{**c, "image": override_image(c.get("image", ""), overrider)} for c in containers]
    return meta.replace(obj, path, changed)


def _image_at(obj: Object, path: str) -> str:
    """The text at a predicate's path."""

    def failure(why: str) -> OverrideError:
        return OverrideError(f"failed to obtain imageValue with predicate path({path}), error: {why}")

    *parents, last = path.strip("/").split("/")
    current: Any = obj
    steps = iter(parents)
    for step in steps:
        value = current.get(step)
        if isinstance(value, list):
            number = next(steps, last)
            if not golang.is_number(number.lstrip("+-")):
                raise failure(f"path({number}) of rawObj's is not number")
            if not 0 <= int(number) < len(value):
                raise failure(f"path({number}) is out of range of {len(value)}")
            value = value[int(number)]
        if not isinstance(value, dict):
            raise failure(
                f"path({step}) of rawObj's type is not map[string]interface{{}} and []interface{{}}"
            )
        current = value
    image = current.get(last)
    if not isinstance(image, str):
        raise failure(f"failed to convert path({last}) to string")
    return image


def _apply_command_args(obj: Object, overrider: Object, field: str) -> Object:
    """Adds to or removes from the list of the named container; other operators leave it alone."""
    path, containers = _containers(obj)
    name = overrider.get("containerName", "")
    if not any(c.get("name") == name for c in containers):
        return obj
    values = overrider.get("value") or []
    operator = overrider.get("operator")

    def changed(current: list[Any]) -> list[str]:
        texts = [str(text) for text in current]
        if operator == "add":
            return [*texts, *values]
        return [text for text in texts if text not in values] if operator == "remove" else texts

    return meta.replace(
        obj,
        path,
        [{**c, field: changed(c.get(field) or [])} if c.get("name") == name else c for c in containers],
    )


def _apply_map(obj: Object, overrider: Object, field: str) -> Object:
    """Labels or annotations: ``add`` sets, ``replace`` and ``remove`` touch only what is there."""
    wanted = overrider.get("value") or {}
    present = meta.metadata(obj).get(field) or {}
    operator = overrider.get("operator")
    if operator == "add":
        changed = {**present, **wanted}
    elif operator == "replace":
        changed = {**present, **{k: v for k, v in wanted.items() if k in present}}
    elif operator == "remove":
        changed = {k: v for k, v in present.items() if k not in wanted}
    else:
        if wanted:
            raise _unsupported(operator or "", field, *min(wanted.items()))
        changed = present
    if changed == present:
        return obj
    return meta.with_metadata(obj, **{field: changed})


def _unsupported(operator: str, field: str, key: str, value: Any) -> OverrideError:
    path = f"/metadata/{field}/{key.replace('/', '~1')}"
    operation = orjson.dumps({"op": operator, "path": path, "value": value}).decode()
    return OverrideError(f"invalid operation {operation}: unsupported operation")
