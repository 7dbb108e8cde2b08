"""``karmadactl interpret --edit``: the scripts of one customization as one Lua file in the user's editor.

Follows pkg/karmadactl/interpret/edit.go.
"""

import os
import subprocess
import tempfile
from pathlib import Path
from typing import Final

import orjson

from karmada_nb.engine.karmada.interpreter import Operation
from karmada_nb.engine.karmada.interpreter.declarative.rules import FIELDS, script_of
from karmada_nb.engine.karmada.override import yaml_text
from karmada_nb.engine.meta import Object, dig, name
from karmada_nb.karmadactl.command import Call
from karmada_nb.karmadactl.failures import CommandError
from karmada_nb.karmadactl.interpret_documents import DOCUMENTS
from karmada_nb.karmadactl.interpret_files import KIND, Found, not_one

_HEADER: Final = (
    "-- Please edit the object below. Lines beginning with a '--' will be ignored,\n"
    "-- and an empty file will abort the edit. If an error occurs while saving this file will be\n"
    "-- reopened with the relevant failures.\n"
    "--\n"
)
_NAME, _API_VERSION, _KIND_OF, _RULE = "---@name:", "---@apiVersion:", "---@kind:", "---@rule:"


class _Unreadable(Exception):
    """The edited text is no customization."""


def run_edit(call: Call, found: list[Found]) -> int:
    """Let the user edit until it reads as a customization or is given up, and write it back to its file."""
    if not found and len(call.flags["filename"]) != 1:
        raise CommandError(
            "no customizations found. If you want to create a new one, please set only one file with '-f'"
        )
    if len(found) > 1:
        raise CommandError("only one customization can be edited")
    source, original = found[0] if found else Found(call.flags["filename"][0], _new())
    if original.get("kind") != KIND:
        raise CommandError(not_one(original))
    text, reason = _HEADER + shown(original, documented=call.flags["show-doc"]), ""
    while True:
        edited = _in_editor(text)
        if reason and _stripped(edited) == _stripped(text):
            raise CommandError("Edit cancelled, no valid changes were saved.")
        try:
            customization = read_edited(edited, original)
            break
        except _Unreadable as error:
            reason = f'resourceinterpretercustomizations "{name(original)}" was not valid'
            call.err.write(f'error: resourceinterpretercustomizations "{name(original)}" is invalid\n')
            text = f"{_HEADER}-- {reason}:\n-- {error}\n--\n{_stripped(edited)}"
    if customization == {**original, "spec": {"customizations": {}, **original.get("spec", {})}}:
        call.err.write("Edit cancelled, no changes made.\n")
        return 0
    _save(call, source, customization)
    call.out.write(f"resourceinterpretercustomization.config.karmada.io/{name(original)} edited\n")
    return 0


def shown(customization: Object, *, documented: bool = False) -> str:
    """The customization as the user edits it; ``documented``: with a word about each rule."""
    target = dig(customization, "spec", "target", default={})
    lines = [
        f"{_NAME} {name(customization)}\n",
        f"{_API_VERSION} {target.get('apiVersion', '')}\n",
        f"{_KIND_OF} {target.get('kind', '')}\n",
    ]
    for operation in FIELDS:
        lines.append(f"{_RULE} {operation}\n")
        if documented:
            lines += [f"-- {line}\n" for line in DOCUMENTS[operation].splitlines()]
        script = script_of(customization, operation)
        if script:
            lines.append(script if script.endswith("\n") else f"{script}\n")
    return "".join(lines)


def read_edited(text: str, original: Object) -> Object:
    """The customization that the edited text describes."""
    said = {_NAME: name(original), _API_VERSION: "", _KIND_OF: ""}
    scripts: dict[Operation, str] = {}
    rule: Operation | None = None
    for line in text.splitlines():
        trimmed = line.strip()
        prefix = next((prefix for prefix in said if trimmed.startswith(prefix)), "")
        if prefix:
            said[prefix] = trimmed.removeprefix(prefix).strip()
        elif trimmed.startswith(_RULE):
            named = trimmed.removeprefix(_RULE).strip()
            rule = next((operation for operation in FIELDS if operation == named), rule)
        elif trimmed.startswith("--"):
            continue
        elif rule is None:
            raise _Unreadable(f"unexpected line {orjson.dumps(line).decode()}")
        else:
            scripts[rule] = f"{scripts.get(rule, '')}{line}\n"
    target = {"apiVersion": said[_API_VERSION], "kind": said[_KIND_OF]}
    rules = {FIELDS[op]: {"luaScript": script} for op, script in scripts.items() if script.strip()}
    metadata = {**original.get("metadata", {}), "name": said[_NAME]}
    return {**original, "metadata": metadata, "spec": {"customizations": rules, "target": target}}


def _new() -> Object:
    return {"apiVersion": "config.karmada.io/v1alpha1", "kind": KIND, "metadata": {"name": ""}}


def _stripped(text: str) -> str:
    kept = [
        line
        for line in text.splitlines()
        if line.strip().startswith("---@") or not line.strip().startswith("--")
    ]
    return "\n".join(kept)


def _in_editor(text: str) -> str:
    editor = os.environ.get("KUBE_EDITOR") or os.environ.get("EDITOR") or "vi"
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "karmadactl-edit.lua"
        file.write_text(text)
        try:
            subprocess.run(["sh", "-c", f'{editor} "$0"', str(file)], check=True)
        except subprocess.CalledProcessError as error:
            raise CommandError(f'there was a problem with the editor "{editor}"') from error
        return file.read_text()


def _save(call: Call, source: str, customization: Object) -> None:
    if source == "STDIN" or source.startswith("http"):
        call.out.write(yaml_text.dump(customization))
    elif source.endswith(".json"):
        Path(source).write_bytes(orjson.dumps(customization, option=orjson.OPT_INDENT_2) + b"\n")
    else:
        Path(source).write_text(yaml_text.dump(customization))
