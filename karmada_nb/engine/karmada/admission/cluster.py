"""Cluster: what the aggregated API makes of one before it keeps it, and what it refuses.

Follows pkg/registry/cluster/strategy.go, pkg/apis/cluster/mutation/mutation.go, pkg/apis/cluster/validation/
validation.go and pkg/util/lifted/validateclustertaints.go.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.validation import field, names
from karmada_nb.engine.apiserver.validation.metadata import (
    validate_metadata,
    validate_metadata_update,
)
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.karmada.admission import shapes
from karmada_nb.engine.karmada.admission.resource_models import (
    default_resource_models,
    resource_models_complaint,
    resource_models_shown,
    standardized_resource_models,
)
from karmada_nb.engine.karmada.admission.shapes import ordered
from karmada_nb.engine.karmada.admission.urls import validate_api_endpoint, validate_proxy_url
from karmada_nb.engine.karmada.constants import CURRENT, Edition
from karmada_nb.engine.meta import Object

NAME_MAX_LENGTH = 48


def cluster_name_complaints(name: str) -> list[str]:
    """A name must leave room for the prefix of the execution namespace."""
    if not name:
        return ["must be not empty"]
    if len(name.encode()) > NAME_MAX_LENGTH:
        return [f"must be no more than {NAME_MAX_LENGTH} characters"]
    return names.dns_label(name)


def prepare_for_create(cluster: Object, edition: Edition = CURRENT) -> Object:
    """Before the checks of a create: no status, generation 1, resource models.

    v1.2 took what it was given.
    """
    if edition != CURRENT:
        return cluster
    spec = dict(cluster.get("spec") or {})
    models = spec.get("resourceModels")
    spec["resourceModels"] = standardized_resource_models(models) if models else default_resource_models()
    return {**meta.with_metadata(cluster, generation=1), "spec": spec, "status": {}}


def prepare_for_update(cluster: Object, old: Object, edition: Edition = CURRENT) -> Object:
    """Before the checks of an update: the old status, a new generation where the spec changed."""
    if edition != CURRENT:
        return cluster
    spec = dict(cluster.get("spec") or {})
    generation = meta.metadata(cluster).get("generation")
    if spec != (old.get("spec") or {}):
        generation = meta.generation(old) + 1
    if spec.get("resourceModels"):
        spec["resourceModels"] = standardized_resource_models(spec["resourceModels"])
    kept = {**meta.with_metadata(cluster, generation=generation), "spec": spec}
    return {**kept, "status": old.get("status") or {}}


def canonicalize(cluster: Object, now: datetime, edition: Edition = CURRENT) -> Object:
    """After the checks: NoExecute taints get the moment they were added, the single ``zone`` becomes a
    list.
    """
    if edition != CURRENT:
        return cluster
    spec = dict(cluster.get("spec") or {})
    if spec.get("taints"):
        moment = meta.rfc3339(now)
        spec["taints"] = [
            {**taint, "timeAdded": moment}
            if taint.get("effect") == "NoExecute" and taint.get("timeAdded") is None
            else taint
            for taint in spec["taints"]
        ]
    if spec.get("zone") and not spec.get("zones"):
        spec["zones"] = [spec.pop("zone")]
    return {**cluster, "spec": spec}


def validate_cluster(cluster: Object) -> list[Cause]:
    out = validate_metadata(cluster, False, cluster_name_complaints, builtin=False)
    return out + validate_cluster_spec(cluster.get("spec") or {}, "spec")


def validate_cluster_update(cluster: Object, old: Object) -> list[Cause]:
    return validate_metadata_update(cluster, old, builtin=False, versioned=True) + validate_cluster(cluster)


def validate_cluster_spec(spec: Object, path: str) -> list[Cause]:
    out: list[Cause] = []
    mode = spec.get("syncMode", "")
    if not mode:
        out.append(field.required(f"{path}.syncMode"))
    if mode not in ("Pull", "Push"):
        out.append(field.not_supported(f"{path}.syncMode", mode, ("Pull", "Push")))
    if spec.get("apiEndpoint"):
        out += validate_api_endpoint(spec["apiEndpoint"], f"{path}.apiEndpoint")
    for name in ("secretRef", "impersonatorSecretRef"):
        reference = spec.get(name)
        if reference is not None:
            missing = [part for part in ("namespace", "name") if not reference.get(part)]
            out += [field.required(f"{path}.{name}.{part}") for part in missing]
    if spec.get("proxyURL"):
        out += validate_proxy_url(spec["proxyURL"], f"{path}.proxyURL")
    out += _where(spec, path)
    out += _taints(spec.get("taints") or [], f"{path}.taints")
    models = spec.get("resourceModels") or []
    complaint = resource_models_complaint(models)
    if complaint:
        out.append(field.invalid(f"{path}.resourceModels", resource_models_shown(models), complaint))
    return out


def _where(spec: Object, path: str) -> list[Cause]:
    out: list[Cause] = []
    for name in ("provider", "region"):
        out += _label_value(spec.get(name) or "", f"{path}.{name}")
    zone, zones = spec.get("zone") or "", spec.get("zones") or []
    if zone and zones:
        detail = "Zone and Zones cannot co-exist"
        cause = field.invalid(f"{path}.spec", _internal(spec), detail)
        return [*out, replace(cause, reason="FieldValueTypeInvalid")]
    if zone:
        return out + _label_value(zone, f"{path}.Zone")
    for item in zones:
        out += _label_value(item, f"{path}.Zones")
    return out


def _label_value(value: str, path: str) -> list[Cause]:
    complaints = names.label_value(value)
    return [field.invalid(path, value, "; ".join(complaints))] if complaints else []


def _internal(spec: Object) -> Object:
    """The spec as Go's internal type prints it: its own field names, nothing left out."""

    def secret(reference: Object | None) -> Object | None:
        if reference is None:
            return None
        return {"Namespace": reference.get("namespace", ""), "Name": reference.get("name", "")}

    models = spec.get("resourceModels")
    fields = {
        "SyncMode": spec.get("syncMode", ""),
        "APIEndpoint": spec.get("apiEndpoint", ""),
        "SecretRef": secret(spec.get("secretRef")),
        "ImpersonatorSecretRef": secret(spec.get("impersonatorSecretRef")),
        "InsecureSkipTLSVerification": bool(spec.get("insecureSkipTLSVerification")),
        "ProxyURL": spec.get("proxyURL", ""),
        "ProxyHeader": ordered(spec.get("proxyHeader"), None),
        "Provider": spec.get("provider", ""),
        "Region": spec.get("region", ""),
        "Zone": spec.get("zone", ""),
        "zones": spec.get("zones"),
        "Taints": ordered(spec.get("taints"), shapes.TAINT),
        "ResourceModels": None if models is None else resource_models_shown(models),
    }
    return {"id": spec["id"], **fields} if spec.get("id") else fields


def _taints(taints: list[Object], path: str) -> list[Cause]:
    out: list[Cause] = []
    seen: set[tuple[str, str]] = set()
    for index, taint in enumerate(taints):
        where = f"{path}[{index}]"
        key, value, effect = taint.get("key", ""), taint.get("value", ""), taint.get("effect", "")
        out += field.each(f"{where}.key", key, names.qualified_name(key))
        complaints = names.label_value(value)
        if complaints:
            out.append(field.invalid(f"{where}.value", value, ";".join(complaints)))
        if not effect:
            out.append(field.required(f"{where}.effect"))
        elif effect not in ("NoSchedule", "NoExecute"):
            out.append(field.not_supported(f"{where}.effect", effect, ("NoSchedule", "NoExecute")))
        if (key, effect) in seen:
            cause = field.duplicate(where, ordered(taint, shapes.TAINT))
            out.append(
                replace(cause, message=f"{cause.message}: taints must be unique by key and effect pair")
            )
        seen.add((key, effect))
    return out
