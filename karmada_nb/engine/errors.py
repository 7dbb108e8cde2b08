"""The one exception of the API: a Kubernetes ``Status`` of failure.

Follows k8s.io/apimachinery pkg/api/errors/errors.go. ``StatusError`` carries what a client will read;
the functions below are the only places where its messages are made.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Cause:
    """One reason among several: ``field`` is the path, ``reason`` upstream's CauseType."""

    field: str
    reason: str
    message: str

    def to_dict(self) -> dict[str, str]:
        out = {"reason": self.reason, "message": self.message}
        return {**out, "field": self.field} if self.field else out


class StatusError(Exception):
    """A request that failed: HTTP ``code``, machine-readable ``reason``, the message users know."""

    def __init__(
        self,
        code: int,
        reason: str,
        message: str,
        details: dict[str, Any] | None = None,
        metadata: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.reason = reason
        self.message = message
        self.details = details
        self.metadata = metadata or {}
        self.warnings: tuple[str, ...] = ()
        """What had been found doubtful before the request failed."""

    def to_status(self) -> dict[str, Any]:
        """The ``Status`` object that is sent."""
        status: dict[str, Any] = {
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": self.metadata,
            "status": "Failure",
            "message": self.message,
        }
        if self.reason:
            status["reason"] = self.reason
        if self.details is not None:
            status["details"] = self.details
        status["code"] = self.code
        return status


def qualified(group: str, resource: str) -> str:
    """``deployments.apps``; ``pods`` for the core group."""
    return f"{resource}.{group}" if group else resource


def _details(group: str, resource: str, name: str) -> dict[str, Any]:
    fields = {"name": name, "group": group, "kind": resource}
    return {k: v for k, v in fields.items() if v}


def not_found(group: str, resource: str, name: str) -> StatusError:
    message = f'{qualified(group, resource)} "{name}" not found'
    return StatusError(404, "NotFound", message, _details(group, resource, name))


def already_exists(group: str, resource: str, name: str) -> StatusError:
    message = f'{qualified(group, resource)} "{name}" already exists'
    return StatusError(409, "AlreadyExists", message, _details(group, resource, name))


def conflict(group: str, resource: str, name: str, why: str) -> StatusError:
    message = f'Operation cannot be fulfilled on {qualified(group, resource)} "{name}": {why}'
    return StatusError(409, "Conflict", message, _details(group, resource, name))


OBJECT_MODIFIED = (
    "the object has been modified; please apply your changes to the latest version and try again"
)


def forbidden(group: str, resource: str, name: str, why: str) -> StatusError:
    if name:
        message = f'{qualified(group, resource)} "{name}" is forbidden: {why}'
    elif resource:
        message = f"{qualified(group, resource)} is forbidden: {why}"
    else:
        message = f"forbidden: {why}"
    return StatusError(403, "Forbidden", message, _details(group, resource, name))


def invalid(group: str, kind: str, name: str, causes: Sequence[Cause]) -> StatusError:
    """422: ``Kind.group "name" is invalid: field: message`` with every cause in the details."""
    texts = list(dict.fromkeys(f"{c.field}: {c.message}" if c.field else c.message for c in causes))
    joined = texts[0] if len(texts) == 1 else "[" + ", ".join(texts) + "]"
    details = {**_details(group, kind, name), "causes": [c.to_dict() for c in causes]}
    return StatusError(422, "Invalid", f'{qualified(group, kind)} "{name}" is invalid: {joined}', details)


def bad_request(why: str) -> StatusError:
    return StatusError(400, "BadRequest", why)


def unauthorized() -> StatusError:
    return StatusError(401, "Unauthorized", "Unauthorized")


def expired(why: str, continue_token: str = "") -> StatusError:
    """410 with the reason on which clients list again; the token goes on, inconsistently, instead."""
    return StatusError(410, "Expired", why, metadata={"continue": continue_token} if continue_token else None)


def unsupported_media_type(accepted: Sequence[str]) -> StatusError:
    message = "the body of the request was in an unknown format - accepted media types include: " + ", ".join(
        accepted
    )
    return StatusError(415, "UnsupportedMediaType", message)


def method_not_allowed(group: str, resource: str, verb: str) -> StatusError:
    message = f'{verb} is not supported on resources of kind "{qualified(group, resource)}"'
    return StatusError(405, "MethodNotAllowed", message, _details(group, resource, ""))


def internal(why: str) -> StatusError:
    message = f"Internal error occurred: {why}"
    return StatusError(500, "InternalError", message, {"causes": [{"message": why}]})


def insufficient_storage(why: str) -> StatusError:
    """507: what was sent could not be kept; reads go on."""
    return StatusError(507, "InsufficientStorage", why, {"causes": [{"message": why}]})


def service_unavailable(why: str) -> StatusError:
    return StatusError(503, "ServiceUnavailable", why)


def timeout(why: str) -> StatusError:
    return StatusError(504, "Timeout", f"Timeout: {why}")
