"""MultiClusterService: defaults and checks.

Follows pkg/webhook/multiclusterservice and pkg/util/lifted/validatingmcs.go.
"""

from __future__ import annotations

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.validation import field, names
from karmada_nb.engine.apiserver.validation.metadata import validate_metadata, validate_metadata_update
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.karmada.admission.cluster import cluster_name_complaints
from karmada_nb.engine.karmada.admission.ingress import validate_load_balancer_status
from karmada_nb.engine.karmada.admission.request import Request, Surroundings
from karmada_nb.engine.karmada.constants import MULTI_CLUSTER_SERVICE_PERMANENT_ID_LABEL
from karmada_nb.engine.meta import Object, dig


def mutate_multi_cluster_service(service: Object, around: Surroundings) -> Object:
    labels = meta.labels(service)
    if not labels.get(MULTI_CLUSTER_SERVICE_PERMANENT_ID_LABEL):
        labels = {**labels, MULTI_CLUSTER_SERVICE_PERMANENT_ID_LABEL: around.new_id()}
        service = meta.with_metadata(service, labels=labels)
    spec = {**(service.get("spec") or {})}
    spec.setdefault("range", {})
    status = {"loadBalancer": {}, **(service.get("status") or {})}
    return {**service, "spec": spec, "status": status}


def validate_multi_cluster_service(request: Request) -> list[Cause]:
    service, old = request.object, request.old
    if request.operation != "UPDATE" or old is None:
        return _validate(service)
    out = validate_metadata_update(service, old, builtin=False, versioned=True)
    types = dig(old, "spec", "types")
    if types != dig(service, "spec", "types"):
        out.append(field.invalid("spec.types", types, "MultiClusterService types are immutable"))
    out += _validate(service)
    ingress = dig(service, "status", "loadBalancer", "ingress", default=[])
    return out + validate_load_balancer_status(ingress, "status.loadBalancer")


def _validate(service: Object) -> list[Cause]:
    out = validate_metadata(service, True, names.dns_1035_label, builtin=False)
    spec = service.get("spec") or {}
    seen: set[str] = set()
    for index, port in enumerate(spec.get("ports") or []):
        out += _port(port, seen, f"spec.ports[{index}]")
        seen.add(port.get("name", ""))
    types = spec.get("types") or []
    for index, kind in enumerate(types):
        if kind not in ("CrossCluster", "LoadBalancer"):
            out.append(field.invalid(f"spec.types[{index}]", kind, "ExposureType Error"))
    if len(set(types)) > 1:
        detail = "MultiClusterService types should not contain more than one type"
        out.append(field.invalid("spec.types", types, detail))
    for name in ("providerClusters", "consumerClusters"):
        for index, selector in enumerate(spec.get(name) or []):
            cluster = selector.get("name", "")
            complaints = cluster_name_complaints(cluster)
            if complaints:
                where = f"spec.range.{name}[{index}]"
                out.append(field.invalid(where, cluster, ",".join(complaints)))
    return out


def _port(port: Object, seen: set[str], path: str) -> list[Cause]:
    out: list[Cause] = []
    name, number = port.get("name", ""), port.get("port") or 0
    if name:
        out += field.each(f"{path}.name", name, names.dns_label(name))
        if name in seen:
            out.append(field.duplicate(f"{path}.name", name))
    return out + field.each(f"{path}.port", number, names.port_number(number))
