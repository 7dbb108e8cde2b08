"""``karmadactl get --watch``: the table, and then a row for each change in any of the clusters.

Follows watch and watchMultiClusterObj of pkg/karmadactl/get/get.go.
"""

import threading
from collections.abc import Sequence
from typing import Final

from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.meta import Object, dig
from karmada_nb.karmadactl.adoption import CONTROL_PLANE, Adoption
from karmada_nb.karmadactl.command import Call
from karmada_nb.karmadactl.failures import FAILED, CommandError, ConnectionFailed
from karmada_nb.karmadactl.getting import Getting
from karmada_nb.karmadactl.session import TABLE, Session
from karmada_nb.karmadactl.tables import Layout, Part, aligned, has_adoption

_SILENT: Final = frozenset(("BOOKMARK", "ERROR"))


def watch(call: Call, targets: Sequence[str]) -> int:
    """Until every cluster ends its watch, or the user interrupts: then 1, as the real one exits.

    Raises CommandError, StatusError, ConnectionFailed.
    """
    getting = Getting(call, targets)
    parts = getting.parts()
    if not parts:
        raise _reason(getting.errors)
    if len(parts) > len({part.cluster for part in parts}):
        raise CommandError(
            "watch is only supported on individual resources and resource collections - "
            "more than 1 resource was found"
        )
    try:
        _Watching(call, getting, parts).run()
    except KeyboardInterrupt:
        return FAILED
    return 0


def _reason(errors: Sequence[Exception]) -> Exception:
    cause = errors[0].__cause__ if errors else None
    if isinstance(cause, StatusError | ConnectionFailed):
        return cause
    return CommandError("not to find obj that is watched")


class _Watching:
    """A thread for each cluster, and one printer for all of them."""

    def __init__(self, call: Call, getting: Getting, parts: Sequence[Part]) -> None:
        self._call = call
        self._getting = getting
        self._parts = parts
        self._style = getting.style(Adoption(everywhere=True))
        resource = parts[0].resource
        self._layout = Layout(
            resource,
            parts[0].table.get("columnDefinitions") or [],
            self._style,
            adopted=has_adoption(resource),
            events=call.flags["output-watch-events"],
        )
        self._lock = threading.Lock()
        self._widths: list[int] = []
        self._titled = not self._style.headers

    def run(self) -> None:
        if not self._call.flags["watch-only"]:
            self._print([(part.cluster, "ADDED", row) for part in self._parts for row in _rows(part.table)])
            self._widths = []
        sessions = [self._session(part) for part in self._parts]
        threads = [
            threading.Thread(target=self._follow, args=pair, daemon=True)
            for pair in zip(self._parts, sessions, strict=True)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _session(self, part: Part) -> Session:
        """A connection of its own: events come on it for as long as the watch lasts."""
        karmada = Session(self._call.access)
        return karmada if part.cluster == CONTROL_PLANE else karmada.member(part.cluster)

    def _follow(self, part: Part, session: Session) -> None:
        query = dict(self._getting.query)
        if part.name:
            query["fieldSelector"] = f"metadata.name={part.name}"
        path = part.resource.path(self._getting.place(part.name))
        revision = str(dig(part.table, "metadata", "resourceVersion", default=""))
        try:
            for event in session.stream(path, TABLE, watch="true", resourceVersion=revision, **query):
                kind = event["type"]
                if kind not in _SILENT:
                    self._print([(part.cluster, kind, row) for row in _rows(event["object"])])
        except (StatusError, ConnectionFailed) as error:
            with self._lock:
                self._call.err.write(f"cluster({part.cluster}): {error}\n")

    def _print(self, rows: Sequence[tuple[str, str, Object]]) -> None:
        with self._lock:
            lines = [self._layout.row(cluster, row, event) for cluster, event, row in rows]
            if lines and not self._titled:
                lines = [self._layout.header(), *lines]
                self._titled = True
            self._call.out.write(aligned(lines, self._widths))
            self._call.out.flush()


def _rows(table: Object) -> list[Object]:
    return table.get("rows") or []
