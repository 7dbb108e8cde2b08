"""``karmadactl interpret``: a user's interpreter, checked, tried out and edited before Karmada has it.

Follows pkg/karmadactl/interpret/interpret.go.
"""

from karmada_nb.engine.karmada.interpreter.declarative.rules import FIELDS
from karmada_nb.karmadactl.command import KARMADA, Call, Command
from karmada_nb.karmadactl.discovery import NOTHING_NAMED
from karmada_nb.karmadactl.failures import CommandError
from karmada_nb.karmadactl.flags import Flag, integer, switch
from karmada_nb.karmadactl.interpret_check import run_check
from karmada_nb.karmadactl.interpret_edit import run_edit
from karmada_nb.karmadactl.interpret_files import read
from karmada_nb.karmadactl.interpret_run import operation_named, run_execute


def run(call: Call) -> int:
    flags = call.flags
    if flags["check"] and flags["edit"]:
        raise CommandError("you can't set both --check and --edit options")
    if not flags["filename"]:
        raise CommandError(NOTHING_NAMED)
    found = read(flags["filename"], recursive=flags["recursive"])
    operation = operation_named(flags["operation"]) if flags["operation"] else None
    if flags["check"]:
        return run_check(call, found)
    if flags["edit"]:
        return run_edit(call, found)
    if operation is None:
        raise CommandError("operation is not set for executing")
    return run_execute(call, operation, found)


COMMAND = Command(
    "interpret (-f FILENAME) (--operation OPERATION) [--ARGS VALUE]... ",
    "Validate, test and edit interpreter customization before applying it to the control plane",
    run,
    (
        *KARMADA,
        Flag("filename", "The files with the customizations; - is standard input.", "f", [], lambda s: [s]),
        switch("recursive", "Look into the folders of a folder too.", "R"),
        switch("check", "Check the scripts."),
        Flag("operation", f"The rule to run, one of: {', '.join(FIELDS)}."),
        Flag("desired-file", "The desired object."),
        Flag("observed-file", "The observed object."),
        Flag("status-file", "The statuses of the members, one document each."),
        Flag("desired-replica", "The desired number of replicas.", default=0, read=integer),
        switch("edit", "Edit the customization with the program that KUBE_EDITOR or EDITOR names."),
        switch("show-doc", "Say what each rule is for when editing."),
    ),
    (
        "interpret -f customization.yml --check",
        "interpret -f customization.yml --operation reviseReplica --observed-file o.yml --desired-replica 2",
        "interpret -f customization.yml --edit",
    ),
)
