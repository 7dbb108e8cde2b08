"""What a member cluster owns of an object that Karmada updates there.

Follows pkg/resourceinterpreter/default/native/retain.go and pkg/util/lifted/retain.go.
"""

from __future__ import annotations

from typing import Any, Final

from karmada_nb.engine import meta, quantity
from karmada_nb.engine.karmada.constants import RETAIN_REPLICAS_LABEL, RETAIN_REPLICAS_VALUE
from karmada_nb.engine.karmada.interpreter.base import InterpreterError
from karmada_nb.engine.karmada.interpreter.fields import (
    MISSING,
    items,
    mapping,
    nested,
    nested_int,
    nested_list,
    nested_string,
    nested_string_map,
)
from karmada_nb.engine.meta import Object

SERVICE_ACCOUNT_TOKEN: Final = "kubernetes.io/service-account-token"


def _where(obj: Object) -> str:
    return f"{obj.get('kind', '')} {meta.namespace(obj)}/{meta.name(obj)}"


def retain_workload_replicas(desired: Object, observed: Object) -> Object:
    """A Deployment labelled to keep its replicas takes the member's number, as an HPA there set it."""
    labels = nested_string_map(desired, "metadata", "labels") or {}
    if labels.get(RETAIN_REPLICAS_LABEL) != RETAIN_REPLICAS_VALUE:
        return desired
    try:
        replicas = nested_int(observed, "spec", "replicas")
    except InterpreterError:
        replicas = None
    if replicas is None:
        raise InterpreterError(f"failed to get spec.replicas from {_where(observed)}")
    return meta.replace(desired, ("spec", "replicas"), replicas)


def retain_pod_fields(desired: Object, observed: Object) -> Object:
    """A pod's node, service account, volumes and mounts are the member's. The result is a whole typed Pod."""
    spec = dict(mapping(desired, "spec"))
    theirs = mapping(observed, "spec")
    for field in ("nodeName", "serviceAccountName", "volumes"):
        if theirs.get(field):
            spec[field] = theirs[field]
        else:
            spec.pop(field, None)
    spec["containers"] = _with_mounts(items(spec, "containers"), items(theirs, "containers"))
    if spec.get("initContainers"):
        spec["initContainers"] = _with_mounts(spec["initContainers"], items(theirs, "initContainers"))
    if spec.get("ephemeralContainers"):
        spec["ephemeralContainers"] = [_typed_container(c) for c in spec["ephemeralContainers"]]
    return {**desired, "spec": spec, "status": mapping(desired, "status")}


def _with_mounts(ours: list[Object], theirs: list[Object]) -> list[Object]:
    """Each container with the mounts of the observed one of its name; only the first of a name gets them."""
    out = [_typed_container(container) for container in ours]
    first = {container.get("name", ""): at for at, container in reversed(list(enumerate(ours)))}
    for container in theirs:
        at = first.get(container.get("name", ""))
        if at is None:
            continue
        mounts = container.get("volumeMounts")
        out[at] = {**out[at], "volumeMounts": mounts} if mounts else meta.without(out[at], ("volumeMounts",))
    return out


def _typed_container(container: Object) -> Object:
    resources = mapping(container, "resources")
    canonical = {
        field: {name: quantity.canonical(amount) for name, amount in value.items()}
        if field in ("limits", "requests")
        else value
        for field, value in resources.items()
        if value
    }
    return {**container, "resources": canonical}


def retain_service_fields(desired: Object, observed: Object) -> Object:
    """The cluster IP and the health-check node port are given by the member and cannot be changed."""
    try:
        port = nested_int(observed, "spec", "healthCheckNodePort")
    except InterpreterError as error:
        raise InterpreterError(f"error retrieving healthCheckNodePort from service: {error}") from None
    if port is not None and port > 0:
        desired = meta.replace(desired, ("spec", "healthCheckNodePort"), port)
    try:
        cluster_ip = nested_string(observed, "spec", "clusterIP")
    except InterpreterError as error:
        raise InterpreterError(f"error retrieving clusterIP from cluster service: {error}") from None
    return meta.replace(desired, ("spec", "clusterIP"), cluster_ip) if cluster_ip else desired


def retain_service_account_fields(desired: Object, observed: Object) -> Object:
    """Secrets of both sides, the template's first: what the member's token controller added must stay."""
    for field in ("secrets", "imagePullSecrets"):
        desired = _merge_secrets(desired, observed, field)
    return desired


def _merge_secrets(desired: Object, observed: Object, field: str) -> Object:
    try:
        ours = nested_list(desired, field) or []
    except InterpreterError as error:
        raise InterpreterError(f"error retrieving {field} from desired service account: {error}") from None
    try:
        theirs = nested_list(observed, field) or []
    except InterpreterError as error:
        raise InterpreterError(f"error retrieving {field} from service account: {error}") from None
    merged: list[Any] = list(ours)
    known = {secret["name"] for secret in ours}
    for secret in theirs:
        if secret["name"] not in known:
            merged.append(secret)
            known.add(secret["name"])
    return {**desired, field: merged} if merged else meta.without(desired, (field,))


def retain_service_account_secrets(desired: Object, observed: Object) -> Object:
    """v1.2: the member's ``secrets`` where the template names none."""
    if nested_list(desired, "secrets"):
        return desired
    theirs = nested_list(observed, "secrets")
    return {**desired, "secrets": theirs} if theirs else desired


def retain_persistent_volume_claim_fields(desired: Object, observed: Object) -> Object:
    """The volume that the member bound."""
    try:
        volume = nested_string(observed, "spec", "volumeName")
    except InterpreterError as error:
        raise InterpreterError(f"error retrieving volumeName from pvc: {error}") from None
    return meta.replace(desired, ("spec", "volumeName"), volume) if volume else desired


def retain_persistent_volume_fields(desired: Object, observed: Object) -> Object:
    """The claim that the member bound."""
    try:
        claim = nested(observed, "spec", "claimRef")
    except InterpreterError as error:
        raise InterpreterError(f"failed to retrieve claimRef from pv: {error}") from None
    return desired if claim is MISSING else meta.replace(desired, ("spec", "claimRef"), claim)


def retain_job_selector_fields(desired: Object, observed: Object) -> Object:
    """The selector and pod labels that the member generated."""
    for path in (("spec", "selector", "matchLabels"), ("spec", "template", "metadata", "labels")):
        found = nested_string_map(observed, *path)
        if found is not None:
            desired = meta.replace(desired, path, found)
    return desired


def retain_secret_service_account_token(desired: Object, observed: Object) -> Object:
    """The token that the member wrote into a service-account token secret."""
    if desired.get("type") != SERVICE_ACCOUNT_TOKEN:
        return desired
    try:
        data = nested_string_map(observed, "data")
    except InterpreterError as error:
        raise InterpreterError(f"failed to get .data from desired.Object: {error}") from None
    return desired if data is None else {**desired, "data": data}
