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


_INT32: Final = range(-(2**31), 2**31)
_TYPES: Final = {
    "uid": "types.UID",
    "successful": "bool",
    "status": "v1alpha1.RequestStatus",
    "status.message": "string",
    "status.code": "int32",
    "patch": "[]uint8",
    "patchType": "v1alpha1.PatchType",
    "replicaRequirements": "v1alpha2.ReplicaRequirements",
    "replicas": "int32",
    "components": "[]v1alpha2.Component",
    "dependencies": "[]v1alpha1.DependentObjectReference",
    "healthy": "bool",
}
"""The Go types of a ResourceInterpreterResponse; ``rawStatus`` is anything."""
_FORMS: Final[dict[str, type]] = {
    "bool": bool,
    "int32": int,
    "string": str,
    "types.UID": str,
    "[]uint8": str,
    "v1alpha1.PatchType": str,
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


def check_types(answer: Object) -> None:
    """Whether a context that came back can be read as its Go type. Raises BadAnswer."""
    response = answer.get("response")
    if response is None:
        return
    if not isinstance(response, dict):
        raise BadAnswer(_misfit(response, "v1alpha1.ResourceInterpreterResponse", "response"))
    for path, wanted in _TYPES.items():
        field, _, inner = path.partition(".")
        value = meta.dig(response, field, inner) if inner else response.get(field)
        items = wanted.removeprefix("[]") if wanted not in _FORMS and wanted.startswith("[]") else ""
        form = list if items else _FORMS.get(wanted, dict)
        if value is None:
            continue
        if not _has_form(value, form):
            raise BadAnswer(_misfit(value, wanted, f"response.{path}"))
        for item in value if items else ():
            if not isinstance(item, dict):
                raise BadAnswer(_misfit(item, items, f"response.{path}"))


def _has_form(value: Any, form: type) -> bool:
    if form is int:
        return isinstance(value, int) and not isinstance(value, bool) and value in _INT32
    return isinstance(value, form)


def _misfit(value: Any, wanted: str, path: str) -> str:
    *outer, _ = path.split(".")
    struct = ("ResourceInterpreterContext", "ResourceInterpreterResponse", "RequestStatus")[len(outer)]
    return golang.cannot_unmarshal(value, wanted, f"{struct}.{path}")


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
