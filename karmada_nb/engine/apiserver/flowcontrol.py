"""The priority levels and flow schemas that every API server has: facts of its configuration of fairness.

Follows k8s.io/apiserver pkg/apis/flowcontrol/bootstrap/default.go. The objects describe; no request waits.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from karmada_nb.engine.meta import Object

GROUP: Final = "flowcontrol.apiserver.k8s.io"
EXEMPT: Final = "exempt"
CATCH_ALL: Final = "catch-all"
_ANYBODY: Final = ("system:unauthenticated", "system:authenticated")
_NODES: Final = "system:nodes"
_MANAGER: Final = "system:kube-controller-manager"
_SCHEDULER: Final = "system:kube-scheduler"


def bootstrap_objects() -> Iterator[Object]:
    """What a new server makes: the objects that it cannot be without, and those that it suggests."""
    for name, spec in LEVELS.items():
        yield _object("PriorityLevelConfiguration", name, spec)
    for name, spec in SCHEMAS.items():
        yield _object("FlowSchema", name, spec)


def _object(kind: str, name: str, spec: Object) -> Object:
    annotations = {"apf.kubernetes.io/autoupdate-spec": "true"}
    metadata = {"name": name, "annotations": annotations}
    return {"apiVersion": f"{GROUP}/v1", "kind": kind, "metadata": metadata, "spec": spec}


def _limited(shares: int, lendable: int, queues: int, hand: int) -> Object:
    queuing = {"queues": queues, "handSize": hand, "queueLengthLimit": 50}
    response = {"type": "Queue", "queuing": queuing}
    limits = {"nominalConcurrencyShares": shares, "limitResponse": response, "lendablePercent": lendable}
    return {"type": "Limited", "limited": limits}


LEVELS: Final[dict[str, Object]] = {
    CATCH_ALL: {
        "type": "Limited",
        "limited": {
            "nominalConcurrencyShares": 5,
            "limitResponse": {"type": "Reject"},
            "lendablePercent": 0,
        },
    },
    EXEMPT: {"type": "Exempt", "exempt": {"nominalConcurrencyShares": 0, "lendablePercent": 0}},
    "system": _limited(30, 33, 64, 6),
    "node-high": _limited(40, 25, 64, 6),
    "leader-election": _limited(10, 0, 16, 4),
    "workload-high": _limited(40, 50, 128, 6),
    "workload-low": _limited(100, 90, 128, 6),
    "global-default": _limited(20, 50, 128, 6),
}
"""Name -> spec of each priority level; the first two may not be changed."""


def _groups(*names: str) -> list[Object]:
    return [{"kind": "Group", "group": {"name": name}} for name in names]


def _users(*names: str) -> list[Object]:
    return [{"kind": "User", "user": {"name": name}} for name in names]


_SYSTEM_ACCOUNTS: Final[list[Object]] = [
    {"kind": "ServiceAccount", "serviceAccount": {"namespace": "kube-system", "name": "*"}}
]


def _rule(verbs: list[str], group: str, resources: list[str], *, cluster: bool) -> Object:
    said: dict[str, Any] = {"verbs": verbs, "apiGroups": [group], "resources": resources}
    return {**said, **({"clusterScope": True} if cluster else {}), "namespaces": ["*"]}


_EVERYTHING: Final[dict[str, Any]] = {
    "resourceRules": [_rule(["*"], "*", ["*"], cluster=True)],
    "nonResourceRules": [{"verbs": ["*"], "nonResourceURLs": ["*"]}],
}


def _schema(
    level: str, precedence: int, by: str, subjects: list[Object], rules: Object = _EVERYTHING
) -> Object:
    """``by`` is what tells flows apart; "" makes one flow of all."""
    return {
        "priorityLevelConfiguration": {"name": level},
        "matchingPrecedence": precedence,
        **({"distinguisherMethod": {"type": by}} if by else {}),
        "rules": [{"subjects": subjects, **rules}],
    }


_LEASES: Final = "coordination.k8s.io"
SCHEMAS: Final[dict[str, Object]] = {
    EXEMPT: _schema(EXEMPT, 1, "", _groups("system:masters")),
    CATCH_ALL: _schema(CATCH_ALL, 10000, "ByUser", _groups(*_ANYBODY)),
    "system-nodes": _schema("system", 500, "ByUser", _groups(_NODES)),
    "system-node-high": _schema(
        "node-high",
        400,
        "ByUser",
        _groups(_NODES),
        {
            "resourceRules": [
                _rule(["*"], "", ["nodes", "nodes/status"], cluster=True),
                _rule(["*"], _LEASES, ["leases"], cluster=False),
            ]
        },
    ),
    "probes": _schema(
        EXEMPT,
        2,
        "",
        _groups(*_ANYBODY),
        {"nonResourceRules": [{"verbs": ["get"], "nonResourceURLs": ["/healthz", "/readyz", "/livez"]}]},
    ),
    "system-leader-election": _schema(
        "leader-election",
        100,
        "ByUser",
        [*_users(_MANAGER, _SCHEDULER), *_SYSTEM_ACCOUNTS],
        {"resourceRules": [_rule(["get", "create", "update"], _LEASES, ["leases"], cluster=False)]},
    ),
    "kube-controller-manager": _schema("workload-high", 800, "ByNamespace", _users(_MANAGER)),
    "kube-scheduler": _schema("workload-high", 800, "ByNamespace", _users(_SCHEDULER)),
    "kube-system-service-accounts": _schema("workload-high", 900, "ByNamespace", _SYSTEM_ACCOUNTS),
    "service-accounts": _schema("workload-low", 9000, "ByUser", _groups("system:serviceaccounts")),
    "global-default": _schema("global-default", 9900, "ByUser", _groups(*_ANYBODY)),
}
"""Name -> spec of each flow schema; the first two may not be changed."""

MANDATORY: Final = (CATCH_ALL, EXEMPT)
