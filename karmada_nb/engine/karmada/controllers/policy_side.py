"""The half of Karmada's controllers that goes from policies to Works."""

from __future__ import annotations

from collections.abc import Iterator

from karmada_nb.engine.karmada.controllers.autoscaling import (
    CronFederatedHPAController,
    FederatedHPAController,
)
from karmada_nb.engine.karmada.controllers.binding import BindingController
from karmada_nb.engine.karmada.controllers.claims import Claims
from karmada_nb.engine.karmada.controllers.dependencies import DependenciesDistributor
from karmada_nb.engine.karmada.controllers.descheduler import Descheduler
from karmada_nb.engine.karmada.controllers.detector import Detector
from karmada_nb.engine.karmada.controllers.estimators import Estimators
from karmada_nb.engine.karmada.controllers.policies import PolicyController
from karmada_nb.engine.karmada.controllers.policy_book import CLUSTER_POLICY, POLICY, PolicyBook
from karmada_nb.engine.karmada.controllers.replicas_syncer import ReplicasSyncer
from karmada_nb.engine.karmada.controllers.scale_targets import ScaleTargetMarker
from karmada_nb.engine.karmada.controllers.scheduler import Scheduler
from karmada_nb.engine.karmada.controllers.templates import Templates
from karmada_nb.engine.karmada.controllers.waiting import Waiting
from karmada_nb.engine.karmada.controllers.workload_rebalancer import WorkloadRebalancer
from karmada_nb.engine.karmada.gates import PROPAGATE_DEPS
from karmada_nb.engine.karmada.options import DEPLOYMENT_REPLICAS_SYNCER, HPA_SCALE_TARGET_MARKER
from karmada_nb.engine.karmada.plane import Plane
from karmada_nb.engine.runtime.controller import Controller


def policy_side(plane: Plane) -> Iterator[Controller]:
    """The controllers, in the order in which an application passes through them.

    The order matters for speed alone: of several that hear of a change the first started works first, and
    what it writes spares the next a second pass.
    """
    templates = Templates(plane)
    claims = Claims(plane, templates)
    waiting = Waiting()
    policies = PolicyBook(plane)
    detector = Detector(plane, templates, claims, waiting, policies)
    yield detector
    for kind in (POLICY, CLUSTER_POLICY):
        yield PolicyController(plane, kind, detector, templates, claims, waiting, policies)
    if plane.article:
        yield Scheduler(plane, claims)
    else:
        estimators = Estimators(plane)
        yield estimators
        yield Scheduler(plane, claims, estimators if plane.options.scheduler_estimator else None)
        yield Descheduler(plane, estimators)
    yield BindingController(plane, templates, namespaced=True)
    yield BindingController(plane, templates, namespaced=False)
    if plane.article:
        return
    if plane.gate(PROPAGATE_DEPS):
        yield DependenciesDistributor(plane, templates)
    yield WorkloadRebalancer(plane)
    yield FederatedHPAController(plane)
    yield CronFederatedHPAController(plane)
    if plane.options.runs(HPA_SCALE_TARGET_MARKER):
        yield ScaleTargetMarker(plane)
    if plane.options.runs(DEPLOYMENT_REPLICAS_SYNCER):
        yield ReplicasSyncer(plane)
