"""What is wrong with an object's metadata, on creation and on update.

Follows k8s.io/apimachinery pkg/api/validation/objectmeta.go, and for built-in kinds the finalizer rule of
pkg/apis/core/validation/validation.go.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.apiserver.validation.metadata_passes import Passes
from karmada_nb.engine.apiserver.validation.names import dns_label, label_value, qualified_name
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object

NameCheck = Callable[[str], list[str]]

ANNOTATIONS_LIMIT: Final = 256 * 1024
"""Bytes of all annotation keys and values together."""
_STANDARD_FINALIZERS: Final = frozenset({"kubernetes", "orphan", "foregroundDeletion"})
_IMMUTABLE: Final = ("name", "namespace", "uid", "creationTimestamp", "deletionTimestamp")


def validate_metadata(
    obj: Object, namespaced: bool, name_check: NameCheck, *, builtin: bool = True
) -> list[Cause]:
    """A new object's metadata, after name generation. ``builtin`` kinds know their finalizers."""
    metadata = meta.metadata(obj)
    return validate_object_meta(metadata, namespaced, name_check, "metadata", builtin=builtin)


def validate_object_meta(
    metadata: Mapping[str, Any],
    namespaced: bool,
    name_check: NameCheck,
    path: str,
    *,
    builtin: bool = True,
) -> list[Cause]:
    """``ValidateObjectMeta`` for metadata found at ``path``."""
    causes: list[Cause] = []
    prefix = metadata.get("generateName") or ""
    if prefix:
        causes += field.each(f"{path}.generateName", prefix, name_check(_mask_trailing_dash(prefix)))
    name = metadata.get("name") or ""
    if name:
        causes += field.each(f"{path}.name", name, name_check(name))
    else:
        causes.append(field.required(f"{path}.name", "name or generateName is required"))
    namespace = metadata.get("namespace") or ""
    if namespaced:
        causes += field.checked(f"{path}.namespace", namespace, dns_label)
    elif namespace:
        causes.append(field.forbidden(f"{path}.namespace", "not allowed on this type"))
    causes += field.non_negative(f"{path}.generation", metadata.get("generation"))
    causes += _common(metadata, path)
    causes += _finalizers(metadata.get("finalizers") or [], f"{path}.finalizers")
    causes += _managed_fields(metadata.get("managedFields") or [], f"{path}.managedFields")
    return causes + (_known_finalizers(metadata, path) if builtin else [])


def validate_metadata_update(
    obj: Object, old: Object, *, builtin: bool = True, versioned: bool = False
) -> list[Cause]:
    """A changed object's metadata: what may not change, and what must be well-formed still.

    ``versioned`` asks for a resourceVersion as well; for a write that is a precondition, checked there.
    """
    new_meta, old_meta = meta.metadata(obj), meta.metadata(old)
    causes: list[Cause] = []
    if "deletionTimestamp" in old_meta:
        extra = sorted(set(new_meta.get("finalizers") or []) - set(old_meta.get("finalizers") or []))
        if extra:
            shown = ", ".join(field.show(item) for item in extra)
            why = (
                "no new finalizers can be added if the object is being deleted, "
                f"found new finalizers []string{{{shown}}}"
            )
            causes.append(field.forbidden("metadata.finalizers", why))
    if versioned and not new_meta.get("resourceVersion"):
        causes.append(field.invalid("metadata.resourceVersion", "", "must be specified for an update"))
    if new_meta.get("generation", 0) < old_meta.get("generation", 0):
        causes.append(
            field.invalid("metadata.generation", new_meta.get("generation", 0), "must not be decremented")
        )
    for name in _IMMUTABLE:
        if (new_meta.get(name) or "") != (old_meta.get(name) or ""):
            shown_value = new_meta.get(name) if name.endswith("Timestamp") else new_meta.get(name) or ""
            causes.append(field.invalid(f"metadata.{name}", shown_value, field.IMMUTABLE))
    grace = "deletionGracePeriodSeconds"
    if new_meta.get(grace) != old_meta.get(grace):
        causes.append(field.invalid(f"metadata.{grace}", new_meta.get(grace), field.IMMUTABLE))
    fresh = _fresh(obj, old)
    causes += _common(fresh, "metadata")
    causes += _managed_fields(fresh.get("managedFields") or [], "metadata.managedFields")
    return causes + (_known_finalizers(fresh, "metadata") if builtin else [])


def validate_metadata_change(obj: Object, old: Object, looks: Passes) -> list[Cause]:
    """What all the looks find that are taken at a changed object's metadata (see ``metadata_passes``)."""
    change = validate_metadata_update(obj, old, builtin=False)
    fresh = _fresh(obj, old)
    whole = _common(fresh, "metadata") if fresh else []
    known = _known_finalizers(fresh, "metadata") if looks.finalizers else []
    own = [*change, *known] * looks.update + [*whole, *known] * looks.whole
    return [*whole, *_finalizers(fresh.get("finalizers") or [], "metadata.finalizers"), *change, *own]


def _fresh(obj: Object, old: Object) -> Mapping[str, Any]:
    """What the versions do not share: the rest was found well-formed when it was written first."""
    before = meta.metadata(old)
    return {name: value for name, value in meta.metadata(obj).items() if value is not before.get(name)}


def validate_labels(labels: Mapping[str, str] | None, path: str) -> list[Cause]:
    """``ValidateLabels``: keys and values, each reported at the map itself."""
    causes: list[Cause] = []
    for key, value in (labels or {}).items():
        causes += field.each(path, key, qualified_name(key))
        causes += field.each(path, value, label_value(value))
    return causes


def validate_annotations(annotations: Mapping[str, str] | None, path: str) -> list[Cause]:
    """``ValidateAnnotations``: keys in any case, and the size of all together."""
    causes: list[Cause] = []
    total = 0
    for key, value in (annotations or {}).items():
        causes += field.each(path, key, qualified_name(key.lower()))
        total += len(key.encode()) + len(value.encode())
    if total > ANNOTATIONS_LIMIT:
        causes.append(field.too_long(path, ANNOTATIONS_LIMIT))
    return causes


def _mask_trailing_dash(name: str) -> str:
    """A prefix may end in a dash: something follows."""
    return name[:-2] + "a" if len(name) > 1 and name.endswith("-") else name


def _common(metadata: Mapping[str, Any], path: str) -> list[Cause]:
    causes = validate_labels(metadata.get("labels"), f"{path}.labels")
    causes += validate_annotations(metadata.get("annotations"), f"{path}.annotations")
    return causes + _owner_references(metadata.get("ownerReferences") or [], f"{path}.ownerReferences")


def _owner_references(references: list[Object], path: str) -> list[Cause]:
    causes: list[Cause] = []
    first = ""
    for reference in references:
        group, version = meta.group_version(reference.get("apiVersion", ""))
        kind = reference.get("kind", "")
        if not version:
            causes.append(
                field.invalid(
                    f"{path}.apiVersion", reference.get("apiVersion", ""), "version must not be empty"
                )
            )
        for name in ("kind", "name", "uid"):
            if not reference.get(name):
                causes.append(field.invalid(f"{path}.{name}", reference.get(name, ""), "must not be empty"))
        if (group, version, kind) == ("", "v1", "Event"):
            why = "/v1, Kind=Event is disallowed from being an owner"
            causes.append(field.invalid(path, _shown_owner(reference), why))
        if reference.get("controller"):
            current = f"{kind}/{reference.get('name', '')}"
            if first:
                why = (
                    "Only one reference can have Controller set to true. "
                    f'Found "true" in references for {first} and {current}'
                )
                causes.append(field.invalid(path, [_shown_owner(item) for item in references], why))
            else:
                first = current
    return causes


def _shown_owner(reference: Object) -> Object:
    return field.ordered(reference, "apiVersion", "kind", "name", "uid", "controller", "blockOwnerDeletion")


def _finalizers(finalizers: list[str], path: str) -> list[Cause]:
    causes = [cause for item in finalizers for cause in field.each(path, item, qualified_name(item))]
    if {"orphan", "foregroundDeletion"} <= set(finalizers):
        why = "finalizer orphan and foregroundDeletion cannot be both set"
        causes.append(field.invalid(path, finalizers, why))
    return causes


def _known_finalizers(metadata: Mapping[str, Any], path: str) -> list[Cause]:
    causes: list[Cause] = []
    for index, finalizer in enumerate(metadata.get("finalizers") or []):
        causes += known_finalizer(finalizer, f"{path}.finalizers[{index}]")
    return causes


def known_finalizer(finalizer: str, path: str) -> list[Cause]:
    """Built-in kinds take qualified finalizers and the three standard ones."""
    if "/" in finalizer or finalizer in _STANDARD_FINALIZERS:
        return []
    why = "name is neither a standard finalizer name nor is it fully qualified"
    return [field.invalid(path, finalizer, why)]


def _managed_fields(entries: list[Object], path: str) -> list[Cause]:
    causes: list[Cause] = []
    for index, entry in enumerate(entries):
        at = f"{path}[{index}]"
        operation = entry.get("operation", "")
        if not operation:
            causes.append(field.required(f"{at}.operation", "must not be empty"))
        elif operation not in ("Apply", "Update"):
            causes.append(field.not_supported(f"{at}.operation", operation, ("Apply", "Update")))
        kind = entry.get("fieldsType", "")
        if kind and kind != "FieldsV1":
            causes.append(field.invalid(f"{at}.fieldsType", kind, "must be `FieldsV1`"))
        manager = entry.get("manager", "")
        if len(manager) > 128:
            causes.append(field.too_long(f"{at}.manager", 128))
        if len(entry.get("subresource", "")) > 256:
            causes.append(field.too_long(f"{at}.subresource", 256))
    return causes
