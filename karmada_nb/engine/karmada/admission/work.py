"""Work and the bindings: identifiers, and what a manifest must not carry along.

Follows pkg/webhook/work/mutating.go, pkg/webhook/resourcebinding, pkg/webhook/clusterresourcebinding and
``SetLabelsAndAnnotationsForWorkload`` of pkg/util/work.go.
"""

from __future__ import annotations

import orjson

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.karmada.admission.request import Surroundings
from karmada_nb.engine.karmada.constants import (
    DEPENDENCIES_ANNOTATION_KEY,
    MANAGED_ANNOTATION,
    MANAGED_LABELS,
    WORK_PERMANENT_ID_LABEL,
)
from karmada_nb.engine.meta import Object, dig


def with_permanent_id(obj: Object, label: str, around: Surroundings) -> Object:
    """The object with an identifier under ``label``, and a status as Go writes one; a held one stays."""
    if not meta.labels(obj).get(label):
        obj = meta.with_metadata(obj, labels={**meta.labels(obj), label: around.new_id()})
    return obj if "status" in obj else {**obj, "status": {}}


def mutate_work(work: Object, around: Surroundings) -> Object:
    work = with_permanent_id(work, WORK_PERMANENT_ID_LABEL, around)
    identifier = meta.labels(work)[WORK_PERMANENT_ID_LABEL]
    manifests = dig(work, "spec", "workload", "manifests", default=[])
    if not manifests:
        return work
    out = [_manifest(manifest, identifier, around) for manifest in manifests]
    return meta.replace(work, ("spec", "workload", "manifests"), out)


def _manifest(manifest: Object, identifier: str, around: Surroundings) -> Object:
    pruned = without_ttl(around.prune(manifest))
    return mark_managed(pruned, identifier)


def without_ttl(manifest: Object) -> Object:
    """A Job must not vanish in a member by itself: Karmada would make it again."""
    if manifest.get("kind") != "Job":
        return manifest
    return meta.without(manifest, ("spec", "ttlSecondsAfterFinished"))


def mark_managed(manifest: Object, identifier: str) -> Object:
    """The manifest with the work's identifier and the record of which labels and annotations are
    Karmada's.
    """
    notes = {k: v for k, v in meta.annotations(manifest).items() if k != MANAGED_LABELS}
    labels = {**meta.labels(manifest), WORK_PERMANENT_ID_LABEL: identifier}
    keys = sorted({*notes, MANAGED_ANNOTATION, MANAGED_LABELS})
    notes[MANAGED_ANNOTATION] = ",".join(keys)
    notes[MANAGED_LABELS] = ",".join(sorted(labels))
    return meta.with_metadata(manifest, labels=labels, annotations=notes)


def validate_binding(binding: Object, *, multiple_pod_templates: bool) -> list[Cause]:
    """A ResourceBinding: its record of dependencies must be readable, its components named apart.

    ``multiple_pod_templates`` is the feature gate MultiplePodTemplatesScheduling.
    """
    text = meta.annotations(binding).get(DEPENDENCIES_ANNOTATION_KEY)
    if text is not None and not _reference_list(text):
        where = f"metadata.annotations.{DEPENDENCIES_ANNOTATION_KEY}"
        return [field.invalid(where, text, "annotation value must be a valid JSON")]
    return _components(binding) if multiple_pod_templates else []


def _reference_list(text: str) -> bool:
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        return False
    return value is None or (isinstance(value, list) and all(isinstance(item, dict) for item in value))


def _components(binding: Object) -> list[Cause]:
    out: list[Cause] = []
    names: set[str] = set()
    for index, component in enumerate(dig(binding, "spec", "components", default=[])):
        where, name = f"spec.components[{index}].name", component.get("name", "")
        if not name:
            out.append(field.invalid(where, name, "component names must be non-empty"))
        elif name in names:
            out.append(field.invalid(where, name, "component names must be unique"))
        names.add(name)
    return out
