"""APIServices: which server answers for a group and version.

Follows kube-aggregator pkg/apis/apiregistration/validation/validation.go.
"""

from __future__ import annotations

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.strategies.base import StatusBuiltin
from karmada_nb.engine.apiserver.strategies.filling import completer, within
from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.apiserver.validation.amounts import decoded_size
from karmada_nb.engine.apiserver.validation.names import between, dns_1035_label, dns_subdomain, path_segment
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object

_PORT = completer({"port": 443})
_STATUSES = ("True", "False", "Unknown")
_LAST_PORT = 65535
_PRIORITIES = (("groupPriorityMinimum", 20_000), ("versionPriority", 1000))


class APIService(StatusBuiltin):
    generational = False
    status_keeps_metadata = True

    def default(self, obj: Object) -> Object:
        return within(obj, "spec", lambda spec: within(spec, "service", _PORT))

    def validate_status(self, obj: Object, old: Object) -> list[Cause]:
        return [
            field.not_supported(f"status.conditions[{index}].status", found.get("status", ""), _STATUSES)
            for index, found in enumerate(meta.dig(obj, "status", "conditions", default=[]))
            if found.get("status") not in _STATUSES
        ]

    def validate_name(self, name: str) -> list[str]:
        return path_segment(name)

    def validate(self, obj: Object) -> list[Cause]:
        spec, name = obj.get("spec") or {}, meta.name(obj)
        group, version = spec.get("group", ""), spec.get("version", "")
        wanted, causes = f"{version}.{group}", []
        if name != wanted and not path_segment(name):
            why = f'must be `spec.version+"."+spec.group`: {field.show(wanted)}'
            causes.append(field.invalid("metadata.name", name, why))
        if group:
            causes += field.each("spec.group", group, dns_subdomain(group))
        elif version != "v1":
            why = "only v1 may have an empty group and it better be legacy kube"
            causes.append(field.required("spec.group", why))
        causes += field.each("spec.version", version, dns_1035_label(version))
        for key, most in _PRIORITIES:
            value = spec.get(key, 0)
            if not 0 < value <= most:
                causes.append(field.invalid(f"spec.{key}", value, f"must be positive and less than {most}"))
        return causes + _server(spec)


def _server(spec: Object) -> list[Cause]:
    """A server elsewhere has a place and a way to be trusted; one in this process has neither."""
    service, bundle = spec.get("service"), spec.get("caBundle", "")
    careless, path = spec.get("insecureSkipTLSVerify", False), "spec.insecureSkipTLSVerify"
    if service is not None:
        causes = [field.required(f"spec.service.{k}") for k in ("namespace", "name") if not service.get(k)]
        port = service.get("port", 0)
        if not 0 < port <= _LAST_PORT:
            why = f"port is not valid: {between(1, _LAST_PORT)}"
            causes.append(field.invalid("spec.service.port", port, why))
        if careless and bundle:
            causes.append(field.invalid(path, careless, "may not be true if caBundle is present"))
        return causes
    causes = []
    if bundle:
        why = "local APIServices may not have a caBundle"
        causes.append(field.invalid("spec.caBundle", f"{decoded_size(bundle)} bytes", why))
    if careless:
        why = "local APIServices may not have insecureSkipTLSVerify"
        causes.append(field.invalid(path, careless, why))
    return causes
