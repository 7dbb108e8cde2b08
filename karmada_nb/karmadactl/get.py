"""``karmadactl get``: a table over Karmada and its members. Follows pkg/karmadactl/get/get.go."""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Final

from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.karmada.constants import ARTICLE
from karmada_nb.karmadactl import kubectl
from karmada_nb.karmadactl.adoption import BY_LABELS, CONTROL_PLANE, Adoption, by_bindings
from karmada_nb.karmadactl.command import KARMADA, NAMESPACE, Call, Command
from karmada_nb.karmadactl.discovery import Served, Wanted, discover, named, wanted
from karmada_nb.karmadactl.failures import CommandError, ConnectionFailed, Several
from karmada_nb.karmadactl.flags import Flag, strings, switch
from karmada_nb.karmadactl.scope import CLUSTERS, MEMBERS, SCOPE_ALL, members
from karmada_nb.karmadactl.scope import KARMADA as CONTROL_PLANE_ONLY
from karmada_nb.karmadactl.session import TABLE, Session
from karmada_nb.karmadactl.tables import Part, Style, text

_HUMAN: Final = ("", "wide")
_FOR_KUBECTL: Final = ("output", "template", "sort-by", "field-selector")


def run(call: Call) -> int:
    if call.flags["watch"] or call.flags["watch-only"]:
        raise CommandError(
            "this karmadactl does not watch",
            hint="Watch one cluster with kubectl: kubectl --kubeconfig ... get TYPE --watch",
        )
    output = call.flags["output"]
    if call.flags["show-labels"] and output not in _HUMAN:
        raise CommandError(f"--show-labels option cannot be used with {output} printer")
    targets = _targets(call)
    if output not in _HUMAN or call.flags["template"] or call.flags["sort-by"]:
        return _by_kubectl(call, targets)
    return _Getting(call, targets).run()


def scope(call: Call) -> str:
    """What was asked for; by default Karmada, and with v1.2, which knew no other way, the members."""
    said: str = call.flags["operation-scope"]
    return said or (MEMBERS if call.edition == ARTICLE else CONTROL_PLANE_ONLY)


def _targets(call: Call) -> list[str]:
    """The clusters to ask, Karmada first."""
    where = scope(call)
    own = [] if where == MEMBERS else [CONTROL_PLANE]
    return own if where == CONTROL_PLANE_ONLY else [*own, *members(call)]


class _Getting:
    """One get: it asks each cluster, and keeps what failed for the end."""

    def __init__(self, call: Call, targets: Sequence[str]) -> None:
        self._call = call
        self._targets = targets
        self._namespace = call.flags["namespace"] or call.access.namespace
        self._everywhere: bool = call.flags["all-namespaces"]
        self._query = {
            name: said
            for name, said in (
                ("labelSelector", call.flags["selector"] or call.flags["labels"]),
                ("fieldSelector", call.flags["field-selector"]),
            )
            if said
        }
        self._errors: list[Exception] = []

    def run(self) -> int:
        call, asked = self._call, wanted(self._call.arguments)
        if not self._targets:
            call.err.write("No member Clusters found in Karmada control plane\n")
            return 0
        parts = [part for cluster in self._targets for part in self._ask(cluster, asked)]
        style = Style(
            wide=call.flags["output"] == "wide",
            headers=not call.flags["no-headers"],
            namespaces=self._everywhere,
            kinds=call.flags["show-kind"],
            show_labels=call.flags["show-labels"],
            labels=tuple(call.flags["label-columns"]),
            adoption=self._adoption(),
        )
        printed = text(parts, style)
        call.out.write(printed)
        if self._errors:
            raise Several(self._errors, hint=self._hint())
        if not printed and not call.flags["ignore-not-found"]:
            namespaced = not self._everywhere and all(part.resource.namespaced for part in parts)
            where = f" in {self._namespace} namespace." if namespaced else ""
            call.err.write(f"No resources found{where}\n")
        return 0

    @cached_property
    def _first(self) -> list[Served]:
        """What the first cluster serves. The others are taken to serve the same until one says no."""
        return discover(self._session(self._targets[0]))

    def _adoption(self) -> Adoption:
        if self._call.edition != ARTICLE or self._targets == [CONTROL_PLANE]:
            return BY_LABELS
        return by_bindings(self._call.karmada, "" if self._everywhere else self._namespace)

    def _session(self, cluster: str) -> Session:
        karmada = self._call.karmada
        return karmada if cluster == CONTROL_PLANE else karmada.member(cluster)

    def _ask(self, cluster: str, asked: Sequence[Wanted]) -> list[Part]:
        session = self._session(cluster)
        try:
            try:
                return self._tables(cluster, session, asked, lambda: self._first)
            except (CommandError, StatusError) as error:
                unknown = isinstance(error, CommandError) or "could not find the requested" in str(error)
                if not unknown or cluster == self._targets[0]:
                    raise
                return self._tables(cluster, session, asked, lambda: discover(session))
        except (CommandError, StatusError, ConnectionFailed) as error:
            self._errors.append(CommandError(self._told(cluster, session, error)))
            return []

    def _tables(
        self, cluster: str, session: Session, asked: Sequence[Wanted], served: Callable[[], list[Served]]
    ) -> list[Part]:
        parts = []
        for want in asked:
            for resource in named(served(), want.word):
                namespace = "" if self._everywhere and not want.name else self._namespace
                try:
                    table = session.get(resource.path(namespace, want.name), TABLE, **self._query)
                except StatusError as error:
                    if error.reason == "NotFound" and self._call.flags["ignore-not-found"]:
                        continue
                    raise
                parts.append(Part(cluster, resource, table))
        return parts

    def _told(self, cluster: str, session: Session, error: Exception) -> str:
        if cluster != CONTROL_PLANE and not isinstance(error, CommandError):
            try:
                session.get("/api")
            except (StatusError, ConnectionFailed) as broken:
                return (
                    f"basic connection test to cluster({cluster}) failed, please check authorization or "
                    f"network: {broken}"
                )
        return f"cluster({cluster}): {error}"

    def _hint(self) -> str:
        missing = any("doesn't have a resource type" in str(error) for error in self._errors)
        if not missing or self._call.given("operation-scope") or self._call.edition != ARTICLE:
            return ""
        return (
            "Karmada v1.2's karmadactl looks into the members. Karmada's own resources: "
            "karmadactl get ... --operation-scope=karmada, or kubectl with Karmada's kubeconfig."
        )


def _by_kubectl(call: Call, targets: Sequence[str]) -> int:
    """What is not a table is printed cluster by cluster."""
    words = ["get", *call.arguments]
    selector = call.flags["selector"] or call.flags["labels"]
    for name in _FOR_KUBECTL:
        if call.flags[name]:
            words.append(f"--{name}={call.flags[name]}")
    words += [f"--selector={selector}"] if selector else []
    words += [f"--namespace={call.flags['namespace']}"] if call.flags["namespace"] else []
    for name in ("all-namespaces", "ignore-not-found", "no-headers", "show-managed-fields"):
        words += [f"--{name}"] if call.flags[name] else []
    codes = [kubectl.run(call, words, "" if t == CONTROL_PLANE else t) for t in targets]
    return max(codes, default=0)


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
        Flag("selector", "Only objects with these labels; the same as --labels."),
        Flag("field-selector", "Only objects with these fields."),
        Flag("template", "The template, for -o go-template and its like."),
        Flag("sort-by", "The field to sort by, as a JSONPath."),
        Flag("label-columns", "Labels to show as columns.", "L", [], strings),
        switch("all-namespaces", "Look in all namespaces.", "A"),
        switch("ignore-not-found", "Do not fail if there is no such object."),
        switch("no-headers", "Leave the headers out."),
        switch("show-kind", "Put the kind before every name."),
        switch("show-labels", "Show all labels in a last column."),
        switch("show-managed-fields", "Keep managedFields in JSON and YAML."),
        switch("watch", "Watch for changes (not in labs: use kubectl).", "w"),
        switch("watch-only", "Watch, without listing first (not in labs: use kubectl)."),
    ),
    (
        "get pods",
        "get pods --operation-scope=members --clusters=member1",
        "get deployments --operation-scope=all -o wide",
        "get deployment nginx -o yaml",
    ),
)
