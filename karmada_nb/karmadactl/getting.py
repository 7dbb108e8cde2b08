"""One ``karmadactl get``: every cluster is asked for a table, and what fails waits for the end.

Follows pkg/karmadactl/get/get.go.
"""

from collections.abc import Callable, Sequence
from functools import cached_property

from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.karmada.constants import ARTICLE
from karmada_nb.karmadactl.adoption import BY_LABELS, CONTROL_PLANE, Adoption, by_bindings
from karmada_nb.karmadactl.command import Call
from karmada_nb.karmadactl.discovery import Served, Wanted, discover, named, wanted
from karmada_nb.karmadactl.failures import CommandError, ConnectionFailed, Several
from karmada_nb.karmadactl.session import TABLE, Session
from karmada_nb.karmadactl.tables import Part, Style, text
from karmada_nb.language import say


class Getting:
    """One get: it asks each cluster, and keeps what failed for the end."""

    def __init__(self, call: Call, targets: Sequence[str]) -> None:
        self._call = call
        self._targets = targets
        self.namespace = call.flags["namespace"] or call.access.namespace
        self._everywhere: bool = call.flags["all-namespaces"]
        self.query = {"labelSelector": call.flags["labels"]} if call.flags["labels"] else {}
        self.errors: list[Exception] = []

    def run(self) -> int:
        call = self._call
        if not self._targets:
            call.err.write("No member Clusters found in Karmada control plane\n")
            return 0
        parts = self.parts()
        printed = text(parts, self.style(self._adoption()))
        call.out.write(printed)
        if self.errors:
            raise Several(self.errors, hint=self._hint())
        if not printed and not call.flags["ignore-not-found"]:
            namespaced = not self._everywhere and all(part.resource.namespaced for part in parts)
            where = f" in {self.namespace} namespace." if namespaced else ""
            call.err.write(f"No resources found{where}\n")
        return 0

    def parts(self) -> list[Part]:
        """What was asked for, by clusters; ``errors`` keeps what failed."""
        return [part for cluster in self._targets for part in self._ask(cluster)]

    def style(self, adoption: Adoption) -> Style:
        flags = self._call.flags
        return Style(
            wide=flags["output"] == "wide",
            headers=not flags["no-headers"],
            namespaces=self._everywhere,
            kinds=flags["show-kind"],
            show_labels=flags["show-labels"],
            labels=tuple(flags["label-columns"]),
            adoption=adoption,
        )

    def place(self, name: str) -> str:
        """The namespace to look in; empty for all of them."""
        return "" if self._everywhere and not name else self.namespace

    def session(self, cluster: str) -> Session:
        karmada = self._call.karmada
        return karmada if cluster == CONTROL_PLANE else karmada.member(cluster)

    @cached_property
    def _first(self) -> list[Served]:
        """What the first cluster serves. The others are taken to serve the same until one says no."""
        return discover(self.session(self._targets[0]))

    def _adoption(self) -> Adoption:
        if self._call.edition != ARTICLE or self._targets == [CONTROL_PLANE]:
            return BY_LABELS
        return by_bindings(self._call.karmada, "" if self._everywhere else self.namespace)

    def _ask(self, cluster: str) -> list[Part]:
        session = self.session(cluster)
        try:
            asked = wanted(self._call.arguments)
            try:
                return self._tables(cluster, session, asked, lambda: self._first)
            except (CommandError, StatusError) as error:
                unknown = isinstance(error, CommandError) or "could not find the requested" in str(error)
                if not unknown or cluster == self._targets[0]:
                    raise
                return self._tables(cluster, session, asked, lambda: discover(session))
        except (CommandError, StatusError, ConnectionFailed) as error:
            failed = CommandError(self._told(cluster, session, error))
            failed.__cause__ = error
            self.errors.append(failed)
            return []

    def _tables(
        self, cluster: str, session: Session, asked: Sequence[Wanted], served: Callable[[], list[Served]]
    ) -> list[Part]:
        parts = []
        for want in asked:
            for resource in named(served(), want.word):
                place = self.place(want.name)
                try:
                    table = session.get(resource.path(place, want.name), TABLE, **self.query)
                except StatusError as error:
                    if error.reason == "NotFound" and self._call.flags["ignore-not-found"]:
                        continue
                    raise
                parts.append(Part(cluster, resource, table, want.name))
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
        missing = any("doesn't have a resource type" in str(error) for error in self.errors)
        if not missing or self._call.given("operation-scope") or self._call.edition != ARTICLE:
            return ""
        return say(
            "Karmada v1.2's karmadactl looks into the members. Karmada's own resources: "
            "karmadactl get ... --operation-scope=karmada, or kubectl with Karmada's kubeconfig."
        )
