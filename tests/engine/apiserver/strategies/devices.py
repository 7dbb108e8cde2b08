"""Devices and claims of them that are right, and what a kube-apiserver v1.36 says with one thing wrong."""

from __future__ import annotations

from typing import Any

SPEC = "spec"
RIGHT: dict[str, dict[str, Any]] = {
    "resource.k8s.io/DeviceClass": {"spec": {"config": [{"opaque": {"driver": "d", "parameters": {}}}]}},
    "resource.k8s.io/ResourceClaim": {
        "spec": {
            "devices": {
                "requests": [{"name": "a", "exactly": {"deviceClassName": "c"}}],
                "constraints": [{"requests": ["a"], "matchAttribute": "a.example.com/m"}],
            }
        }
    },
    "resource.k8s.io/ResourceSlice": {
        "spec": {
            "driver": "a.example.com",
            "pool": {"name": "p", "resourceSliceCount": 1},
            "nodeName": "n",
            "devices": [{"name": "d", "attributes": {"x": {"string": "s"}}}],
        }
    },
}
CASES: list[tuple[str, list[Any], Any, str, str]] = [
    (
        "resource.k8s.io/DeviceClass",
        [SPEC, "config", 0],
        {},
        "spec.config[0].opaque",
        "Required value",
    ),
    (
        "resource.k8s.io/DeviceClass",
        [SPEC, "extendedResourceName"],
        "",
        "spec.extendedResourceName",
        'Invalid value: "": must be a valid extended resource name',
    ),
    (
        "resource.k8s.io/ResourceClaim",
        [SPEC, "devices", "requests", 0],
        {"name": "a"},
        "spec.devices.requests[0]",
        "Required value: exactly one of `exactly` or `firstAvailable` is required",
    ),
    (
        "resource.k8s.io/ResourceClaim",
        [SPEC, "devices", "requests", 0, "exactly", "count"],
        -1,
        "spec.devices.requests[0].exactly.count",
        "Invalid value: -1: must be greater than zero",
    ),
    (
        "resource.k8s.io/ResourceClaim",
        [SPEC, "devices", "constraints", 0, "requests"],
        ["b"],
        "spec.devices.constraints[0].requests[0]",
        'Invalid value: "b": must be the name of a request in the claim '
        "or the name of a request and a subrequest separated by '/'",
    ),
    (
        "resource.k8s.io/ResourceClaim",
        [SPEC, "devices", "constraints", 0, "matchAttribute"],
        "m",
        "spec.devices.constraints[0].matchAttribute",
        'Invalid value: "m": a fully qualified name must be a domain and a name separated by a slash',
    ),
    (
        "resource.k8s.io/ResourceSlice",
        [SPEC, "allNodes"],
        True,
        "spec",
        'Invalid value: "{`nodeName`, `allNodes`}": exactly one of `nodeName`, `nodeSelector`, `allNodes`, '
        "`perDeviceNodeSelection` is required, but multiple fields are set",
    ),
    (
        "resource.k8s.io/ResourceSlice",
        [SPEC, "devices", 0, "attributes", "x"],
        {"version": "one"},
        "spec.devices[0].attributes[x].version",
        'Invalid value: "one": must be a string compatible with semver.org spec 2.0.0',
    ),
    (
        "resource.k8s.io/ResourceSlice",
        [SPEC, "devices", 0, "attributes", "x", "int"],
        0,
        "spec.devices[0].attributes[x]",
        'Invalid value: {"IntValue":0,"BoolValue":null,"StringValue":"s","VersionValue":null,'
        '"IntValues":null,"BoolValues":null,"StringValues":null,"VersionValues":null}: '
        "exactly one value must be specified",
    ),
]
