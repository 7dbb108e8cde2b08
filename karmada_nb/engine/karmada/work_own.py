"""Works that Karmada makes on its own account, without a binding. Pure.

Follows ``CreateOrUpdateWork`` of pkg/controllers/ctrlutil/work.go, and of pkg/util/helper/work.go at v1.2.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from karmada_nb.engine import meta
from karmada_nb.engine.karmada import constants as words
from karmada_nb.engine.karmada.constants import CURRENT, Edition
from karmada_nb.engine.karmada.interpreter import remove_irrelevant_fields, remove_job_ttl_seconds
from karmada_nb.engine.meta import Key, Object


def own_work(
    key: Key,
    manifest: Object,
    edition: Edition,
    *,
    labels: Mapping[str, str] | None = None,
    annotations: Mapping[str, str] | None = None,
    finalizers: Sequence[str] = (),
    owner: Object | None = None,
    suspended: bool = False,
) -> Object:
    """The Work ``key`` with one manifest. ``suspended``: what it carries is kept here and goes nowhere."""
    metadata: Object = {"name": key.name, "namespace": key.namespace}
    if finalizers:
        metadata["finalizers"] = list(finalizers)
    if owner is not None:
        metadata["ownerReferences"] = [meta.owner_reference(owner)]
    if labels:
        metadata["labels"] = dict(labels)
    if annotations:
        metadata["annotations"] = dict(annotations)
    carried = _marked(manifest, key) if edition == CURRENT else manifest
    return {
        "apiVersion": words.WORK_API_VERSION,
        "kind": "Work",
        "metadata": metadata,
        "spec": {
            "workload": {"manifests": [remove_irrelevant_fields(carried, edition)]},
            **({"suspendDispatching": True} if suspended else {}),
        },
    }


def _marked(manifest: Object, work: Key) -> Object:
    marked = meta.with_metadata(
        manifest,
        labels={
            **meta.labels(manifest),
            words.MANAGED_BY_KARMADA_LABEL: words.MANAGED_BY_KARMADA_LABEL_VALUE,
        },
        annotations={
            **meta.annotations(manifest),
            words.RESOURCE_TEMPLATE_UID_ANNOTATION: meta.uid(manifest),
            words.WORK_NAME_ANNOTATION: work.name,
            words.WORK_NAMESPACE_ANNOTATION: work.namespace,
        },
    )
    return remove_job_ttl_seconds(marked)
