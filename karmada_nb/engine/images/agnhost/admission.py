"""What the admission webhook of Kubernetes' test image decides. Pure.

Follows test/images/agnhost/webhook: each path is a rule by labels, names and data of objects.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any, Final

import orjson

from karmada_nb.engine import meta
from karmada_nb.engine.meta import Object

MARK: Final = "webhook-e2e-test"
_UNWANTED, _KEPT = "webhook-disallow", "webhook-nondeletable"
ALLOWED: Final[Object] = {"allowed": True}
Rule = Callable[[Object], Object]
"""From the request of a review to its response, without the uid."""


def decide(path: str, request: Object) -> Object | None:
    """The response to a review; None where nothing is served at the path."""
    rule = _RULES.get(path)
    return None if rule is None else {**rule(request), "uid": request.get("uid", "")}


def is_never_answered(path: str, request: Object) -> bool:
    """Whether the webhook keeps whoever asks about this waiting."""
    return path == "/pods" and meta.labels(request.get("object") or {}).get(MARK) == "wait-forever"


def _denied(**status: str) -> Object:
    return {"allowed": False, "status": {"metadata": {}, **status}}


def _patched(*operations: Object) -> Object:
    patch = base64.b64encode(orjson.dumps(list(operations))).decode()
    return {"allowed": True, "patch": patch, "patchType": "JSONPatch"}


def _always_deny(request: Object) -> Object:
    return _denied(message="this webhook denies all requests")


def _always_allow(request: Object) -> Object:
    return {"allowed": True, "status": {"metadata": {}, "message": "this webhook allows all requests"}}


def _add_label(request: Object) -> Object:
    labels = meta.labels(request.get("object") or {})
    if not labels:
        return _patched({"op": "add", "path": "/metadata/labels", "value": {"added-label": "yes"}})
    if labels.get("added-label") == "yes":
        return ALLOWED
    operation = "replace" if "added-label" in labels else "add"
    return _patched({"op": operation, "path": "/metadata/labels/added-label", "value": "yes"})


def _pods(request: Object) -> Object:
    pod = request.get("object") or {}
    why = []
    if meta.labels(pod).get(MARK) == _UNWANTED:
        why.append("the pod contains unwanted label;")
    for container in meta.dig(pod, "spec", "containers", default=[]):
        if _UNWANTED in container.get("name", ""):
            why.append("the pod contains unwanted container name;")
    return _denied(message=" ".join(why)) if why else ALLOWED


def _attaching(request: Object) -> Object:
    options = request.get("object") or {}
    if request.get("name") != "to-be-attached-pod" or not options.get("stdin"):
        return ALLOWED
    if options.get("container") != "container1":
        return ALLOWED
    return _denied(message="attaching to pod 'to-be-attached-pod' is not allowed")


def _mutated_pod(request: Object) -> Object:
    pod = request.get("object") or {}
    added = {"image": "webhook-added-image", "name": "webhook-added-init-container", "resources": {}}
    there = [c.get("name") for c in meta.dig(pod, "spec", "initContainers", default=[])]
    if meta.name(pod) != "webhook-to-be-mutated" or added["name"] in there:
        return ALLOWED
    return _patched({"op": "add", "path": "/spec/initContainers", "value": [added]})


def _by_data(unwanted: str, kept: str) -> Rule:
    def rule(request: Object) -> Object:
        operation = request.get("operation")
        obj: Any = request.get("oldObject" if operation == "DELETE" else "object") or {}
        said = (obj.get("data") or {}).get(MARK)
        if said == _UNWANTED and operation in ("CREATE", "UPDATE"):
            return _denied(reason=unwanted)
        if said == _KEPT and operation == "DELETE":
            return _denied(reason=kept)
        return ALLOWED

    return rule


def _mutated_data(request: Object) -> Object:
    """In two stages, so that what one webhook changed is seen by the next."""
    data = (request.get("object") or {}).get("data") or {}
    if data.get("mutation-stage-1") == "yes":
        return _patched({"op": "add", "path": "/data/mutation-stage-2", "value": "yes"})
    if data.get("mutation-start") == "yes":
        return _patched({"op": "add", "path": "/data/mutation-stage-1", "value": "yes"})
    return ALLOWED


def _definitions(request: Object) -> Object:
    if meta.labels(request.get("object") or {}).get(MARK) == _UNWANTED:
        return _denied(message="the crd contains unwanted label")
    return ALLOWED


_RULES: Final[dict[str, Rule]] = {
    "/always-deny": _always_deny,
    "/always-allow-delay-5s": _always_allow,
    "/add-label": _add_label,
    "/pods": _pods,
    "/pods/attach": _attaching,
    "/mutating-pods": _mutated_pod,
    "/configmaps": _by_data(
        "the configmap contains unwanted key and value",
        "the configmap cannot be deleted because it contains unwanted key and value",
    ),
    "/custom-resource": _by_data(
        "the custom resource contains unwanted data",
        "the custom resource cannot be deleted because it contains unwanted key and value",
    ),
    "/mutating-configmaps": _mutated_data,
    "/mutating-custom-resource": _mutated_data,
    "/crd": _definitions,
}
