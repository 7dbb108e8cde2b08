"""Works that Karmada makes on its own account: namespaces, and what unified authentication needs.

Follows pkg/controllers/ctrlutil/work.go, and pkg/util/helper/work.go at v1.2.
"""

from __future__ import annotations

from collections.abc import Mapping

from karmada_nb.engine import meta
from karmada_nb.engine.karmada import constants as words
from karmada_nb.engine.karmada.controllers.writing import create_or_update
from karmada_nb.engine.karmada.interpreter import remove_irrelevant_fields, remove_job_ttl_seconds
from karmada_nb.engine.karmada.names import generate_execution_space_name, generate_work_name
from karmada_nb.engine.karmada.plane import WORKS, Plane
from karmada_nb.engine.karmada.work import merge_work
from karmada_nb.engine.meta import Object
from karmada_nb.engine.runtime.client import Client


def system_work(
    plane: Plane, cluster: str, manifest: Object, owner: Object, annotations: Mapping[str, str] | None = None
) -> Object:
    """The Work that carries the manifest to the cluster and goes when its owner goes."""
    name = generate_work_name(manifest["kind"], meta.name(manifest), meta.namespace(manifest), plane.edition)
    namespace = generate_execution_space_name(cluster)
    if plane.article:
        own = {words.ARTICLE_WORK_NAMESPACE_LABEL: namespace, words.ARTICLE_WORK_NAME_LABEL: name}
        carried = meta.with_metadata(manifest, labels={**meta.labels(manifest), **own})
    else:
        marks = {words.MANAGED_BY_KARMADA_LABEL: words.MANAGED_BY_KARMADA_LABEL_VALUE}
        carried = meta.with_metadata(
            manifest,
            labels={**meta.labels(manifest), **marks},
            annotations={
                **meta.annotations(manifest),
                words.RESOURCE_TEMPLATE_UID_ANNOTATION: meta.uid(manifest),
                words.WORK_NAME_ANNOTATION: name,
                words.WORK_NAMESPACE_ANNOTATION: namespace,
            },
        )
        carried = remove_job_ttl_seconds(carried)
    return {
        "apiVersion": words.WORK_API_VERSION,
        "kind": "Work",
        "metadata": {
            "name": name,
            "namespace": namespace,
            "finalizers": [words.EXECUTION_CONTROLLER_FINALIZER],
            "ownerReferences": [meta.owner_reference(owner)],
            **({"annotations": dict(annotations)} if annotations else {}),
        },
        "spec": {"workload": {"manifests": [remove_irrelevant_fields(carried, plane.edition)]}},
    }


async def ensure_system_work(plane: Plane, client: Client, work: Object) -> bool:
    """Create the Work or bring it up to date; returns whether anything was written. Raises WorkError."""
    return await create_or_update(
        client, WORKS, plane.informers(*WORKS), work, lambda old: merge_work(old, work, plane.edition)
    )
