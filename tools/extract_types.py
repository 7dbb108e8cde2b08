"""Make the facts about Kubernetes' types that the API server reads (``schema/types/*.jsonl``).

    python tools/extract_types.py k8s.io/api=PATH k8s.io/apimachinery=PATH ... --out DIR

Each argument names a Go module and a checkout of it. Only facts are taken: names, types, JSON tags, markers
such as ``+listType`` and the values of enums; no comment text.

A file has one line a type. Its first line names the package and holds the types that are no structs:
``{"package": "io.k8s.api.core.v1", "aliases": {"PullPolicy": {"is": "string", "enum": [...]}}}``. Every other
line is a struct: ``{"name": "Pod", "fields": {"spec": {"type": "core/v1.PodSpec", "always": true}}}``. Types
are written as in Go, with the file they are in for a package: ``[]core/v1.Container``, ``*int32``.
"""

from __future__ import annotations

import argparse
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PACKAGES = {
    **{
        f"{name}/v1": (f"k8s.io/api/{name}/v1", f"io.k8s.api.{name}.v1")
        for name in [
            *("core", "apps", "batch", "autoscaling", "networking", "policy", "rbac", "coordination", "node"),
            *("discovery", "events", "storage", "scheduling", "authentication", "authorization", "resource"),
            *("admissionregistration", "certificates", "flowcontrol"),
        ]
    },
    "autoscaling/v2": ("k8s.io/api/autoscaling/v2", "io.k8s.api.autoscaling.v2"),
    "meta/v1": ("k8s.io/apimachinery/pkg/apis/meta/v1", "io.k8s.apimachinery.pkg.apis.meta.v1"),
    "apiextensions/v1": (
        "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1",
        "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1",
    ),
    "apiregistration/v1": (
        "k8s.io/kube-aggregator/pkg/apis/apiregistration/v1",
        "io.k8s.kube-aggregator.pkg.apis.apiregistration.v1",
    ),
    "metrics/v1beta1": ("k8s.io/metrics/pkg/apis/metrics/v1beta1", "io.k8s.metrics.pkg.apis.metrics.v1beta1"),
}
FILE_OF = {path: name for name, (path, _) in PACKAGES.items()}

SPECIAL = {
    "k8s.io/apimachinery/pkg/api/resource.Quantity": "Quantity",
    "k8s.io/apimachinery/pkg/util/intstr.IntOrString": "IntOrString",
    "k8s.io/apimachinery/pkg/runtime.RawExtension": "RawExtension",
    "k8s.io/apimachinery/pkg/types.UID": "UID",
    "k8s.io/apimachinery/pkg/types.NodeName": "NodeName",
    **{f"k8s.io/apimachinery/pkg/apis/meta/v1.{n}": n for n in ("Time", "MicroTime", "Duration", "FieldsV1")},
    **{
        f"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1.{n}": n
        for n in ("JSON", "JSONSchemaPropsOrArray", "JSONSchemaPropsOrBool", "JSONSchemaPropsOrStringArray")
    },
}
"""Types that read and write their own JSON."""

NEWER = {
    "authentication/v1.TokenRequestSpec": ["attestations"],
    "autoscaling/v2.HorizontalPodAutoscalerCondition": ["observedGeneration"],
    "core/v1.ClusterTrustBundleProjection": ["user"],
    "core/v1.ConfigMapVolumeSource": ["defaultUser"],
    "core/v1.DownwardAPIVolumeFile": ["user"],
    "core/v1.DownwardAPIVolumeSource": ["defaultUser"],
    "core/v1.EmptyDirVolumeSource": ["mode"],
    "core/v1.GRPCAction": ["mode"],
    "core/v1.HTTPGetAction": ["protocol"],
    "core/v1.KeyToPath": ["user"],
    "core/v1.NodeAllocatableResourceClaimStatus": ["mapping", "overhead"],
    "core/v1.NodeSpec": ["podPreemptionPolicy"],
    "core/v1.PersistentVolumeClaimStatus": ["healthStatus"],
    "core/v1.PodCertificateProjection": ["user"],
    "core/v1.PodSpec": ["evictionResponders"],
    "core/v1.PodStatus": ["volumeHealth"],
    "core/v1.ProjectedVolumeSource": ["defaultUser"],
    "core/v1.SecretVolumeSource": ["defaultUser"],
    "core/v1.ServiceAccountTokenProjection": ["user"],
    "core/v1.VolumeMount": ["bindMountOptions"],
    "resource/v1.Device": ["nodeAllocatableResources"],
    "resource/v1.DeviceRequestAllocationResult": ["skipNodeOperations"],
    "resource/v1.ResourceSliceSpec": ["partitionTypeAttribute", "skipNodeOperations"],
    "storage/v1.CSINode": ["status"],
}
"""Fields of v1.37 that the v1.36 server does not know; the checkouts may be as new as that."""

BASIC = {
    "string",
    "bool",
    "int",
    "int32",
    "int64",
    "float64",
    "byte",
    "uint32",
    "uint64",
    "any",
    "interface{}",
}
ALIAS = re.compile(r"^type (\w+) (?:= )?([\w.\[\]*]+)$")
FIELD = re.compile(r"^\t(?:(\w+)\s+)?([\w.\[\]*{}]+)\s+`(.*)`")
CONST = re.compile(r"^(?:const|\t)\s*(\w+)\s+(\w+)\s*=\s*\"(.*)\"")
UNTYPED = re.compile(r"^(?:const|\t)\s*(\w+)\s*=\s*(\w+)\(\"(.*)\"\)")
MARKER = re.compile(r"^\s*//\s*\+([\w:]+)(?:=(.*))?$")


@dataclass
class Package:
    """What one Go package declares."""

    name: str
    structs: dict[str, list[tuple[str, str, str, dict[str, list[str]]]]] = field(default_factory=dict)
    struct_markers: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    aliases: dict[str, dict[str, Any]] = field(default_factory=dict)
    constants: dict[str, tuple[str, str]] = field(default_factory=dict)


def read(name: str, folder: Path) -> Package:
    """Everything that the package's source files declare."""
    package = Package(name)
    for source in sorted(folder.glob("*.go")):
        if not source.name.startswith(("zz_", "generated")) and not source.name.endswith("_test.go"):
            read_file(package, source.read_text())
    return package


def read_file(package: Package, text: str) -> None:
    imports = {
        (alias or path.rsplit("/", 1)[1]): path
        for alias, path in re.findall(r'^\t(\w+ )?"(k8s[^"]+)"', text, re.M)
    }
    imports = {alias.strip(): path for alias, path in imports.items()}
    markers: dict[str, list[str]] = {}
    struct = ""
    for line in text.splitlines():
        if marker := MARKER.match(line):
            markers.setdefault(marker[1], []).append((marker[2] or "").strip())
            continue
        if line.strip().startswith("//"):
            continue
        if start := re.match(r"^type (\w+) struct ?\{(\}?)", line):
            struct = "" if start[2] else start[1]
            package.structs[start[1]] = []
            package.struct_markers[start[1]] = markers
        elif line.startswith("}"):
            struct = ""
        elif struct and (found := FIELD.match(line)):
            package.structs[struct].append(
                (found[1] or "", typed(found[2], package, imports), found[3], markers)
            )
        elif alias := ALIAS.match(line):
            package.aliases[alias[1]] = {"is": typed(alias[2], package, imports), "markers": markers}
        elif (constant := CONST.match(line)) or (constant := UNTYPED.match(line)):
            package.constants[constant[1]] = (constant[2], constant[3])
        if line.strip() or not struct:
            markers = {}


def typed(expression: str, package: Package, imports: dict[str, str]) -> str:
    """The Go type with its file for a package; ``""`` for one of a package that is not read (alpha APIs)."""
    match = re.match(r"^((?:\*|\[\]|map\[[\w.]+\])*)(.+)$", expression)
    assert match is not None, expression
    prefix, base = match[1], match[2]
    prefix = re.sub(r"map\[[\w.]+\]", "map[string]", prefix)
    if base in BASIC:
        return prefix + ("any" if base == "interface{}" else base)
    alias, _, name = base.rpartition(".")
    path = imports.get(alias, alias) if alias else PACKAGES[package.name][0]
    special = SPECIAL.get(f"{path}.{name}")
    if special:
        return prefix + special
    return f"{prefix}{FILE_OF[path]}.{name}" if path in FILE_OF else ""


def facts(
    name: str, type_: str, tags: str, markers: dict[str, list[str]], package: Package
) -> dict[str, Any]:
    """What a field's line says, without what goes without saying."""
    json_tag = re.search(r'json:"([^"]*)"', tags)
    options = json_tag[1].split(",")[1:] if json_tag else []
    out: dict[str, Any] = {"type": type_}
    left_out = "omitempty" in options or "omitzero" in options
    demanded = "required" in markers or "k8s:required" in markers
    optional = "optional" in markers or (left_out and not demanded)
    if not optional:
        out["required"] = True
    base = type_.rpartition("/")[2].rpartition(".")[2]
    struct = base in package.structs or type_ in (
        "Quantity",
        "IntOrString",
        "Time",
        "MicroTime",
        "RawExtension",
    )
    plain_struct = struct and not type_.startswith(("*", "[", "map"))
    if "omitzero" not in options and ("omitempty" not in options or plain_struct):
        out["always"] = True
    for key, tag in (("strategy", "patchStrategy"), ("merge", "patchMergeKey")):
        if found := re.search(tag + r':"([^"]*)"', tags):
            out[key] = found[1].split(",") if key == "strategy" else found[1]
    for key, marker in (("list", "listType"), ("map", "mapType"), ("map", "structType")):
        if marker in markers:
            out[key] = markers[marker][0]
    if "listMapKey" in markers:
        out["keys"] = markers["listMapKey"]
    if "default" in markers:
        out["default"] = default(markers["default"][0], package)
    return out


def default(text: str, package: Package) -> Any:
    """A ``+default`` marker: JSON, or ``ref(Constant)``."""
    if reference := re.match(r"ref\(([\w./]*?)(\w+)\)$", text):
        return package.constants[reference[2]][1]
    return json.loads(text)


def lines(package: Package, everything: dict[str, Package]) -> list[str]:
    """The file of one package."""
    aliases: dict[str, Any] = {}
    for name, alias in sorted(package.aliases.items()):
        entry: dict[str, Any] = {"is": alias["is"]}
        if "enum" in alias["markers"]:
            entry["enum"] = sorted({value for kind, value in package.constants.values() if kind == name})
        if "listType" in alias["markers"]:
            entry["list"] = alias["markers"]["listType"][0]
        aliases[name] = entry
    out = [json.dumps({"package": PACKAGES[package.name][1], "aliases": aliases})]
    for name in sorted(package.structs):
        if not name[0].isupper() or SPECIAL.get(f"{PACKAGES[package.name][0]}.{name}"):
            continue
        entry = {"name": name}
        if "structType" in package.struct_markers[name] or "mapType" in package.struct_markers[name]:
            entry["map"] = "atomic"
        entry["fields"] = flatten(package, name, everything)
        out.append(json.dumps(entry))
    return out


def flatten(package: Package, struct: str, everything: dict[str, Package]) -> dict[str, Any]:
    """A struct's fields by JSON name, with those of the structs that it embeds.

    A struct all of whose types are of packages that are not read (alpha APIs) is no field either.
    """
    fields: dict[str, Any] = {}
    newer = NEWER.get(f"{package.name}.{struct}", [])
    for name, type_, tags, markers in package.structs[struct]:
        json_tag = re.search(r'json:"([^",]*)', tags)
        json_name = json_tag[1] if json_tag else ""
        if json_name == "-" or json_name in newer or not type_:
            continue
        file, _, base = type_.lstrip("*").rpartition(".")
        owner = everything.get(file, package)
        inner = owner.structs.get(base)
        if file and inner and not any(kind for _, kind, _, _ in inner):
            continue
        if not name and not json_name:
            fields.update(flatten(owner, base, everything))
        elif json_name:
            fields[json_name] = facts(name, type_, tags, markers, owner if base in owner.structs else package)
    return fields


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("modules", nargs="+", metavar="MODULE=PATH")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    roots = dict(module.split("=", 1) for module in arguments.modules)
    everything: dict[str, Package] = {}
    for name, (path, _) in PACKAGES.items():
        module = next(root for root in roots if path.startswith(root + "/"))
        everything[name] = read(name, Path(roots[module]) / path[len(module) + 1 :])
    arguments.out.mkdir(parents=True, exist_ok=True)
    for name, package in everything.items():
        target = arguments.out / (name.replace("/", ".") + ".jsonl")
        target.write_text("\n".join(lines(package, everything)) + "\n")


if __name__ == "__main__":
    main()
