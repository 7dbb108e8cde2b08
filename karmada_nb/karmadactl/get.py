"""``karmadactl get``: a table over Karmada and its members. Follows pkg/karmadactl/get/get.go."""

from collections.abc import Sequence
from typing import Final

from karmada_nb.engine.karmada.constants import ARTICLE
from karmada_nb.karmadactl import kubectl
from karmada_nb.karmadactl.adoption import CONTROL_PLANE
from karmada_nb.karmadactl.command import KARMADA, NAMESPACE, Call, Command
from karmada_nb.karmadactl.failures import CommandError
from karmada_nb.karmadactl.flags import Flag, boolean, strings, switch
from karmada_nb.karmadactl.getting import Getting
from karmada_nb.karmadactl.scope import CLUSTERS, MEMBERS, SCOPE_ALL, members
from karmada_nb.karmadactl.scope import KARMADA as CONTROL_PLANE_ONLY
from karmada_nb.karmadactl.watching import watch
from karmada_nb.language import say

_HUMAN: Final = ("", "wide")
_FOR_KUBECTL: Final = ("output", "template")
_SWITCHES: Final = ("all-namespaces", "ignore-not-found", "no-headers", "show-managed-fields")
_WATCHING: Final = ("watch", "watch-only", "output-watch-events")
_LIST_ENDS: Final = (
    (
        '        "resourceVersion": ""\n',
        '        "resourceVersion": "",\n        "selfLink": ""\n',
        "    }\n}\n",
    ),
    ('  resourceVersion: ""\n', '  resourceVersion: ""\n  selfLink: ""\n', ""),
)
"""How a list of kubectl's ends, how one of karmadactl's does, and what follows in both."""


def run(call: Call) -> int:
    output = call.flags["output"]
    watching = call.flags["watch"] or call.flags["watch-only"]
    if call.flags["show-labels"] and output not in _HUMAN:
        raise CommandError(f"--show-labels option cannot be used with {output} printer")
    if call.flags["output-watch-events"] and not watching:
        raise CommandError("--output-watch-events option can only be used with --watch or --watch-only")
    targets = _targets(call)
    human = output in _HUMAN and not call.flags["template"]
    if watching and human:
        return watch(call, targets)
    if watching:
        return _watch_by_kubectl(call, targets)
    return Getting(call, targets).run() if human else _by_kubectl(call, targets)


def scope(call: Call) -> str:
    """What was asked for; by default Karmada, and with v1.2, which knew no other way, the members."""
    said: str = call.flags["operation-scope"]
    return said or (MEMBERS if call.edition == ARTICLE else CONTROL_PLANE_ONLY)


def _targets(call: Call) -> list[str]:
    """The clusters to ask, Karmada first."""
    where = scope(call)
    own = [] if where == MEMBERS else [CONTROL_PLANE]
    return own if where == CONTROL_PLANE_ONLY else [*own, *members(call)]


def _by_kubectl(call: Call, targets: Sequence[str]) -> int:
    """Print other forms cluster by cluster. No failure sets the exit code, as with the real one."""
    words = _words(call)
    for target in targets:
        found = kubectl.output(call, words, "" if target == CONTROL_PLANE else target)
        printed = found.stdout
        for theirs, ours, tail in _LIST_ENDS:
            if printed.endswith(theirs + tail):
                printed = printed.removesuffix(theirs + tail) + ours + tail
        call.out.write(printed)
        call.err.write(found.stderr)
    return 0


def _watch_by_kubectl(call: Call, targets: Sequence[str]) -> int:
    if len(targets) != 1:
        raise CommandError(
            "expected one cluster to watch in this format, found " + (", ".join(targets) or "none"),
            hint=say(
                "Name one with --operation-scope=members --clusters=CLUSTER, or watch without --output."
            ),
        )
    words = [*_words(call), *(f"--{name}" for name in _WATCHING if call.flags[name])]
    return kubectl.replace_process(call, words, "" if targets[0] == CONTROL_PLANE else targets[0])


def _words(call: Call) -> list[str]:
    """The command line for kubectl."""
    words = ["get", *call.arguments]
    for name in _FOR_KUBECTL:
        if call.flags[name]:
            words.append(f"--{name}={call.flags[name]}")
    if call.flags["labels"]:
        words.append(f"--selector={call.flags['labels']}")
    if call.flags["namespace"]:
        words.append(f"--namespace={call.flags['namespace']}")
    words += [f"--{name}" for name in _SWITCHES if call.flags[name]]
    if not call.flags["allow-missing-template-keys"]:
        words.append("--allow-missing-template-keys=false")
    return words


COMMAND = Command(
    "get [NAME | -l label | -n namespace]",
    "Display one or many resources in Karmada control plane and member clusters",
    run,
    (
        *KARMADA,
        NAMESPACE,
        SCOPE_ALL,
        CLUSTERS,
        Flag("output", "Output format: wide, name, yaml, json, jsonpath=..., custom-columns=... .", "o"),
        Flag("labels", "Only objects with these labels.", "l"),
        Flag("template", "The template, for -o go-template and its like."),
        Flag("sort-by", "Read and not heeded: rows stand in the order of clusters and names."),
        Flag(
            "allow-missing-template-keys",
            "Go on where a template names what an object does not have.",
            "",
            True,
            boolean,
            "true",
        ),
        Flag("label-columns", "Labels to show as columns.", "L", [], strings),
        switch("all-namespaces", "Look in all namespaces.", "A"),
        switch("ignore-not-found", "Do not fail if there is no such object."),
        switch("no-headers", "Leave the headers out."),
        switch("show-kind", "Put the kind before every name."),
        switch("show-labels", "Show all labels in a last column."),
        switch("show-managed-fields", "Keep managedFields in JSON and YAML."),
        switch("watch", "Watch for changes after listing.", "w"),
        switch("watch-only", "Watch for changes without listing first."),
        switch("output-watch-events", "Say of each row what happened: ADDED, MODIFIED or DELETED."),
    ),
    (
        "get pods",
        "get pods --operation-scope=members --clusters=member1",
        "get deployments --operation-scope=all -o wide",
        "get deployment nginx -o yaml",
    ),
)
