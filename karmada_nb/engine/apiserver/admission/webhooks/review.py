"""``AdmissionReview``: what a webhook is sent, and what it may answer.

Follows k8s.io/apiserver pkg/admission/plugin/webhook/request/admissionreview.go and errors/statuserror.go.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import Any, Final

import orjson

from karmada_nb.engine.apiserver.admission.chain import Attributes
from karmada_nb.engine.apiserver.admission.matching import Seen
from karmada_nb.engine.apiserver.patch import json_patch
from karmada_nb.engine.apiserver.resource import Resource
from karmada_nb.engine.errors import StatusError, internal
from karmada_nb.engine.meta import Object

_VERSIONS: Final = ("v1", "v1beta1")
_OPTIONS: Final = {"CREATE": "CreateOptions", "UPDATE": "UpdateOptions", "DELETE": "DeleteOptions"}
_LEAST_REFUSAL: Final = 400


class BadAnswer(Exception):
    """An answer that is none; it counts as a call that failed."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a webhook decided."""

    allowed: bool
    status: Object | None
    patch: list[Any]
    warnings: tuple[str, ...]


def request_of(seen: Seen) -> Object:
    """An AdmissionRequest, but for its ``uid``, which is new for every call."""
    attributes, asked = seen.attributes, seen.attributes.resource
    user = attributes.user
    info: Object = {"username": user.name, "groups": list(user.groups)}
    if user.uid:
        info["uid"] = user.uid
    if user.extra:
        info["extra"] = {name: list(values) for name, values in user.extra.items()}
    request: Object = {
        "kind": _kind_of(seen.resource, attributes),
        "resource": _resource(seen.resource.group, seen.resource.version, seen.resource.plural),
        "requestKind": _kind_of(asked, attributes),
        "requestResource": _resource(asked.group, asked.version, asked.plural),
        "name": attributes.name,
        "operation": attributes.operation,
        "userInfo": info,
        "object": seen.object,
        "oldObject": seen.old,
        "dryRun": attributes.dry_run,
        "options": options_of(attributes),
    }
    if attributes.subresource:
        request["subResource"] = request["requestSubResource"] = attributes.subresource
    if asked.namespaced:
        request["namespace"] = attributes.namespace
    elif asked.qualified == "namespaces":
        request["namespace"] = attributes.name
    return request


def _kind_of(resource: Resource, attributes: Attributes) -> Object:
    """The kind of what is sent: of a connection it is that of its options."""
    if attributes.operation == "CONNECT" and attributes.obj is not None:
        return _kind("", attributes.obj["apiVersion"], attributes.obj["kind"])
    return _kind(resource.group, resource.version, resource.kind)


def options_of(attributes: Attributes) -> Object | None:
    """The options of the request, as far as webhooks are told of them; a connection has none."""
    if attributes.operation == "CONNECT":
        return None
    options: Object = {"kind": _OPTIONS[attributes.operation], "apiVersion": "meta.k8s.io/v1"}
    return {**options, "dryRun": ["All"]} if attributes.dry_run else options


def review_of(request: Object, uid: str, versions: list[str]) -> Object:
    """The review to send, in the first version that both sides know. Raises BadAnswer if there is none."""
    version = next((version for version in versions if version in _VERSIONS), "")
    if not version:
        raise BadAnswer("webhook does not accept known AdmissionReview versions (v1, v1beta1)")
    return {
        "kind": "AdmissionReview",
        "apiVersion": f"admission.k8s.io/{version}",
        "request": {"uid": uid, **request},
    }


def read_answer(review: Object, sent: Object, *, mutating: bool) -> Answer:
    """Raises BadAnswer."""
    response = review.get("response")
    if not isinstance(response, dict):
        raise BadAnswer("webhook response was absent")
    if sent["apiVersion"].endswith("/v1"):
        uid = sent["request"]["uid"]
        if response.get("uid", "") != uid:
            raise BadAnswer(f'expected response.uid="{uid}", got "{response.get("uid", "")}"')
        found = (review.get("apiVersion", ""), review.get("kind", ""))
        if found != (sent["apiVersion"], "AdmissionReview"):
            wanted = "admission.k8s.io/v1, Kind=AdmissionReview"
            raise BadAnswer(f"expected webhook response of {wanted}, got {found[0]}, Kind={found[1]}")
        _check_patch(response, mutating)
    warnings = tuple(str(text) for text in response.get("warnings") or ())
    patch = _patch(response.get("patch")) if mutating else []
    return Answer(bool(response.get("allowed")), response.get("status"), patch, warnings)


def refusal(name: str, status: Object | None) -> StatusError:
    """``ToStatusErr``: what the client reads whom a webhook refused."""
    said = dict(status or {})
    denied = f'admission webhook "{name}" denied the request'
    why = said.get("message") or said.get("reason")
    message = f"{denied}: {why}" if why else f"{denied} without explanation"
    code = max(int(said.get("code") or 0), _LEAST_REFUSAL)
    return StatusError(code, said.get("reason") or "", message, said.get("details"))


def _check_patch(response: Object, mutating: bool) -> None:
    patch, kind = response.get("patch"), response.get("patchType")
    if not mutating:
        if patch:
            raise BadAnswer("validating webhook may not return response.patch")
        if kind is not None:
            raise BadAnswer("validating webhook may not return response.patchType")
    elif patch and kind is None:
        raise BadAnswer("webhook returned response.patch but not response.patchType")
    elif kind is not None and not patch:
        raise BadAnswer("webhook returned response.patchType but not response.patch")
    elif patch and kind != "JSONPatch":
        raise BadAnswer(f'webhook returned invalid response.patchType of "{kind}"')


def _patch(text: Any) -> list[Any]:
    if not text:
        return []
    try:
        patch = orjson.loads(base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError, TypeError) as error:
        raise BadAnswer(f"received undecodable patch in webhook response: {error}") from None
    if not isinstance(patch, list):
        raise BadAnswer("received undecodable patch in webhook response: it is no list")
    return patch


def patched(obj: Object, answer: Answer) -> Object:
    """The object as a mutating webhook wants it. Raises 500 for a patch that does not fit."""
    if not answer.patch:
        return obj
    try:
        after = json_patch.apply(obj, answer.patch)
    except StatusError as error:
        raise internal(error.message) from None
    if not isinstance(after, dict):
        raise internal("the patch of a webhook does not leave an object")
    return after


def _kind(group: str, version: str, kind: str) -> Object:
    return {"group": group, "version": version, "kind": kind}


def _resource(group: str, version: str, resource: str) -> Object:
    return {"group": group, "version": version, "resource": resource}
