"""``/healthz``, ``/livez``, ``/readyz`` and their checks. Follows k8s.io/apiserver pkg/server/healthz."""

from collections.abc import Callable, Mapping
from typing import Final

from aiohttp import web

from karmada_nb.engine.apiserver.http.exchange import page_not_found, text

Check = Callable[[], bool]
_ONLY_READY: Final = ("informer-sync", "shutdown")


def _fine() -> bool:
    return True


class Health:
    """The checks of one server, in the order in which they are reported."""

    def __init__(self) -> None:
        self.checks: dict[str, Check] = {
            "ping": _fine,
            "log": _fine,
            "etcd": _fine,
            "informer-sync": _fine,
            "poststarthook/rbac/bootstrap-roles": _fine,
            "poststarthook/start-system-namespaces-controller": _fine,
            "shutdown": _fine,
        }

    def respond(self, endpoint: str, name: str, query: Mapping[str, str]) -> web.Response:
        """``name``: one check only. 500 with the list of what failed, if anything did."""
        checks = self._of(endpoint)
        if name:
            if name not in checks:
                return page_not_found()
            good = checks[name]()
            return text("ok" if good else f"internal server error: {name} failed", 200 if good else 500)
        excluded = {e for e in query.get("exclude", "").split(",") if e}
        lines: list[str] = []
        failed = False
        for check, holds in checks.items():
            if check in excluded:
                lines.append(f"[+]{check} excluded: ok")
            elif holds():
                lines.append(f"[+]{check} ok")
            else:
                failed = True
                lines.append(f"[-]{check} failed: reason withheld")
        unknown = sorted(excluded - set(checks))
        if unknown:
            quoted = ", ".join(f'"{u}"' for u in unknown)
            lines.append(f"warn: some health checks cannot be excluded: no matches for {quoted}")
        if failed:
            return text("\n".join([*lines, f"{endpoint} check failed", ""]), 500)
        if "verbose" in query:
            return text("\n".join([*lines, f"{endpoint} check passed", ""]))
        return text("ok")

    def _of(self, endpoint: str) -> dict[str, Check]:
        if endpoint == "readyz":
            return self.checks
        return {name: check for name, check in self.checks.items() if name not in _ONLY_READY}
