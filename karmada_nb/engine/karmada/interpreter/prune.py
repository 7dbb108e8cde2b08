"""Taking away what one API server wrote and another must not be told.

Follows pkg/resourceinterpreter/default/native/prune/prune.go.
"""

from __future__ import annotations

from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.constants import CURRENT, Edition
from karmada_nb.engine.karmada.interpreter.fields import mapping, nested_string_map
from karmada_nb.engine.karmada.interpreter.retain import SERVICE_ACCOUNT_TOKEN
from karmada_nb.engine.meta import Object

_METADATA: Final = frozenset(
    {
        "creationTimestamp",
        "deletionTimestamp",
        "deletionGracePeriodSeconds",
        "generation",
        "managedFields",
        "resourceVersion",
        "selfLink",
        "uid",
        "ownerReferences",
        "finalizers",
    }
)
_JOB_SELECTOR_LABELS: Final = frozenset({"controller-uid", "batch.kubernetes.io/controller-uid"})
_JOB_POD_LABELS: Final = _JOB_SELECTOR_LABELS | {"job-name", "batch.kubernetes.io/job-name"}


def remove_irrelevant_fields(obj: Object, edition: Edition = CURRENT) -> Object:
    """The object as a manifest for another cluster. v1.2 kept finalizers, and knew fewer kinds.

    Raises InterpreterError for a Job whose selector or pod labels are no map of strings.
    """
    article = edition != CURRENT
    gone = _METADATA - {"finalizers"} if article else _METADATA
    out = {field: value for field, value in obj.items() if field != "status"}
    if "metadata" in obj:
        out["metadata"] = {field: value for field, value in meta.metadata(obj).items() if field not in gone}
    match obj.get("kind"):
        case "Deployment" if not article:
            out = _without_annotations(
                out, "deployment.kubernetes.io/revision", "deployment.kubernetes.io/revision-history"
            )
        case "Job":
            out = _prune_job(out)
        case "Secret" if not article and obj.get("type") == SERVICE_ACCOUNT_TOKEN:
            out = _without_annotations(out, "kubernetes.io/service-account.uid")
            out["data"] = None
        case "ServiceAccount":
            out = _prune_service_account(out)
        case "Service":
            out = _prune_service(out)
        case "PersistentVolumeClaim" if not article:
            annotation = "volume.kubernetes.io/selected-node"
            if meta.annotations(out).get(annotation):
                out = _without_annotations(out, annotation)
    return out


def remove_job_ttl_seconds(obj: Object) -> Object:
    """A Job must not be swept away in the member: Karmada would make it again."""
    if obj.get("kind") != "Job" or "ttlSecondsAfterFinished" not in mapping(obj, "spec"):
        return obj
    return meta.without(obj, ("spec", "ttlSecondsAfterFinished"))


def _without_annotations(obj: Object, *names: str) -> Object:
    annotations = meta.metadata(obj).get("annotations")
    if not annotations or not any(name in annotations for name in names):
        return obj
    return meta.with_metadata(obj, annotations={k: v for k, v in annotations.items() if k not in names})


def _prune_job(obj: Object) -> Object:
    """The selector that the API server generated, unless the user manages it by hand."""
    if mapping(obj, "spec").get("manualSelector"):
        return obj
    for path, gone in (
        (("spec", "selector", "matchLabels"), _JOB_SELECTOR_LABELS),
        (("spec", "template", "metadata", "labels"), _JOB_POD_LABELS),
    ):
        labels = nested_string_map(obj, *path)
        if labels and not gone.isdisjoint(labels):
            obj = meta.replace(obj, path, {k: v for k, v in labels.items() if k not in gone})
    return obj


def _prune_service_account(obj: Object) -> Object:
    """Generated token secrets go; of two in a row the second stays, as upstream's loop leaves it."""
    secrets = obj.get("secrets")
    if not isinstance(secrets, list) or not secrets:
        return obj
    prefix = f"{meta.name(obj)}-token-"
    kept = []
    skip_check = False
    for secret in secrets:
        if not skip_check and str(secret.get("name", "")).startswith(prefix):
            skip_check = True
            continue
        kept.append(secret)
        skip_check = False
    return {**obj, "secrets": kept}


def _prune_service(obj: Object) -> Object:
    """The cluster IPs, unless the Service is headless."""
    spec = obj.get("spec")
    if not isinstance(spec, dict):
        return obj
    cluster_ip = spec.get("clusterIP")
    if not isinstance(cluster_ip, str) or cluster_ip == "None":
        return obj
    return {**obj, "spec": {k: v for k, v in spec.items() if k not in ("clusterIP", "clusterIPs")}}
