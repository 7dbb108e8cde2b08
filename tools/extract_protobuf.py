"""Make the field numbers of Kubernetes' protobuf messages (``http/protobuf/*.json``).

    python tools/extract_protobuf.py k8s.io/api=PATH k8s.io/apimachinery=PATH ... --out DIR

Each argument names a Go module and a checkout of it. Taken are the messages of ``generated.proto`` and the
JSON names in the Go structs' tags: ``{"Pod": {"1": "metadata meta/v1.ObjectMeta", "2": "spec PodSpec"}}``. A
field whose members stand in its parent has no name, one that stands for the whole message the name ``*``;
``[]`` is a list, ``{}`` a map from text.
"""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path

from extract_types import PACKAGES

MESSAGE = re.compile(r"^message (\w+) \{$")
FIELD = re.compile(r"^  (optional|repeated) ([\w.]+) (\w+) = (\d+);$")
MAP = re.compile(r"^  map<string, ([\w.]+)> (\w+) = (\d+);$")
STRUCT = re.compile(r"^type (\w+) struct \{")
TAG = re.compile(r'json:"([^",]*)[^"]*".*protobuf:"\w+,(\d+),')
SCALARS = {"string", "bytes", "bool", "double", "int32", "int64", "uint32", "uint64"}
SPECIAL = {
    "k8s.io.apimachinery.pkg.api.resource.Quantity": "Quantity",
    "k8s.io.apimachinery.pkg.util.intstr.IntOrString": "IntOrString",
    "k8s.io.apimachinery.pkg.runtime.RawExtension": "RawExtension",
}
META = "k8s.io.apimachinery.pkg.apis.meta.v1."
OWN = {"Time", "MicroTime", "Duration", "FieldsV1"}


def proto_package(go_path: str) -> str:
    return go_path.replace("/", ".")


def json_names(folder: Path) -> dict[str, dict[str, str]]:
    """Struct -> field number -> JSON name (``""``: the members stand in the parent)."""
    found: dict[str, dict[str, str]] = {}
    for path in sorted(folder.glob("types*.go")) + sorted(folder.glob("*.go")):
        struct = ""
        for line in path.read_text().splitlines():
            if match := STRUCT.match(line):
                struct = match[1]
            elif line.startswith("}"):
                struct = ""
            elif struct and not line.lstrip().startswith("//") and (tag := TAG.search(line)):
                found.setdefault(struct, {})[tag[2]] = tag[1]
    return found


def resolve(name: str, packages: dict[str, str]) -> str:
    """The type as the files write it; ``""``: its package is not among them, nor will the field be."""
    name = name.removeprefix(".")
    if name in SCALARS:
        return name
    if name in SPECIAL:
        return SPECIAL[name]
    if name.startswith(META) and name[len(META) :] in OWN:
        return name[len(META) :]
    package, _, bare = name.rpartition(".")
    if package and package not in packages:
        return ""
    return f"{packages[package]}.{bare}" if package else bare


def messages(folder: Path, packages: dict[str, str]) -> dict[str, dict[str, str]]:
    names = json_names(folder)
    found: dict[str, dict[str, str]] = {}
    current = ""
    for line in (folder / "generated.proto").read_text().splitlines():
        if match := MESSAGE.match(line):
            current = match[1]
            found[current] = {}
        elif line == "}":
            current = ""
        elif current and (match := MAP.match(line)):
            name = names.get(current, {}).get(match[3], match[2])
            found[current][match[3]] = f"{name} {{}}{resolve(match[1], packages)}"
        elif current and (match := FIELD.match(line)):
            name = names[current].get(match[4], match[3]) if current in names else "*"
            prefix = "[]" if match[1] == "repeated" else ""
            form = resolve(match[2], packages)
            if form:
                found[current][match[4]] = f"{name} {prefix}{form}"
    return found


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("modules", nargs="+", help="MODULE=PATH")
    parser.add_argument("--out", required=True, type=Path)
    args = parser.parse_args()
    modules = dict(entry.split("=", 1) for entry in args.modules)
    packages = {proto_package(go): name for name, (go, _) in PACKAGES.items()}
    args.out.mkdir(parents=True, exist_ok=True)
    for name, (go, _) in sorted(PACKAGES.items()):
        module = next((m for m in modules if go.startswith(m + "/")), None)
        if module is None:
            continue
        folder = Path(modules[module]) / go[len(module) + 1 :]
        if not (folder / "generated.proto").exists():
            continue
        path = args.out / f"{name.replace('/', '.')}.json"
        path.write_text(json.dumps(messages(folder, packages), separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
