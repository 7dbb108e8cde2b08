"""Labels and annotations that Karmada manages in member clusters: recorded on the way out, kept on update.

Follows pkg/util/label.go, pkg/util/annotation.go and pkg/util/work.go.
"""

from __future__ import annotations

from collections.abc import Mapping

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.constants import MANAGED_ANNOTATION, MANAGED_LABELS, WORK_PERMANENT_ID_LABEL
from karmada_nb.engine.meta import Object


def with_managed(obj: Object, labels: Mapping[str, str], annotations: Mapping[str, str]) -> Object:
    """The object with exactly these labels and annotations, and their keys recorded among the latter."""
    recorded = {
        **annotations,
        MANAGED_ANNOTATION: ",".join(sorted({*annotations, MANAGED_ANNOTATION, MANAGED_LABELS})),
        MANAGED_LABELS: ",".join(sorted(labels)),
    }
    return meta.with_metadata(obj, labels=dict(labels) or None, annotations=recorded)


def set_labels_and_annotations_for_workload(manifest: Object, work_labels: Mapping[str, str]) -> Object:
    """A manifest of a Work with these labels: with the Work's permanent id, and its own keys recorded."""
    labels = meta.labels(manifest)
    permanent_id = work_labels.get(WORK_PERMANENT_ID_LABEL)
    if permanent_id:
        labels = {**labels, WORK_PERMANENT_ID_LABEL: permanent_id}
    return with_managed(manifest, labels, meta.annotations(manifest))


def _merged(desired: Mapping[str, str], observed: Mapping[str, str], managed: str) -> dict[str, str]:
    gone = set(managed.split(",")) - desired.keys()
    return {**{k: v for k, v in observed.items() if k not in gone}, **desired}


def retain_labels(desired: Object, observed: Object) -> Object:
    """``desired`` with the labels that others put on ``observed``; those once ours and now gone stay gone."""
    managed = meta.annotations(observed).get(MANAGED_LABELS, "")
    labels = _merged(meta.labels(desired), meta.labels(observed), managed)
    return desired if labels == meta.labels(desired) else meta.with_metadata(desired, labels=labels)


def retain_annotations(desired: Object, observed: Object) -> Object:
    """The same for annotations."""
    theirs = meta.annotations(observed)
    annotations = _merged(meta.annotations(desired), theirs, theirs.get(MANAGED_ANNOTATION, ""))
    if annotations == meta.annotations(desired):
        return desired
    return meta.with_metadata(desired, annotations=annotations)
