"""The commands, by the groups of the help. A command's module is imported when the command is called."""

import importlib
from typing import Final

from karmada_nb.karmadactl.command import Command, Group

_HERE: Final = "karmada_nb.karmadactl"

GROUPS: Final = (
    Group(
        "Basic Commands:",
        {
            "explain": "kubectl_commands:EXPLAIN",
            "get": "get:COMMAND",
            "create": "kubectl_commands:CREATE",
            "delete": "kubectl_commands:DELETE",
            "edit": "kubectl_commands:EDIT",
        },
    ),
    Group(
        "Cluster Registration Commands:",
        {
            "init": "init:COMMAND",
            "deinit": "deinit:COMMAND",
            "addons": "addons:COMMAND",
            "join": "join:COMMAND",
            "unjoin": "unjoin:COMMAND",
            "token": "absent:TOKEN",
            "register": "absent:REGISTER",
            "unregister": "absent:UNREGISTER",
        },
    ),
    Group(
        "Cluster Management Commands:",
        {"cordon": "cordon:CORDON", "uncordon": "cordon:UNCORDON", "taint": "taint:COMMAND"},
    ),
    Group(
        "Troubleshooting and Debugging Commands:",
        {
            "attach": "member_commands:ATTACH",
            "logs": "member_commands:LOGS",
            "exec": "member_commands:EXEC",
            "describe": "member_commands:DESCRIBE",
            "interpret": "interpret:COMMAND",
        },
    ),
    Group(
        "Advanced Commands:",
        {
            "apply": "apply:COMMAND",
            "promote": "promote:COMMAND",
            "top": "top:COMMAND",
            "patch": "kubectl_commands:PATCH",
        },
    ),
    Group(
        "Settings Commands:",
        {
            "label": "kubectl_commands:LABEL",
            "annotate": "kubectl_commands:ANNOTATE",
            "completion": "absent:COMPLETION",
        },
    ),
    Group(
        "Other Commands:",
        {
            "api-resources": "member_commands:API_RESOURCES",
            "api-versions": "member_commands:API_VERSIONS",
            "options": "about:OPTIONS",
            "version": "about:VERSION",
        },
    ),
)

WHERE: Final = {name: place for group in GROUPS for name, place in group.commands.items()}


def find(name: str) -> Command | None:
    """The command of a name, or None if there is none."""
    place = WHERE.get(name)
    if place is None:
        return None
    module, _, attribute = place.partition(":")
    found: Command = getattr(importlib.import_module(f"{_HERE}.{module}"), attribute)
    return found
