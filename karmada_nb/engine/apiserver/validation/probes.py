"""Probes and lifecycle handlers of containers.

Follows validateProbe and validateHandler in pkg/apis/core/validation/validation.go.
"""

from __future__ import annotations

from typing import Any, Final

from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.apiserver.validation.names import http_header, port_name, port_number
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object

_COUNTS: Final = (
    "initialDelaySeconds",
    "timeoutSeconds",
    "periodSeconds",
    "successThreshold",
    "failureThreshold",
)
_HANDLERS: Final = ("exec", "httpGet", "tcpSocket", "grpc", "sleep")


def validate_probes(container: Object, grace: int | None, path: str) -> list[Cause]:
    """All handlers of one container of a pod with this grace period."""
    causes: list[Cause] = []
    lifecycle = container.get("lifecycle") or {}
    for name in ("postStart", "preStop"):
        if lifecycle.get(name) is not None:
            causes += _handler(lifecycle[name], f"{path}.lifecycle.{name}", grace)
    for name in ("livenessProbe", "readinessProbe", "startupProbe"):
        if container.get(name) is not None:
            causes += _probe(container[name], f"{path}.{name}", once=name != "readinessProbe")
    return causes


def port_or_name(port: Any, path: str) -> list[Cause]:
    """``ValidatePortNumOrName``."""
    if isinstance(port, int):
        return field.each(path, port, port_number(port))
    return field.each(path, port, port_name(str(port)))


def _probe(probe: Object, path: str, *, once: bool) -> list[Cause]:
    causes = _handler(probe, path, None)
    for name in _COUNTS:
        causes += field.non_negative(f"{path}.{name}", probe.get(name))
    grace = probe.get("terminationGracePeriodSeconds")
    if grace is not None and grace <= 0:
        causes.append(field.invalid(f"{path}.terminationGracePeriodSeconds", grace, "must be greater than 0"))
    if once and probe.get("successThreshold", 0) != 1:
        found = probe.get("successThreshold", 0)
        causes.append(field.invalid(f"{path}.successThreshold", found, "must be 1"))
    if not once and grace is not None:
        why = "must not be set for readinessProbes"
        causes.append(field.invalid(f"{path}.terminationGracePeriodSeconds", grace, why))
    return causes


def _handler(handler: Object, path: str, grace: int | None) -> list[Cause]:
    found = [name for name in _HANDLERS if handler.get(name) is not None]
    if not found:
        return [field.required(path, "must specify a handler type")]
    causes: list[Cause] = []
    for index, name in enumerate(found):
        if index:
            causes.append(field.forbidden(f"{path}.{name}", "may not specify more than 1 handler type"))
        else:
            causes += _action(name, handler[name], f"{path}.{name}", grace)
    return causes


def _action(name: str, action: Object, path: str, grace: int | None) -> list[Cause]:
    if name == "exec":
        return [] if action.get("command") else [field.required(f"{path}.command")]
    if name == "sleep":
        seconds = action.get("seconds", 0)
        if grace is None or 0 <= seconds <= grace:
            return []
        why = f"must be non-negative and less than terminationGracePeriodSeconds ({grace})"
        return [field.invalid(path, seconds, why)]
    causes = [] if name != "httpGet" or action.get("path") else [field.required(f"{path}.path")]
    causes += port_or_name(action.get("port", 0), f"{path}.port")
    if name == "httpGet":
        scheme = action.get("scheme", "")
        if scheme not in ("HTTP", "HTTPS"):
            causes.append(field.not_supported(f"{path}.scheme", scheme, ("HTTP", "HTTPS")))
        for header in action.get("httpHeaders") or []:
            header_name = header.get("name", "")
            causes += field.each(f"{path}.httpHeaders", header_name, http_header(header_name))
    return causes
