"""MultiClusterServices: who provides and who consumes, the Service they claim, endpoints for a consumer.

Follows pkg/controllers/multiclusterservice/mcs_controller.go and endpointslice_dispatch_controller.go, and
pkg/util/helper/mcs.go.
"""

from __future__ import annotations

from collections.abc import Iterable

from karmada_nb.engine import meta
from karmada_nb.engine.karmada import constants as words
from karmada_nb.engine.karmada.constants import CURRENT
from karmada_nb.engine.karmada.mcs.collected import MANAGED_BY, SERVICE_NAME, carries
from karmada_nb.engine.karmada.names import (
    generate_binding_name,
    generate_execution_space_name,
    generate_work_name,
    get_cluster_name,
)
from karmada_nb.engine.karmada.work_own import own_work
from karmada_nb.engine.meta import Key, Object

_CLAIM_LABELS = (
    words.PROPAGATION_POLICY_PERMANENT_ID_LABEL,
    words.CLUSTER_PROPAGATION_POLICY_PERMANENT_ID_LABEL,
)
_CLAIM_ANNOTATIONS = (
    words.PROPAGATION_POLICY_NAME_ANNOTATION,
    words.PROPAGATION_POLICY_NAMESPACE_ANNOTATION,
    words.CLUSTER_PROPAGATION_POLICY_ANNOTATION,
)
_OWN_LABELS = (words.RESOURCE_TEMPLATE_CLAIMED_BY_LABEL, words.MULTI_CLUSTER_SERVICE_PERMANENT_ID_LABEL)
_BINDING_LABELS = (words.BINDING_MANAGED_BY_LABEL, words.MULTI_CLUSTER_SERVICE_PERMANENT_ID_LABEL)
_OWN_ANNOTATIONS = (
    words.MULTI_CLUSTER_SERVICE_NAME_ANNOTATION,
    words.MULTI_CLUSTER_SERVICE_NAMESPACE_ANNOTATION,
)


class DifferentOwner(Exception):
    """The binding belongs to a Service that was here before, and must go first."""

    def __init__(self) -> None:
        super().__init__(
            "failed to update binding due to different owner reference UID, will try again later after "
            "binding is garbage collected, see https://github.com/karmada-io/karmada/issues/2090"
        )


def crosses_clusters(service: Object) -> bool:
    """``MultiClusterServiceCrossClusterEnabled``."""
    return "CrossCluster" in (service["spec"].get("types") or ())


def providers(service: Object, clusters: Iterable[str]) -> list[str]:
    """The clusters whose endpoints count; all where none is named."""
    return _named(service["spec"].get("providerClusters") or (), clusters)


def consumers(service: Object, clusters: Iterable[str]) -> list[str]:
    """The clusters that the endpoints go to; all where none is named."""
    return _named(service["spec"].get("consumerClusters") or (), clusters)


def _named(selectors: Iterable[Object], clusters: Iterable[str]) -> list[str]:
    return sorted({selector.get("name", "") for selector in selectors} or set(clusters))


def permanent_id(obj: Object) -> str:
    """What ties a MultiClusterService, its Works, its Service and the binding together."""
    return meta.labels(obj).get(words.MULTI_CLUSTER_SERVICE_PERMANENT_ID_LABEL, "")


def provider_work(service: Object, cluster: str) -> Object:
    """The Work that asks for a provider's endpoints. It carries the MultiClusterService and goes nowhere."""
    name = generate_work_name("MultiClusterService", meta.name(service), meta.namespace(service))
    labels = {
        words.MULTI_CLUSTER_SERVICE_PERMANENT_ID_LABEL: permanent_id(service),
        words.MULTI_CLUSTER_SERVICE_NAMESPACE_LABEL: meta.namespace(service),
        words.MULTI_CLUSTER_SERVICE_NAME_LABEL: meta.name(service),
    }
    key = Key(generate_execution_space_name(cluster), name)
    return own_work(key, service, CURRENT, labels=labels, suspended=True)


def dispatched_work(work: Object, service: Object, consumer: str) -> Object:
    """The Work that brings a provider's endpoints, held by ``work``, to a consumer."""
    manifest = carries(work, "discovery.k8s.io/v1", "EndpointSlice")
    assert manifest is not None
    provider = get_cluster_name(meta.namespace(work))
    origin = {words.ENDPOINT_SLICE_PROVISION_CLUSTER_ANNOTATION: provider}
    dispatched = meta.with_metadata(
        manifest,
        name=f"{provider}-{meta.name(manifest)}",
        labels={
            SERVICE_NAME: meta.name(service),
            MANAGED_BY: words.ENDPOINT_SLICE_DISPATCH_CONTROLLER_LABEL_VALUE,
        },
        annotations=origin,
    )
    labels = {
        words.MULTI_CLUSTER_SERVICE_NAME_LABEL: meta.name(service),
        words.MULTI_CLUSTER_SERVICE_NAMESPACE_LABEL: meta.namespace(service),
    }
    return own_work(
        Key(generate_execution_space_name(consumer), meta.name(work)),
        dispatched,
        CURRENT,
        labels=labels,
        annotations=origin,
        finalizers=(words.EXECUTION_CONTROLLER_FINALIZER,),
    )


def claimed_service(template: Object, service: Object) -> Object:
    """The Service as one that this MultiClusterService propagates, and no policy any more."""
    claimed = _without(template, _CLAIM_LABELS, _CLAIM_ANNOTATIONS)
    return meta.with_metadata(
        claimed,
        labels={
            **meta.labels(claimed),
            words.RESOURCE_TEMPLATE_CLAIMED_BY_LABEL: "MultiClusterService",
            words.MULTI_CLUSTER_SERVICE_PERMANENT_ID_LABEL: permanent_id(service),
        },
        annotations={**meta.annotations(claimed), **_leads_back(service)},
    )


def released_service(template: Object) -> Object:
    """The Service, free for a policy again. Upstream leaves the annotations."""
    return _without(template, _OWN_LABELS, ())


def service_binding(template: Object, service: Object, clusters: Iterable[str]) -> Object:
    """The binding that brings the Service to providers and consumers."""
    reference = {
        "apiVersion": "v1",
        "kind": "Service",
        "name": meta.name(template),
        "uid": meta.uid(template),
    }
    return {
        "apiVersion": words.BINDING_API_VERSION,
        "kind": "ResourceBinding",
        "metadata": {
            "name": generate_binding_name("Service", meta.name(template)),
            "namespace": meta.namespace(template),
            "ownerReferences": [reference],
            "annotations": _leads_back(service),
            "labels": {
                words.BINDING_MANAGED_BY_LABEL: "MultiClusterService",
                words.MULTI_CLUSTER_SERVICE_PERMANENT_ID_LABEL: permanent_id(service),
            },
            "finalizers": [words.BINDING_CONTROLLER_FINALIZER],
        },
        "spec": {
            "placement": {"clusterAffinity": {"clusterNames": sorted(set(clusters))}},
            "conflictResolution": "Overwrite",
            "resource": {
                **reference,
                "namespace": meta.namespace(template),
                "resourceVersion": meta.resource_version(template),
            },
        },
    }


def merged_binding(existing: Object, wanted: Object) -> Object:
    """The existing binding brought up to ``wanted``; what was scheduled stays. Raises DifferentOwner."""
    owner = meta.controller_of(existing)
    if owner is not None and owner["uid"] != wanted["metadata"]["ownerReferences"][0]["uid"]:
        raise DifferentOwner
    metadata = wanted["metadata"]
    merged = meta.with_metadata(
        existing,
        annotations={**meta.annotations(existing), **metadata["annotations"]},
        labels={**meta.labels(existing), **metadata["labels"]},
        ownerReferences=metadata["ownerReferences"],
        finalizers=metadata["finalizers"],
    )
    merged["spec"] = {**existing["spec"], **wanted["spec"]}
    return existing if merged == existing else merged


def released_binding(binding: Object) -> Object:
    """The binding without a word of the MultiClusterService: the Service stays where it is."""
    return _without(binding, _BINDING_LABELS, _OWN_ANNOTATIONS)


def _leads_back(service: Object) -> dict[str, str]:
    return {
        words.MULTI_CLUSTER_SERVICE_NAME_ANNOTATION: meta.name(service),
        words.MULTI_CLUSTER_SERVICE_NAMESPACE_ANNOTATION: meta.namespace(service),
    }


def _without(obj: Object, labels: Iterable[str], annotations: Iterable[str]) -> Object:
    kept = {k: v for k, v in meta.labels(obj).items() if k not in set(labels)}
    notes = {k: v for k, v in meta.annotations(obj).items() if k not in set(annotations)}
    if kept == meta.labels(obj) and notes == meta.annotations(obj):
        return obj
    return meta.with_metadata(obj, labels=kept or None, annotations=notes or None)
