"""``/healthz``, ``/livez``, ``/readyz`` and their checks. Follows k8s.io/apiserver pkg/server/healthz."""

from collections.abc import Callable
from typing import Final
from urllib.parse import parse_qs

from aiohttp import web

from karmada_nb.engine.apiserver.http.exchange import page_not_found, text

Check = Callable[[], bool]
ENDPOINTS: Final = ("healthz", "livez", "readyz")
_HOOKS: Final = (
    "start-apiserver-admission-initializer",
    "generic-apiserver-start-informers",
    "priority-and-fairness-config-consumer",
    "priority-and-fairness-filter",
    "storage-object-count-tracker-hook",
    "start-apiextensions-informers",
    "start-apiextensions-controllers",
    "crd-informer-synced",
    "start-system-namespaces-controller",
    "peer-endpoint-reconciler-controller",
    "start-cluster-authentication-info-controller",
    "start-kube-apiserver-identity-lease-controller",
    "start-kube-apiserver-identity-lease-garbage-collector",
    "storage-readiness",
    "start-legacy-token-tracking-controller",
    "start-service-ip-repair-controllers",
    "rbac/bootstrap-roles",
    "scheduling/bootstrap-system-priority-classes",
    "priority-and-fairness-config-producer",
    "bootstrap-controller",
    "start-kubernetes-service-cidr-controller",
    "aggregator-reload-proxy-client-cert",
    "start-kube-aggregator-informers",
    "apiservice-status-local-available-controller",
    "apiservice-status-remote-available-controller",
    "apiservice-registration-controller",
    "apiservice-wait-for-first-sync",
    "apiservice-discovery-controller",
    "kube-apiserver-autoregistration",
    "",
    "apiservice-openapi-controller",
    "apiservice-openapiv3-controller",
)
"""What a server of v1.36 does once it has started. The empty name: it tells of what is no hook."""
_HOOKS_23: Final = (
    "start-kube-apiserver-admission-initializer",
    "generic-apiserver-start-informers",
    "priority-and-fairness-config-consumer",
    "priority-and-fairness-filter",
    "start-apiextensions-informers",
    "start-apiextensions-controllers",
    "crd-informer-synced",
    "bootstrap-controller",
    "rbac/bootstrap-roles",
    "scheduling/bootstrap-system-priority-classes",
    "priority-and-fairness-config-producer",
    "start-cluster-authentication-info-controller",
    "aggregator-reload-proxy-client-cert",
    "start-kube-aggregator-informers",
    "apiservice-registration-controller",
    "apiservice-status-available-controller",
    "kube-apiserver-autoregistration",
    "",
    "apiservice-openapi-controller",
)
LAST_OLD: Final = 23
"""The last minor version that tells of the older hooks."""


def _fine() -> bool:
    return True


def _names(endpoint: str, minor: int) -> list[str]:
    """The checks of one endpoint, in the order in which they are reported."""
    old, ready = minor <= LAST_OLD, endpoint == "readyz"
    told = _HOOKS_23 if old else _HOOKS
    hooks = [f"poststarthook/{hook}" if hook else "autoregister-completion" for hook in told]
    stored = ["etcd"] if old else [] if ready else ["loopback-serving-certificate", "etcd"]
    first, last = (["informer-sync"], ["shutdown"]) if ready else ([], [])
    return ["ping", "log", *stored, *first, *hooks, *last]


class Health:
    """The checks of one server. ``checks``: those that may fail, by name."""

    def __init__(self, minor: int) -> None:
        self.checks: dict[str, Check] = {}
        self._names = {endpoint: _names(endpoint, minor) for endpoint in ENDPOINTS}

    def respond(self, endpoint: str, name: str = "", query_text: str = "") -> web.Response:
        """``name``: one check only. 500 with the list of what failed, if anything did."""
        query = parse_qs(query_text, keep_blank_values=True)
        checks = self._of(endpoint)
        if name:
            if name not in checks:
                return page_not_found()
            good = checks[name]()
            return text("ok" if good else f"internal server error: {name} failed", 200 if good else 500)
        excluded = set(query.get("exclude", ()))
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
        return {name: self.checks.get(name, _fine) for name in self._names[endpoint]}
