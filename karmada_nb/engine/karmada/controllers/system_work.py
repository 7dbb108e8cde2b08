"""Works that follow from an object of Karmada: namespaces, quotas, and what unified authentication needs."""

from __future__ import annotations

from collections.abc import Mapping

from karmada_nb.engine import meta
from karmada_nb.engine.karmada import constants as words
from karmada_nb.engine.karmada.controllers.writing import create_or_update
from karmada_nb.engine.karmada.names import generate_execution_space_name, generate_work_name
from karmada_nb.engine.karmada.plane import WORKS, Plane
from karmada_nb.engine.karmada.work import merge_work
from karmada_nb.engine.karmada.work_own import own_work
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.runtime.client import Client


def system_work(
    plane: Plane, cluster: str, manifest: Object, owner: Object, annotations: Mapping[str, str] | None = None
) -> Object:
    """The Work that carries the manifest to the cluster and goes when its owner goes."""
    name = generate_work_name(manifest["kind"], meta.name(manifest), meta.namespace(manifest), plane.edition)
    key = Key(generate_execution_space_name(cluster), name)
    if plane.article:
        own = {words.ARTICLE_WORK_NAMESPACE_LABEL: key.namespace, words.ARTICLE_WORK_NAME_LABEL: key.name}
        manifest = meta.with_metadata(manifest, labels={**meta.labels(manifest), **own})
    return own_work(
        key,
        manifest,
        plane.edition,
        annotations=annotations,
        finalizers=(words.EXECUTION_CONTROLLER_FINALIZER,),
        owner=owner,
    )


async def ensure_system_work(plane: Plane, client: Client, work: Object) -> bool:
    """Create the Work or bring it up to date; returns whether anything was written. Raises WorkError."""
    return await create_or_update(
        client, WORKS, plane.informers(*WORKS), work, lambda old: merge_work(old, work, plane.edition)
    )
