"""Devices that nodes offer and pods ask for.

Follows pkg/apis/resource/validation/validation.go. Expressions of selectors are not compiled.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Final

from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.apiserver.validation.drivers import driver_name
from karmada_nb.engine.apiserver.validation.internal import internal
from karmada_nb.engine.apiserver.validation.names import (
    dns_label,
    dns_subdomain,
    label_value,
    qualified_name,
    regex_error,
)
from karmada_nb.engine.apiserver.validation.scheduling import validate_node_selector
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object

_ALL: Final = "All"
_EXACT: Final = "ExactCount"
_EFFECTS: Final = ("NoExecute", "NoSchedule", "None")
_LONGEST_ID: Final = 32
_LONGEST_POOL: Final = 253
_LONGEST_VALUE: Final = 64
_IDENTIFIER: Final = r"[A-Za-z_][A-Za-z0-9_]*"
_IDENTIFIER_RULE: Final = (
    "a valid C identifier must start with alphabetic character or '_', "
    "followed by a string of alphanumeric characters or '_'"
)
_NUMBER: Final = r"(0|[1-9]\d*)"
_PART: Final = r"(0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*)"
_VERSION: Final = re.compile(
    rf"{_NUMBER}\.{_NUMBER}\.{_NUMBER}(-{_PART}(\.{_PART})*)?(\+[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?",
    re.ASCII,
)
_ONE_REQUEST: Final = "exactly one of `exactly` or `firstAvailable` is required"
_REFERENCE: Final = (
    "must be the name of a request in the claim or the name of a request and a subrequest separated by '/'"
)
_ONE_PLACE: Final = (
    "exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required"
)
_MULTIPLE: Final = "but multiple fields are set"
_TRUE: Final = "must be either unset or set to true"
_VALUES: Final = {
    "int": "IntValue",
    "bool": "BoolValue",
    "string": "StringValue",
    "version": "VersionValue",
    "ints": "IntValues",
    "bools": "BoolValues",
    "strings": "StringValues",
    "versions": "VersionValues",
}
"""How Go calls the fields of an attribute."""
_SINGLE: Final = ("int", "bool", "string", "version")

Check = Callable[[Object, str], list[Cause]]


def validate_claim(devices: Object, path: str) -> list[Cause]:
    """``spec.devices`` of a claim."""
    requests = devices.get("requests") or []
    causes = _named(requests, f"{path}.requests", _request)
    known = {request.get("name", "") for request in requests}
    known |= {
        f"{request.get('name', '')}/{other.get('name', '')}"
        for request in requests
        for other in request.get("firstAvailable") or ()
    }
    for index, constraint in enumerate(devices.get("constraints") or ()):
        at = f"{path}.constraints[{index}]"
        causes += _references(constraint.get("requests") or [], known, f"{at}.requests")
        match, distinct = constraint.get("matchAttribute"), constraint.get("distinctAttribute")
        if match is not None:
            causes += _full_name(match, f"{at}.matchAttribute")
        elif distinct is not None:
            causes += _full_name(distinct, f"{at}.distinctAttribute")
        else:
            why = f'exactly one of "matchAttribute" or "distinctAttribute" is required, {_MULTIPLE}'
            causes.append(field.required(at, why))
    for index, config in enumerate(devices.get("config") or ()):
        at = f"{path}.config[{index}]"
        causes += _references(config.get("requests") or [], known, f"{at}.requests")
        causes += _opaque(config, at)
    return causes


def validate_class(spec: Object, path: str) -> list[Cause]:
    causes = _selectors(spec.get("selectors") or [], f"{path}.selectors")
    for index, config in enumerate(spec.get("config") or ()):
        causes += _opaque(config, f"{path}.config[{index}]")
    name = spec.get("extendedResourceName")
    if name is not None and ("/" not in name or qualified_name(name) or name.startswith("requests.")):
        causes.append(
            field.invalid(f"{path}.extendedResourceName", name, "must be a valid extended resource name")
        )
    return causes


def validate_slice(spec: Object, path: str) -> list[Cause]:
    causes = driver_name(spec.get("driver", ""), f"{path}.driver")
    causes += _pool(spec.get("pool") or {}, f"{path}.pool")
    causes += _place(spec, path)
    devices, counters = spec.get("devices") or [], spec.get("sharedCounters") or []
    if devices and counters:
        return [*causes, field.invalid(path, "", "only one of `sharedCounters` or `devices` is allowed")]
    causes += _named(devices, f"{path}.devices", _device)
    return causes + _named(counters, f"{path}.sharedCounters", _counters)


def _named(things: Iterable[Object], path: str, check: Check) -> list[Cause]:
    """Each of ``things`` on its own, and that no name is there twice."""
    causes: list[Cause] = []
    seen: set[str] = set()
    for index, thing in enumerate(things):
        at, name = f"{path}[{index}]", thing.get("name", "")
        causes += check(thing, at)
        if name in seen:
            causes.append(field.duplicate(at, name))
        seen.add(name)
    return causes


def _request(request: Object, path: str) -> list[Cause]:
    causes = field.each(f"{path}.name", request.get("name", ""), dns_label(request.get("name", "")))
    choices, exactly = request.get("firstAvailable") or [], request.get("exactly")
    if choices and exactly is not None:
        return [*causes, field.invalid(path, None, f"{_ONE_REQUEST}, {_MULTIPLE}")]
    if exactly is not None:
        return causes + _wanted(exactly, f"{path}.exactly")
    if not choices:
        causes.append(field.required(path, _ONE_REQUEST))
    return causes + _named(choices, f"{path}.firstAvailable", _choice)


def _choice(request: Object, path: str) -> list[Cause]:
    name = request.get("name", "")
    return field.each(f"{path}.name", name, dns_label(name)) + _wanted(request, path)


def _wanted(request: Object, path: str) -> list[Cause]:
    """Devices of a class."""
    name, at = request.get("deviceClassName", ""), f"{path}.deviceClassName"
    causes = field.checked(at, name, dns_subdomain)
    causes += _selectors(request.get("selectors") or [], f"{path}.selectors")
    mode, count = request.get("allocationMode", ""), request.get("count", 0)
    if mode == _ALL:
        if count:
            why = "must not be specified when allocationMode is 'All'"
            causes.append(field.invalid(f"{path}.count", count, why))
    elif mode != _EXACT:
        causes.append(field.not_supported(f"{path}.allocationMode", mode, (_ALL, _EXACT)))
    elif count <= 0:
        causes.append(field.invalid(f"{path}.count", count, "must be greater than zero"))
    for index, toleration in enumerate(request.get("tolerations") or ()):
        causes += _toleration(toleration, f"{path}.tolerations[{index}]")
    return causes


def _selectors(selectors: Iterable[Object], path: str) -> list[Cause]:
    return [
        field.required(f"{path}[{index}].cel")
        for index, selector in enumerate(selectors)
        if selector.get("cel") is None
    ]


def _toleration(toleration: Object, path: str) -> list[Cause]:
    key, operator = toleration.get("key", ""), toleration.get("operator", "")
    effect, value = toleration.get("effect", ""), toleration.get("value", "")
    causes = field.each(f"{path}.key", key, qualified_name(key)) if key else []
    if operator == "Exists":
        if value:
            why = "must be empty for operator `Exists`"
            causes.append(field.invalid(f"{path}.value", value, why))
    elif operator != "Equal":
        causes.append(field.not_supported(f"{path}.operator", operator, ("Equal", "Exists")))
    else:
        causes += field.each(f"{path}.value", value, label_value(value))
    if effect and effect not in _EFFECTS:
        causes.append(field.not_supported(f"{path}.effect", effect, _EFFECTS))
    return causes


def _references(names: Iterable[str], known: set[str], path: str) -> list[Cause]:
    causes: list[Cause] = []
    seen: set[str] = set()
    for index, name in enumerate(names):
        at = f"{path}[{index}]"
        parts = name.split("/")
        if len(parts) > 2:
            causes.append(field.invalid(at, name, _REFERENCE))
        else:
            for part in parts:
                causes += field.each(at, part, dns_label(part))
            if name not in known:
                causes.append(field.invalid(at, name, _REFERENCE))
        if name in seen:
            causes.append(field.duplicate(at, name))
        seen.add(name)
    return causes


def _opaque(config: Object, path: str) -> list[Cause]:
    opaque, at = config.get("opaque"), f"{path}.opaque"
    if opaque is None:
        return [field.required(at)]
    causes = driver_name(opaque.get("driver", ""), f"{at}.driver")
    parameters = opaque.get("parameters")
    if parameters is None:
        causes.append(field.required(f"{at}.parameters"))
    elif not isinstance(parameters, dict):
        causes.append(field.invalid(f"{at}.parameters", "<value omitted>", "must be a valid JSON object"))
    return causes


def _full_name(name: str, path: str) -> list[Cause]:
    causes = _attribute_name(name, path)
    if "/" not in name:
        why = "a fully qualified name must be a domain and a name separated by a slash"
        causes.append(field.invalid(path, name, why))
    return causes


def _attribute_name(name: str, path: str) -> list[Cause]:
    """A name of an attribute or a capacity, perhaps in a domain; of longer paths upstream says nothing."""
    domain, slash, rest = name.partition("/")
    if not slash:
        return _identifier(name, path)
    if "/" in rest:
        return []
    causes = [] if domain else [field.required(path, "the domain must not be empty")]
    causes += driver_name(domain, path) if domain else []
    return causes + (
        _identifier(rest, path) if rest else [field.required(path, "the name must not be empty")]
    )


def _identifier(name: str, path: str) -> list[Cause]:
    causes = [field.too_long(path, _LONGEST_ID)] if len(name) > _LONGEST_ID else []
    if not re.fullmatch(_IDENTIFIER, name):
        why = regex_error(_IDENTIFIER_RULE, _IDENTIFIER, "my_name", "MY_NAME", "MyName")
        causes.append(field.invalid(path, name, why))
    return causes


def _pool(pool: Object, path: str) -> list[Cause]:
    name, at = pool.get("name", ""), f"{path}.name"
    causes = [] if name else [field.required(at)]
    if len(name) > _LONGEST_POOL:
        causes.append(field.too_long(at, _LONGEST_POOL))
    if name:
        for part in name.split("/"):
            causes += field.each(at, part, dns_subdomain(part))
    count, generation = pool.get("resourceSliceCount", 0), pool.get("generation", 0)
    if count <= 0:
        causes.append(field.invalid(f"{path}.resourceSliceCount", count, "must be greater than zero"))
    if generation < 0:
        why = "must be greater than or equal to zero"
        causes.append(field.invalid(f"{path}.generation", generation, why))
    return causes


def _place(spec: Object, path: str) -> list[Cause]:
    """Where the devices of a slice are: one of four ways to say it."""
    causes: list[Cause] = []
    said: list[str] = []
    node, selector = spec.get("nodeName"), spec.get("nodeSelector")
    if node == "":
        why = "must be either unset or set to a non-empty string"
        causes.append(field.invalid(f"{path}.nodeName", node, why))
    elif node is not None:
        said.append("`nodeName`")
        causes += field.each(f"{path}.nodeName", node, dns_subdomain(node))
    if selector is not None:
        said.append("`nodeSelector`")
        causes += validate_node_selector(selector, f"{path}.nodeSelector")
        terms = selector.get("nodeSelectorTerms")
        if len(terms or ()) != 1:
            shown = terms if terms is None else [internal("core/v1.NodeSelectorTerm", term) for term in terms]
            why = "must have exactly one node selector term"
            causes.append(field.invalid(f"{path}.nodeSelector.nodeSelectorTerms", shown, why))
    for name in ("allNodes", "perDeviceNodeSelection"):
        if spec.get(name):
            said.append(f"`{name}`")
        elif spec.get(name) is not None:
            causes.append(field.invalid(f"{path}.{name}", spec[name], _TRUE))
    if not said:
        causes.append(field.required(path, _ONE_PLACE))
    elif len(said) > 1:
        causes.append(field.invalid(path, f"{{{', '.join(said)}}}", f"{_ONE_PLACE}, {_MULTIPLE}"))
    return causes


def _device(device: Object, path: str) -> list[Cause]:
    causes = field.each(f"{path}.name", device.get("name", ""), dns_label(device.get("name", "")))
    for name, value in (device.get("attributes") or {}).items():
        causes += _attribute_name(name, f"{path}.attributes")
        causes += _attribute(value, f"{path}.attributes[{name}]")
    for name in device.get("capacity") or {}:
        causes += _attribute_name(name, f"{path}.capacity")
    for index, taint in enumerate(device.get("taints") or ()):
        at, effect = f"{path}.taints[{index}]", taint.get("effect", "")
        causes += field.each(f"{at}.key", taint.get("key", ""), qualified_name(taint.get("key", "")))
        causes += field.each(f"{at}.value", taint.get("value", ""), label_value(taint.get("value", "")))
        causes += field.one_of(f"{at}.effect", effect, _EFFECTS)
    return causes


def _attribute(value: Object, path: str) -> list[Cause]:
    causes: list[Cause] = []
    for name in ("string", "version"):
        text = value.get(name)
        if text is None:
            continue
        if name == "version" and not _VERSION.fullmatch(text):
            why = "must be a string compatible with semver.org spec 2.0.0"
            causes.append(field.invalid(f"{path}.{name}", text, why))
        if len(text) > _LONGEST_VALUE:
            causes.append(field.too_long(f"{path}.{name}", _LONGEST_VALUE))
    said = [name for name in _SINGLE if value.get(name) is not None]
    if len(said) != 1:
        shown = {go_name: value.get(name) for name, go_name in _VALUES.items()}
        causes.append(field.invalid(path, shown if said else "", "exactly one value must be specified"))
    return causes


def _counters(counters: Object, path: str) -> list[Cause]:
    name = counters.get("name", "")
    causes = field.checked(f"{path}.name", name, dns_label)
    if not counters.get("counters"):
        return [*causes, field.required(f"{path}.counters")]
    for key in counters["counters"]:
        causes += field.each(f"{path}.counters", key, dns_label(key))
    return causes
