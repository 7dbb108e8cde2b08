"""One status for the template out of the statuses of all clusters: the workloads whose counts add up.

Follows pkg/resourceinterpreter/default/native/aggregatestatus.go. The template is observed once every
cluster reports about its latest generation. Where nothing changed the same object comes back, so that the
caller writes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.interpreter.base import AggregateHandler, InterpreterError, Items
from karmada_nb.engine.karmada.interpreter.fields import mapping, number
from karmada_nb.engine.karmada.interpreter.workload_status import (
    DAEMON_SET,
    DEPLOYMENT,
    REPLICA_SET,
    STATEFUL_SET,
    WorkloadStatus,
)
from karmada_nb.engine.meta import Object


def reported(items: Items) -> Iterator[tuple[str, Object]]:
    """Cluster and status of every item that has one. Raises InterpreterError where that is no object."""
    for item in items or ():
        status = item.get("status")
        if status is None:
            continue
        if not isinstance(status, dict):
            raise InterpreterError(f"json: cannot unmarshal status of cluster {item.get('clusterName', '')}")
        yield item.get("clusterName", ""), status


def with_status(obj: Object, status: Object) -> Object:
    """The object with this status; the object itself where it has it already."""
    return obj if obj.get("status") == status else {**obj, "status": status}


def _workload(
    kind: WorkloadStatus, *, against_member: bool = False, observe: bool = True
) -> AggregateHandler:
    """``against_member``: compares the template generation that a member reports with the member's own
    generation, as upstream does for StatefulSets. ``observe``: whether ``observedGeneration`` is kept at all.
    """

    def aggregate(obj: Object, items: Items, now: datetime) -> Object:
        old = mapping(obj, "status")
        generation = meta.generation(obj)
        totals = dict.fromkeys(kind.summed, 0)
        latest = 0
        for _, member in reported(items):
            for field in kind.summed:
                totals[field] += number(member, field)
            own, about = number(member, "generation"), number(member, "resourceTemplateGeneration")
            if number(member, "observedGeneration") >= own and about >= (
                own if against_member else generation
            ):
                latest += 1
        observed = number(old, "observedGeneration")
        if observe and latest == len(items or ()):
            observed = generation
        if observed == number(old, "observedGeneration") and all(
            number(old, field) == total for field, total in totals.items()
        ):
            return obj
        status = {field: old[field] for field in kind.kept if old.get(field) not in (None, "", [])}
        status |= {field: total for field, total in totals.items() if total or field in kind.always}
        if observed:
            status["observedGeneration"] = observed
        return {**obj, "status": status}

    return aggregate


aggregate_deployment_status = _workload(DEPLOYMENT)
aggregate_replica_set_status = _workload(REPLICA_SET)
aggregate_stateful_set_status = _workload(STATEFUL_SET, against_member=True)
aggregate_daemon_set_status = _workload(DAEMON_SET)

article_deployment_status = _workload(DEPLOYMENT, observe=False)
article_stateful_set_status = _workload(STATEFUL_SET, observe=False)
article_daemon_set_status = _workload(DAEMON_SET, observe=False)
