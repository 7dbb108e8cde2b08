"""Karmada's own rules for the kinds of Kubernetes.

Follows pkg/resourceinterpreter/default/native/default.go; the ``article`` table follows
pkg/resourceinterpreter/defaultinterpreter of v1.2, which knew fewer kinds and no health.
"""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Final

from karmada_nb.engine.karmada.constants import CURRENT, Edition
from karmada_nb.engine.karmada.interpreter import (
    aggregate,
    aggregate_job,
    aggregate_load_balancer,
    aggregate_phase,
    health,
    reflect,
    replicas,
    retain,
)
from karmada_nb.engine.karmada.interpreter.base import (
    Handlers,
    InterpreterError,
    Items,
    Operation,
    Registry,
    describe,
)
from karmada_nb.engine.karmada.interpreter.dependencies import (
    article_pod_dependencies,
    at,
    ingress_dependencies,
    service_import_dependencies,
    stateful_set_dependencies,
)
from karmada_nb.engine.meta import Object

NONE: Final = Handlers()
_TEMPLATE: Final = ("spec", "template", "spec")

NATIVE: Final[Registry] = {
    ("apps/v1", "Deployment"): Handlers(
        replica=replicas.workload_replica,
        revise=replicas.revise_workload_replica,
        retain=retain.retain_workload_replicas,
        aggregate=aggregate.aggregate_deployment_status,
        reflect=reflect.reflect_deployment_status,
        health=health.interpret_deployment_health,
        dependencies=at(*_TEMPLATE),
    ),
    ("apps/v1", "ReplicaSet"): Handlers(
        replica=replicas.workload_replica,
        revise=replicas.revise_workload_replica,
        aggregate=aggregate.aggregate_replica_set_status,
        reflect=reflect.reflect_replica_set_status,
        health=health.interpret_replica_set_health,
        dependencies=at(*_TEMPLATE),
    ),
    ("apps/v1", "StatefulSet"): Handlers(
        replica=replicas.workload_replica,
        revise=replicas.revise_workload_replica,
        aggregate=aggregate.aggregate_stateful_set_status,
        reflect=reflect.reflect_stateful_set_status,
        health=health.interpret_stateful_set_health,
        dependencies=stateful_set_dependencies,
    ),
    ("apps/v1", "DaemonSet"): Handlers(
        aggregate=aggregate.aggregate_daemon_set_status,
        reflect=reflect.reflect_daemon_set_status,
        health=health.interpret_daemon_set_health,
        dependencies=at(*_TEMPLATE),
    ),
    ("batch/v1", "Job"): Handlers(
        replica=replicas.job_replica,
        revise=replicas.revise_job_replica,
        retain=retain.retain_job_selector_fields,
        aggregate=aggregate_job.aggregate_job_status,
        reflect=reflect.reflect_job_status,
        dependencies=at(*_TEMPLATE),
    ),
    ("batch/v1", "CronJob"): Handlers(
        aggregate=aggregate_job.aggregate_cron_job_status,
        dependencies=at("spec", "jobTemplate", *_TEMPLATE),
    ),
    ("v1", "Pod"): Handlers(
        replica=replicas.pod_replica,
        retain=retain.retain_pod_fields,
        aggregate=aggregate_phase.aggregate_pod_status,
        health=health.interpret_pod_health,
        dependencies=at("spec"),
    ),
    ("v1", "Service"): Handlers(
        retain=retain.retain_service_fields,
        aggregate=aggregate_load_balancer.aggregate_service_status,
        reflect=reflect.reflect_service_status,
        health=health.interpret_service_health,
    ),
    ("v1", "ServiceAccount"): Handlers(retain=retain.retain_service_account_fields),
    ("v1", "Secret"): Handlers(retain=retain.retain_secret_service_account_token),
    ("v1", "PersistentVolumeClaim"): Handlers(
        retain=retain.retain_persistent_volume_claim_fields,
        aggregate=aggregate_phase.aggregate_persistent_volume_claim_status,
        health=health.interpret_persistent_volume_claim_health,
    ),
    ("v1", "PersistentVolume"): Handlers(
        retain=retain.retain_persistent_volume_fields,
        aggregate=aggregate_phase.aggregate_persistent_volume_status,
    ),
    ("networking.k8s.io/v1", "Ingress"): Handlers(
        aggregate=aggregate_load_balancer.aggregate_ingress_status,
        health=health.interpret_ingress_health,
        dependencies=ingress_dependencies,
    ),
    ("policy/v1", "PodDisruptionBudget"): Handlers(
        aggregate=aggregate_phase.aggregate_pod_disruption_budget_status,
        reflect=reflect.reflect_pod_disruption_budget_status,
        health=health.interpret_pod_disruption_budget_health,
    ),
    ("autoscaling/v2", "HorizontalPodAutoscaler"): Handlers(
        aggregate=aggregate_phase.aggregate_horizontal_pod_autoscaler_status,
        reflect=reflect.reflect_horizontal_pod_autoscaler_status,
    ),
    ("multicluster.x-k8s.io/v1alpha1", "ServiceImport"): Handlers(dependencies=service_import_dependencies),
}

_ARTICLE_TEMPLATE: Final = at(*_TEMPLATE, find=article_pod_dependencies)

ARTICLE: Final[Registry] = {
    ("apps/v1", "Deployment"): Handlers(
        replica=replicas.workload_replica,
        revise=replicas.revise_workload_replica,
        aggregate=aggregate.article_deployment_status,
        reflect=reflect.article_deployment_status,
        dependencies=_ARTICLE_TEMPLATE,
    ),
    ("apps/v1", "StatefulSet"): Handlers(
        aggregate=aggregate.article_stateful_set_status,
        reflect=reflect.article_stateful_set_status,
        dependencies=_ARTICLE_TEMPLATE,
    ),
    ("apps/v1", "DaemonSet"): Handlers(
        aggregate=aggregate.article_daemon_set_status,
        reflect=reflect.article_daemon_set_status,
        dependencies=_ARTICLE_TEMPLATE,
    ),
    ("batch/v1", "Job"): NATIVE["batch/v1", "Job"].but(
        replica=replicas.parallelism,
        aggregate=aggregate_job.article_job_status,
        dependencies=_ARTICLE_TEMPLATE,
    ),
    ("v1", "Pod"): Handlers(
        retain=retain.retain_pod_fields, dependencies=at("spec", find=article_pod_dependencies)
    ),
    ("v1", "Service"): Handlers(
        retain=retain.retain_service_fields,
        aggregate=aggregate_load_balancer.article_service_status,
        reflect=reflect.reflect_service_status,
    ),
    ("v1", "ServiceAccount"): Handlers(retain=retain.retain_service_account_secrets),
    ("v1", "PersistentVolumeClaim"): Handlers(retain=retain.retain_persistent_volume_claim_fields),
    ("networking.k8s.io/v1", "Ingress"): Handlers(aggregate=aggregate_load_balancer.article_ingress_status),
}


def get(api_version: str, kind: str, edition: Edition = CURRENT) -> Handlers:
    """Who answers for a kind; nobody for a kind that Karmada has no rule for."""
    return (NATIVE if edition == CURRENT else ARTICLE).get((api_version, kind), NONE)


class NativeInterpreter:
    """Rules by kind as an ``Interpreter``. Raises InterpreterError where it has no rule."""

    def __init__(self, registry: Registry = NATIVE) -> None:
        self._registry = registry

    def _handlers(self, obj: Object) -> Handlers:
        return self._registry.get((obj.get("apiVersion", ""), obj.get("kind", "")), NONE)

    def hook_enabled(self, api_version: str, kind: str, operation: Operation) -> bool:
        handlers = self._registry.get((api_version, kind), NONE)
        match operation:
            case Operation.INTERPRET_STATUS:
                return True
            case Operation.INTERPRET_REPLICA:
                return handlers.replica is not None
            case Operation.REVISE_REPLICA:
                return handlers.revise is not None
            case Operation.RETAIN:
                return handlers.retain is not None
            case Operation.AGGREGATE_STATUS:
                return handlers.aggregate is not None
            case Operation.INTERPRET_DEPENDENCY:
                return handlers.dependencies is not None
            case Operation.INTERPRET_HEALTH:
                return handlers.health is not None
            case Operation.INTERPRET_COMPONENT:
                return handlers.components is not None

    def get_replicas(self, obj: Object) -> tuple[int, Object | None]:
        handler = self._handlers(obj).replica
        if handler is None:
            raise _not_found(obj, Operation.INTERPRET_REPLICA)
        return handler(obj)

    def get_components(self, obj: Object) -> list[Object]:
        handler = self._handlers(obj).components
        if handler is None:
            raise InterpreterError("interface GetComponents not implemented yet")
        return handler(obj)

    def revise_replica(self, obj: Object, replica: int) -> Object:
        handler = self._handlers(obj).revise
        if handler is None:
            raise _not_found(obj, Operation.REVISE_REPLICA)
        return handler(obj, replica)

    def retain(self, desired: Object, observed: Object) -> Object:
        handler = self._handlers(desired).retain
        if handler is None:
            raise _not_found(desired, Operation.RETAIN)
        return handler(desired, observed)

    def aggregate_status(self, obj: Object, items: Items, now: datetime) -> Object:
        handler = self._handlers(obj).aggregate
        if handler is None:
            raise _not_found(obj, Operation.AGGREGATE_STATUS)
        return handler(obj, items, now)

    def get_dependencies(self, obj: Object) -> list[Object]:
        handler = self._handlers(obj).dependencies
        if handler is None:
            raise InterpreterError(
                f"default interpreter for operation {Operation.INTERPRET_DEPENDENCY} not found"
            )
        return handler(obj)

    def reflect_status(self, obj: Object) -> Object | None:
        return (self._handlers(obj).reflect or reflect.reflect_whole_status)(obj)

    def interpret_health(self, obj: Object) -> bool:
        handler = self._handlers(obj).health
        if handler is None:
            raise _not_found(obj, Operation.INTERPRET_HEALTH)
        return handler(obj)


def _not_found(obj: Object, operation: Operation) -> InterpreterError:
    kind = describe(obj.get("apiVersion", ""), obj.get("kind", ""))
    return InterpreterError(f"default {operation} interpreter for {kind} not found")


@cache
def native(edition: Edition = CURRENT) -> NativeInterpreter:
    """The native interpreter of an edition, one for all."""
    return NativeInterpreter(NATIVE if edition == CURRENT else ARTICLE)
