"""``karmadactl interpret --check``: whether the scripts of a customization are Lua at all.

Follows pkg/karmadactl/interpret/check.go.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import yaml

from karmada_nb.engine.karmada.interpreter.declarative import compile_complaint
from karmada_nb.engine.meta import Object, dig, name
from karmada_nb.karmadactl.command import KARMADA, Call, Command
from karmada_nb.karmadactl.discovery import NOTHING_NAMED
from karmada_nb.karmadactl.failures import FAILED, CommandError
from karmada_nb.karmadactl.flags import Flag, switch

_KIND: Final = "ResourceInterpreterCustomization"
_RULES: Final = {
    "Retain": "retention",
    "InterpretReplica": "replicaResource",
    "InterpretComponent": "componentResource",
    "ReviseReplica": "replicaRevision",
    "InterpretStatus": "statusReflection",
    "AggregateStatus": "statusAggregation",
    "InterpretHealth": "healthInterpretation",
    "InterpretDependency": "dependencyInterpretation",
}


def run(call: Call) -> int:
    if not call.flags["filename"]:
        raise CommandError(NOTHING_NAMED)
    if not call.flags["check"] and not call.flags["operation"]:
        raise CommandError("operation is not set for executing")
    if not call.flags["check"]:
        raise CommandError(
            "this karmadactl checks scripts and does not run them",
            hint="Check them with: karmadactl interpret -f FILENAME --check. To see them at work, apply the "
            "customization and look at what Karmada makes of a resource.",
        )
    failed = False
    for source, obj in read(call.flags["filename"]):
        call.out.write("-----------------------------------\n")
        call.out.write(f"SOURCE: {name(obj) or source}\n")
        lines, wrong = check(obj)
        call.out.writelines(f"{line}\n" for line in lines)
        failed = failed or wrong
    return FAILED if failed else 0


def read(files: list[str]) -> Iterator[tuple[str, Object]]:
    """Every object of the files; ``-`` is standard input. Raises CommandError."""
    for file in files:
        try:
            said = sys.stdin.read() if file == "-" else Path(file).read_text()
            documents = [document for document in yaml.safe_load_all(said) if document]
        except FileNotFoundError:
            raise CommandError(f'the path "{file}" does not exist') from None
        except yaml.YAMLError as error:
            raise CommandError(f"error parsing {file}: {error}") from None
        yield from ((file, document) for document in documents)


def check(obj: Object) -> tuple[list[str], bool]:
    """The lines that tell of one customization, and whether it is wrong."""
    if obj.get("kind") != _KIND:
        said = f"{obj.get('apiVersion', '')}, Kind={obj.get('kind', '')}"
        return [f"not a {_KIND}, got {said}"], True
    target = dig(obj, "spec", "target", default={})
    for wanted in ("kind", "apiVersion"):
        if not target.get(wanted):
            return [f"target.{wanted} no set"], True
    lines, wrong = [f"TARGET: {target['apiVersion']} {target['kind']}", "RULERS:"], False
    width = max(len(rule) for rule in _RULES) + len(":") + 3
    for rule, place in _RULES.items():
        script = dig(obj, "spec", "customizations", place, "luaScript", default="")
        complaint = compile_complaint(script) if script else ""
        verdict = f"ERROR: {complaint.strip()}" if complaint else ("PASS" if script else "UNSET")
        wrong = wrong or bool(complaint)
        lines.append(f"    {f'{rule}:':<{width}}{verdict}")
    return lines, wrong


COMMAND = Command(
    "interpret (-f FILENAME) (--operation OPERATION) [--ARGS VALUE]... ",
    "Validate interpreter customization before applying it to the control plane",
    run,
    (
        *KARMADA,
        Flag("filename", "The files with the customizations; - is standard input.", "f", [], lambda s: [s]),
        switch("check", "Check the scripts."),
        Flag("operation", "The rule to run (not in labs)."),
        Flag("desired-file", "The desired object (not in labs)."),
        Flag("observed-file", "The observed object (not in labs)."),
        Flag("status-file", "The status items (not in labs)."),
        Flag("desired-replica", "The desired number of replicas (not in labs)."),
        switch("edit", "Edit the customization (not in labs)."),
    ),
    ("interpret -f customization.yml --check",),
)
