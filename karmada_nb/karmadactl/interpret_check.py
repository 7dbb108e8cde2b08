"""``karmadactl interpret --check``: whether the scripts of customizations are Lua at all.

Follows pkg/karmadactl/interpret/check.go.
"""

from karmada_nb.engine.karmada.interpreter.declarative import compile_complaint
from karmada_nb.engine.karmada.interpreter.declarative.rules import FIELDS, script_of
from karmada_nb.engine.meta import Object, dig, name
from karmada_nb.karmadactl.command import Call
from karmada_nb.karmadactl.failures import FAILED
from karmada_nb.karmadactl.interpret_files import KIND, Found, not_one


def run_check(call: Call, found: list[Found]) -> int:
    """Tell of every script; fails where one is wrong."""
    failed = False
    for source, obj in found:
        call.out.write("-----------------------------------\n")
        call.out.write(f"SOURCE: {name(obj) or source}\n")
        lines, wrong = check(obj)
        call.out.writelines(f"{line}\n" for line in lines)
        failed = failed or wrong
    return FAILED if failed else 0


def check(obj: Object) -> tuple[list[str], bool]:
    """The lines that tell of one customization, and whether it is wrong."""
    if obj.get("kind") != KIND:
        return [not_one(obj)], True
    target = dig(obj, "spec", "target", default={})
    for wanted in ("kind", "apiVersion"):
        if not target.get(wanted):
            return [f"target.{wanted} no set"], True
    title = f"TARGET: {target['apiVersion']} {target['kind']}"
    names = {operation: f"    {operation}:" for operation in FIELDS}
    lines, wrong = [f"{title}   ", "RULERS:"], False
    width = max(map(len, (title, *names.values()))) + 3
    for operation in FIELDS:
        script = script_of(obj, operation)
        complaint = compile_complaint(script) if script else ""
        verdict = f"ERROR: {complaint.strip()}" if complaint else ("PASS" if script else "UNSET")
        wrong = wrong or bool(complaint)
        lines.append(f"{names[operation]:<{width}}{verdict}")
    return lines, wrong
