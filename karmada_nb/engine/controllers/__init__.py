"""The controllers of one cluster, one file or folder each: what kube-controller-manager runs."""

from karmada_nb.engine.controllers.context import Context
from karmada_nb.engine.controllers.deployment import DeploymentController
from karmada_nb.engine.controllers.endpoints import EndpointsController, EndpointSliceController
from karmada_nb.engine.controllers.replicaset import ReplicaSetController
from karmada_nb.engine.controllers.serviceaccount import ServiceAccountController
from karmada_nb.engine.runtime.controller import Controller


def workload_controllers(context: Context) -> list[Controller]:
    """Those of a cluster that runs workloads; what every API needs behind it is in ``Cluster``."""
    return [
        DeploymentController(context),
        ReplicaSetController(context),
        EndpointSliceController(context),
        EndpointsController(context),
        ServiceAccountController(context),
    ]
