"""Work and the bindings: identifiers, and what a manifest must not carry along.

Follows pkg/webhook/work/mutating.go, pkg/webhook/resourcebinding and pkg/webhook/clusterresourcebinding.
"""

from __future__ import annotations

import orjson

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.karmada.admission.request import Surroundings, errored
from karmada_nb.engine.karmada.constants import (
    DEPENDENCIES_ANNOTATION_KEY,
    WORK_PERMANENT_ID_LABEL,
)
from karmada_nb.engine.karmada.interpreter.prune import remove_irrelevant_fields, remove_job_ttl_seconds
from karmada_nb.engine.karmada.managed import set_labels_and_annotations_for_workload
from karmada_nb.engine.meta import Object, dig


def with_permanent_id(obj: Object, label: str, around: Surroundings) -> Object:
    """The object with an identifier under ``label``, and a status as Go writes one; a held one stays."""
    if not meta.labels(obj).get(label):
        obj = meta.with_metadata(obj, labels={**meta.labels(obj), label: around.new_id()})
    return obj if "status" in obj else {**obj, "status": {}}


def readable_manifests(work: Object) -> list[Object]:
    """What a Work carries. Raises StatusError (500) where a manifest is no object of a kind."""
    manifests: list[Object] = dig(work, "spec", "workload", "manifests", default=[])
    for manifest in manifests:
        kind = manifest.get("kind") if isinstance(manifest, dict) else None
        if not isinstance(kind, str) or not kind:
            text = orjson.dumps(manifest).decode()
            raise errored("work.karmada.io", f"Object 'Kind' is missing in '{text}'", 500)
    return [_as_unstructured(manifest) for manifest in manifests]


def _as_unstructured(manifest: Object) -> Object:
    """Go's Unstructured takes metadata of a wrong type for none, and so labels and annotations."""
    said = manifest.get("metadata")
    metadata = said if isinstance(said, dict) else {}
    wrong = {f for f in ("labels", "annotations") if f in metadata and not _texts(metadata[f])}
    if said is None or (metadata is said and not wrong):
        return manifest
    return {**manifest, "metadata": {f: value for f, value in metadata.items() if f not in wrong}}


def _texts(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(text, str) for text in value.values())


def mutate_work(work: Object, around: Surroundings) -> Object:
    work = with_permanent_id(work, WORK_PERMANENT_ID_LABEL, around)
    manifests = readable_manifests(work)
    if not manifests:
        return work
    out = [
        set_labels_and_annotations_for_workload(
            remove_job_ttl_seconds(remove_irrelevant_fields(manifest)), meta.labels(work)
        )
        for manifest in manifests
    ]
    return meta.replace(work, ("spec", "workload", "manifests"), out)


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
