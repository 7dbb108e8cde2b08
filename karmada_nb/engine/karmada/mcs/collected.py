"""Works that hold EndpointSlices of members: kept in the members' execution namespaces, dispatched nowhere.

Follows pkg/controllers/mcs/service_export_controller.go, pkg/controllers/multiclusterservice/
endpointslice_collect_controller.go, and the former at v1.2. Both controllers may want the same Work; a label
says who does, and it goes when nobody is left.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.karmada import constants as words
from karmada_nb.engine.karmada.constants import ARTICLE, Edition
from karmada_nb.engine.karmada.names import generate_execution_space_name, generate_work_name
from karmada_nb.engine.karmada.work_own import own_work
from karmada_nb.engine.meta import Key, Object

SERVICE_NAME: Final = "kubernetes.io/service-name"
MANAGED_BY: Final = "endpointslice.kubernetes.io/managed-by"
_IMPORTED: Final = frozenset(
    (words.ENDPOINT_SLICE_DISPATCH_CONTROLLER_LABEL_VALUE, words.ENDPOINT_SLICE_CONTROLLER_LABEL_VALUE)
)


@dataclass(frozen=True, slots=True)
class Collector:
    """Who collects: the object that asks for it, and the marks it leaves on a Work."""

    api_version: str
    kind: str
    namespace_label: str
    name_label: str
    finalizer: str


SERVICE_EXPORT: Final = Collector(
    words.MCS_API_VERSION,
    "ServiceExport",
    words.SERVICE_NAMESPACE_LABEL,
    words.SERVICE_NAME_LABEL,
    words.ENDPOINT_SLICE_CONTROLLER_FINALIZER,
)
MULTI_CLUSTER_SERVICE: Final = Collector(
    words.NETWORKING_API_VERSION,
    "MultiClusterService",
    words.MULTI_CLUSTER_SERVICE_NAMESPACE_LABEL,
    words.MULTI_CLUSTER_SERVICE_NAME_LABEL,
    words.MCS_ENDPOINT_SLICE_DISPATCH_CONTROLLER_FINALIZER,
)


def is_imported(endpoint_slice: Object) -> bool:
    """Whether Karmada brought the slice into the member, so that it must not be collected from there."""
    return meta.labels(endpoint_slice).get(MANAGED_BY) in _IMPORTED


def carries(work: Object, api_version: str, kind: str) -> Object | None:
    """The manifest of this kind in a Work."""
    for manifest in meta.dig(work, "spec", "workload", "manifests", default=[]):
        if manifest.get("kind") == kind and manifest.get("apiVersion") == api_version:
            found: Object = manifest
            return found
    return None


def service_of(work: Object, collector: Collector) -> Key | None:
    """The service whose endpoints a Work holds on behalf of ``collector``; None for any other Work."""
    labels = meta.labels(work)
    name = labels.get(collector.name_label)
    if not name or is_dispatched(work) or carries(work, "discovery.k8s.io/v1", "EndpointSlice") is None:
        return None
    return Key(labels.get(collector.namespace_label, ""), name)


def is_dispatched(work: Object) -> bool:
    """Whether a Work brings endpoints to a consumer."""
    return bool(meta.annotations(work).get(words.ENDPOINT_SLICE_PROVISION_CLUSTER_ANNOTATION))


def collected_key(endpoint_slice: Object, cluster: str, edition: Edition) -> Key:
    """The Work for a slice of a member."""
    name = generate_work_name(
        "EndpointSlice", meta.name(endpoint_slice), meta.namespace(endpoint_slice), edition
    )
    return Key(generate_execution_space_name(cluster), name)


def collected_work(
    endpoint_slice: Object, cluster: str, collector: Collector, existing: Object | None, edition: Edition
) -> Object:
    """The Work for a slice of a member, with the marks of whoever else wants it (``existing``)."""
    labels = {
        collector.namespace_label: meta.namespace(endpoint_slice),
        collector.name_label: meta.labels(endpoint_slice).get(SERVICE_NAME, ""),
    }
    key = collected_key(endpoint_slice, cluster, edition)
    manifest = {**endpoint_slice, "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice"}
    if edition == ARTICLE:
        labels[words.ARTICLE_PROPAGATION_INSTRUCTION] = words.ARTICLE_PROPAGATION_INSTRUCTION_SUPPRESSED
        return own_work(key, manifest, edition, labels=labels)
    labels[words.ENDPOINT_SLICE_WORK_MANAGED_BY_LABEL] = ".".join(
        sorted({collector.kind, *_managers(existing or {})})
    )
    finalizers = sorted({collector.finalizer, *meta.finalizers(existing or {})})
    return own_work(key, manifest, edition, labels=labels, finalizers=finalizers, suspended=True)


def released_work(work: Object, collector: Collector) -> Object | None:
    """The Work as it is left to others; None where nobody else wants it, and it is to be deleted."""
    others = [kind for kind in _managers(work) if kind != collector.kind]
    if not others:
        return None
    gone = (collector.name_label, collector.namespace_label)
    labels = {name: value for name, value in meta.labels(work).items() if name not in gone}
    labels[words.ENDPOINT_SLICE_WORK_MANAGED_BY_LABEL] = ".".join(sorted(others))
    return meta.with_metadata(work, labels=labels)


def _managers(work: Object) -> list[str]:
    text = meta.labels(work).get(words.ENDPOINT_SLICE_WORK_MANAGED_BY_LABEL, "")
    return [kind for kind in text.split(".") if kind]
