"""``karmadactl top``: what pods and nodes of members use. Follows pkg/karmadactl/top."""

from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.meta import Object, dig, name, namespace
from karmada_nb.engine.quantity import milli, value
from karmada_nb.karmadactl import help as help_texts
from karmada_nb.karmadactl.command import KARMADA, NAMESPACE, Call, Command
from karmada_nb.karmadactl.failures import FAILED, CommandError, ConnectionFailed, Several
from karmada_nb.karmadactl.flags import Flag, strings, switch
from karmada_nb.karmadactl.scope import members
from karmada_nb.karmadactl.session import Session
from karmada_nb.karmadactl.tables import aligned

_METRICS: Final = "/apis/metrics.k8s.io/v1beta1"
_WHAT: Final = {"pod": "pods", "pods": "pods", "po": "pods", "node": "nodes", "nodes": "nodes", "no": "nodes"}
_MIB: Final = 1024 * 1024


class _Use(NamedTuple):
    """What one pod, container or node uses. ``cpu`` in thousandths of a core, ``memory`` in bytes."""

    cluster: str
    title: tuple[str, ...]
    cpu: int
    memory: int
    available: Object | None = None

    @property
    def shown(self) -> tuple[str, str]:
        return f"{self.cpu}m", f"{self.memory // _MIB}Mi"


def run(call: Call) -> int:
    word = call.arguments[0] if call.arguments else ""
    if not word:
        call.err.write(help_texts.of("top", COMMAND))
        return FAILED
    plural = _WHAT.get(word)
    if plural is None:
        raise CommandError(f"unknown command \"{word}\"\nSee 'karmadactl top -h' for help and examples")
    named = call.arguments[1:]
    if len(named) > 1:
        raise CommandError(f"{plural.removesuffix('s')} [NAME | -l label]", usage=True)
    if call.flags["sort-by"] not in ("", "cpu", "memory"):
        raise CommandError("--sort-by accepts only cpu or memory")
    if named and (call.flags["selector"] or call.flags["field-selector"]):
        said = "selector" if plural == "pods" else "--selector"
        raise CommandError(f"only one of NAME or {said} can be provided")
    return _Top(call, plural, named[0] if named else "").run()


class _Top:
    def __init__(self, call: Call, plural: str, named: str) -> None:
        self._call = call
        self._flags = call.flags
        self._plural = plural
        self._named = named
        self._namespace = call.flags["namespace"] or call.access.namespace
        selectors = {"labelSelector": call.flags["selector"], "fieldSelector": call.flags["field-selector"]}
        self._query = {key: said for key, said in selectors.items() if said}

    def run(self) -> int:
        uses: list[_Use] = []
        errors: list[Exception] = []
        for cluster in members(self._call):
            try:
                uses += self._measured(cluster, self._call.karmada.member(cluster))
            except (StatusError, ConnectionFailed, CommandError) as error:
                errors.append(CommandError(f"cluster({cluster}): {error}"))
        if not uses and not errors:
            everywhere = self._flags["all-namespaces"] or self._plural == "nodes"
            where = "" if everywhere else f" in {self._namespace} namespace."
            self._call.err.write(f"No resources found{where}\n")
        if uses:
            self._call.out.write(aligned([[*line, ""] for line in self._lines(uses)]))
        if errors:
            raise Several(errors)
        return 0

    def _measured(self, cluster: str, member: Session) -> list[_Use]:
        """Raises CommandError where nothing is measured, StatusError, ConnectionFailed."""
        groups = {group["name"] for group in member.get("/apis").get("groups") or []}
        if "metrics.k8s.io" not in groups:
            raise CommandError("Metrics API not available")
        found = self._items(member, _METRICS)
        if not found and (self._plural == "nodes" or self._items(member, "/api/v1")):
            raise CommandError("metrics not available yet")
        if self._plural == "pods":
            return [use for item in found for use in self._pod(cluster, item)]
        field = "capacity" if self._flags["show-capacity"] else "allocatable"
        rooms = {name(node): dig(node, "status", field) for node in self._items(member, "/api/v1")}
        return [_use(cluster, (name(item),), [item["usage"]], rooms.get(name(item))) for item in found]

    def _items(self, member: Session, root: str) -> list[Object]:
        inside = self._plural == "pods" and not self._flags["all-namespaces"]
        place = f"{root}/namespaces/{self._namespace}" if inside else root
        if self._named:
            return [member.get(f"{place}/{self._plural}/{self._named}")]
        found: list[Object] = member.get(f"{place}/{self._plural}", **self._query).get("items") or []
        return found

    def _pod(self, cluster: str, item: Object) -> Iterator[_Use]:
        place = (namespace(item),) if self._flags["all-namespaces"] else ()
        if self._flags["containers"]:
            for part in item["containers"]:
                yield _use(cluster, (*place, name(item), part["name"]), [part["usage"]])
        else:
            yield _use(cluster, (*place, name(item)), [part["usage"] for part in item["containers"]])

    def _lines(self, uses: Sequence[_Use]) -> Iterator[list[str]]:
        nodes = self._plural == "nodes"
        if not self._flags["no-headers"]:
            amounts = ("CPU(cores)", "CPU%", "MEMORY(bytes)", "MEMORY%")
            yield [
                *(["NAMESPACE"] if self._flags["all-namespaces"] and not nodes else []),
                *(["POD"] if self._flags["containers"] and not nodes else []),
                *("NAME", "CLUSTER", *(amounts if nodes else amounts[::2])),
            ]
        for use in sorted(uses, key=self._order):
            cpu, memory = use.shown
            if nodes:
                shares = _shares(use)
                yield [*use.title, use.cluster, cpu, shares[0], memory, shares[1]]
            else:
                yield [*use.title, use.cluster, cpu, memory]
        if self._flags["sum"] and not nodes:
            empty = [""] * (len(uses[0].title) + 1)
            total = _Use("", (), sum(use.cpu for use in uses), sum(use.memory for use in uses))
            yield [*empty, "________", "________"]
            yield [*empty, *total.shown]

    def _order(self, use: _Use) -> tuple[Any, ...]:
        """Most first, or by names: of clusters too for pods, and of nodes alone."""
        by = self._flags["sort-by"]
        if by:
            return (-(use.cpu if by == "cpu" else use.memory),)
        return use.title if self._plural == "nodes" else (use.cluster, *use.title)


def _use(
    cluster: str, title: tuple[str, ...], parts: Sequence[Object], available: Object | None = None
) -> _Use:
    cpu = sum(milli(part["cpu"]) for part in parts)
    return _Use(cluster, title, cpu, sum(value(part["memory"]) for part in parts), available)


def _shares(use: _Use) -> tuple[str, str]:
    """In per cent of what the node has."""
    if use.available is None:
        return "<unknown>", "<unknown>"
    cpu = use.cpu / milli(use.available["cpu"])
    return f"{int(cpu * 100)}%", f"{int(use.memory / value(use.available['memory']) * 100)}%"


COMMAND = Command(
    "top (pod | node) [NAME | -l label]",
    "Display resource (CPU/memory) usage of member clusters",
    run,
    (
        *KARMADA,
        NAMESPACE,
        Flag("clusters", "The member clusters to look in; all of them by default.", "C", [], strings),
        Flag("selector", "Only what has these labels.", "l"),
        Flag("field-selector", "Only pods with these fields."),
        Flag("sort-by", "Most first: cpu or memory."),
        switch("all-namespaces", "Pods of all namespaces.", "A"),
        switch("containers", "Every container of a pod by itself."),
        switch("no-headers", "Leave the headers out."),
        switch("sum", "A last line with the sum of all pods."),
        switch("show-capacity", "Measure nodes by what they have instead of what they give to pods."),
        switch("use-protocol-buffers", "Read and not heeded: metrics come as JSON."),
    ),
    ("top pod", "top pod web-0 --containers", "top node --clusters=member1"),
)
