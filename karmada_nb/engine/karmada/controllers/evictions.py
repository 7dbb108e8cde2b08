"""What the controllers that move work away have in common: events, two kinds of binding."""

from __future__ import annotations

from karmada_nb.engine import meta
from karmada_nb.engine.karmada import constants as words
from karmada_nb.engine.karmada.plane import BINDINGS, CLUSTER_BINDINGS
from karmada_nb.engine.meta import Object
from karmada_nb.engine.runtime.client import Resource
from karmada_nb.engine.runtime.events import Recorder


def kind_of_binding(cluster_scope: bool) -> tuple[Resource, str]:
    """The resource, and the prefix that upstream gives the names of its controllers."""
    return (CLUSTER_BINDINGS, "cluster-resource-binding") if cluster_scope else (BINDINGS, "resource-binding")


async def tell_eviction(recorder: Recorder, binding: Object, cluster: str, *, failed: bool = False) -> None:
    """The event about the binding and its template."""
    if failed:
        said = ("Warning", words.EVENT_REASON_EVICT_WORKLOAD_FROM_CLUSTER_FAILED)
        message = f"Evict from cluster {cluster} failed."
    else:
        said = ("Normal", words.EVENT_REASON_EVICT_WORKLOAD_FROM_CLUSTER_SUCCEED)
        message = f"Evict from cluster {cluster} succeed."
    await recorder.event(binding, *said, message)
    fields = ("apiVersion", "kind", "namespace", "name", "uid")
    resource = meta.dig(binding, "spec", "resource", default={})
    reference = {field: resource[field] for field in fields if resource.get(field)}
    await recorder.about(reference, *said, message)
