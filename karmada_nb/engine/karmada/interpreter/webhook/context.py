"""``ResourceInterpreterContext``: what a webhook is sent, and what it may answer.

Follows pkg/apis/config/v1alpha1/interpretercontext_types.go and
pkg/resourceinterpreter/customized/webhook/request/resourceinterpretercontext.go.
"""

from __future__ import annotations

import base64
import binascii
from typing import Any, Final

import orjson

from karmada_nb.engine import golang, meta
from karmada_nb.engine.karmada.interpreter.base import InterpreterError, Items, Operation
from karmada_nb.engine.karmada.interpreter.validation import verify_dependencies
from karmada_nb.engine.meta import Object

VERSION: Final = "v1alpha1"
API_VERSION: Final = f"config.karmada.io/{VERSION}"
_PATCHES: Final = frozenset((Operation.REVISE_REPLICA, Operation.RETAIN, Operation.AGGREGATE_STATUS))
_REQUIRED: Final = {
    Operation.INTERPRET_REPLICA: ("replicas", "webhook returned nil response.replicas"),
    Operation.INTERPRET_STATUS: ("rawStatus", "webhook returned nill response.rawStatus"),
    Operation.INTERPRET_HEALTH: ("healthy", "webhook returned nil response.healthy"),
}


class BadAnswer(Exception):
    """An answer that is none; it counts as a call that failed."""


def request_of(
    operation: Operation,
    obj: Object,
    *,
    observed: Object | None = None,
    replicas: int = 0,
    items: Items = None,
) -> Object:
    """A ResourceInterpreterRequest, but for its ``uid``, which is new for every call."""
    group, version = meta.group_version(obj.get("apiVersion", ""))
    request: Object = {
        "kind": {"group": group, "version": version, "kind": obj.get("kind", "")},
        "name": meta.name(obj),
        "operation": str(operation),
        "object": obj,
        "replicas": replicas,
    }
    if meta.namespace(obj):
        request["namespace"] = meta.namespace(obj)
    if observed is not None:
        request["observedObject"] = observed
    if items:
        request["aggregatedStatus"] = list(items)
    return request


def context_of(request: Object, uid: str, versions: list[str]) -> Object:
    """The object to send. Raises BadAnswer where the webhook reads no version of it that we write."""
    if VERSION not in versions:
        raise BadAnswer("webhook does not accept known ResourceInterpreterContext versions (v1alpha1)")
    return {
        "kind": "ResourceInterpreterContext",
        "apiVersion": API_VERSION,
        "request": {"uid": uid, **request},
    }


def read_response(answer: Object, uid: str, operation: Operation) -> Object:
    """The response of a context that came back, found to be one. Raises BadAnswer."""
    response = answer.get("response")
    if not isinstance(response, dict):
        raise BadAnswer("webhook response was absent")
    if response.get("uid", "") != uid:
        raise BadAnswer(f'expected response.uid "{uid}", got "{response.get("uid", "")}"')
    if not response.get("successful"):
        if response.get("status") is None:
            raise BadAnswer("webhook require response.status when response.successful is false")
        return response
    if operation in _PATCHES:
        _check_patch(response)
    elif operation in _REQUIRED:
        name, complaint = _REQUIRED[operation]
        if response.get(name) is None:
            raise BadAnswer(complaint)
    elif operation == Operation.INTERPRET_DEPENDENCY:
        try:
            verify_dependencies(response.get("dependencies") or [])
        except InterpreterError as error:
            raise BadAnswer(str(error)) from None
    return response


def patch_of(response: Object) -> list[Any]:
    """The operations of a JSON patch, none where there is no patch. Raises ValueError."""
    text = response.get("patch")
    if not text:
        return []
    try:
        patch = orjson.loads(base64.b64decode(text, validate=True))
    except binascii.Error as error:
        raise ValueError(str(error)) from None
    if not isinstance(patch, list):
        raise ValueError(golang.cannot_unmarshal(patch, "jsonpatch.Patch"))
    return patch


def _check_patch(response: Object) -> None:
    patch, kind = response.get("patch"), response.get("patchType")
    if not patch and kind is None:
        return
    if kind is None:
        raise BadAnswer("webhook returned nil response.patchType")
    if not patch:
        raise BadAnswer("webhook returned empty response.patch")
    if kind != "JSONPatch":
        raise BadAnswer(f'webhook returned invalid response.patchType of "{kind}"')
