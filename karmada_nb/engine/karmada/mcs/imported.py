"""What ServiceImports and collected endpoints become in Karmada: a derived Service and imported slices.

Follows pkg/controllers/mcs/service_import_controller.go and endpointslice_controller.go, today's and v1.2's.
"""

from __future__ import annotations

from karmada_nb.engine import meta
from karmada_nb.engine.karmada import constants as words
from karmada_nb.engine.karmada.constants import ARTICLE, Edition
from karmada_nb.engine.karmada.mcs.collected import MANAGED_BY, SERVICE_NAME
from karmada_nb.engine.karmada.names import (
    generate_derived_service_name,
    generate_endpoint_slice_name,
    get_cluster_name,
)
from karmada_nb.engine.meta import Object

_BODY = ("addressType", "endpoints", "ports")


def derives(service_import: Object, edition: Edition) -> bool:
    """Whether a Service is derived: v1.2 did so for headless imports too."""
    if meta.deleting(service_import):
        return False
    return edition == ARTICLE or meta.dig(service_import, "spec", "type") == "ClusterSetIP"


def derived_service(service_import: Object) -> Object:
    """The Service with the ports of the import and no selector."""
    fields = ("name", "protocol", "port", "appProtocol")
    ports = [
        {field: port[field] for field in fields if field in port}
        for port in meta.dig(service_import, "spec", "ports") or ()
    ]
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {
            "name": generate_derived_service_name(meta.name(service_import)),
            "namespace": meta.namespace(service_import),
        },
        "spec": {"type": "ClusterIP", "ports": ports},
    }


def updated_service(existing: Object, derived: Object) -> Object:
    """The existing Service with the ports of the import; the same object where they are its own."""
    spec, wanted = existing["spec"], derived["spec"]
    standing = spec.get("ports") or []
    same = len(standing) == len(wanted["ports"]) and all(
        all(old.get(field) == value for field, value in new.items())
        for old, new in zip(standing, wanted["ports"], strict=True)
    )
    if same and spec.get("type") == wanted["type"]:
        return existing
    return {**existing, "spec": {**wanted, "clusterIP": spec.get("clusterIP", "")}}


def with_ingress(service: Object, service_import: Object) -> Object:
    """The Service with the addresses of the import in its status."""
    ingress = [{"ip": ip} for ip in meta.dig(service_import, "spec", "ips") or ()]
    if meta.dig(service, "status", "loadBalancer", "ingress", default=[]) == ingress:
        return service
    return {**service, "status": {"loadBalancer": {"ingress": ingress}}}


def imported_slice(work: Object, manifest: Object, edition: Edition) -> Object:
    """The slice that a Work holds, as one of the derived Service. Raises ValueError for a Work elsewhere."""
    cluster = get_cluster_name(meta.namespace(work))
    service = generate_derived_service_name(meta.labels(work).get(words.SERVICE_NAME_LABEL, ""))
    metadata: Object = {
        "name": generate_endpoint_slice_name(meta.name(manifest), cluster),
        "namespace": meta.namespace(manifest),
    }
    if edition == ARTICLE:
        metadata["labels"] = {
            words.ARTICLE_WORK_NAMESPACE_LABEL: meta.namespace(work),
            words.ARTICLE_WORK_NAME_LABEL: meta.name(work),
            SERVICE_NAME: service,
        }
    else:
        metadata["labels"] = {
            words.WORK_PERMANENT_ID_LABEL: meta.labels(work).get(words.WORK_PERMANENT_ID_LABEL, ""),
            SERVICE_NAME: service,
            MANAGED_BY: words.ENDPOINT_SLICE_CONTROLLER_LABEL_VALUE,
        }
        metadata["annotations"] = {
            words.WORK_NAMESPACE_ANNOTATION: meta.namespace(work),
            words.WORK_NAME_ANNOTATION: meta.name(work),
        }
    body = {field: manifest[field] for field in _BODY if field in manifest}
    return {"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "metadata": metadata, **body}


def updated_slice(existing: Object, imported: Object) -> Object:
    """The existing slice with body and labels of the imported one; the same object where nothing changes."""
    wanted = meta.with_metadata(existing, labels=meta.labels(imported))
    wanted = {**wanted, **{field: imported.get(field) for field in _BODY}}
    same = meta.labels(existing) == meta.labels(imported) and all(
        (existing.get(field) or None) == (imported.get(field) or None) for field in _BODY
    )
    return existing if same else wanted


def mark_of(work: Object, edition: Edition) -> str:
    """By what the slices imported from a Work are found again: the same text as ``mark_on``."""
    if edition == ARTICLE:
        return f"{meta.namespace(work)}/{meta.name(work)}"
    return meta.labels(work).get(words.WORK_PERMANENT_ID_LABEL, "")


def mark_on(endpoint_slice: Object, edition: Edition) -> str:
    """The Work that a slice in Karmada was imported from; ``""`` for any other slice."""
    labels = meta.labels(endpoint_slice)
    if edition == ARTICLE:
        name = labels.get(words.ARTICLE_WORK_NAME_LABEL, "")
        return f"{labels.get(words.ARTICLE_WORK_NAMESPACE_LABEL, '')}/{name}" if name else ""
    return labels.get(words.WORK_PERMANENT_ID_LABEL, "")
