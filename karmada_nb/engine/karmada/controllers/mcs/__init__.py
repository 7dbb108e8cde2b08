"""The controllers of services of several clusters. What they decide is in ``karmada.mcs``."""

from collections.abc import Iterator

from karmada_nb.engine.karmada.controllers.mcs.collector import EndpointSliceCollector
from karmada_nb.engine.karmada.controllers.mcs.dispatch import EndpointSliceDispatchController
from karmada_nb.engine.karmada.controllers.mcs.endpointslice import EndpointSliceController
from karmada_nb.engine.karmada.controllers.mcs.multiclusterservice import MultiClusterServiceController
from karmada_nb.engine.karmada.controllers.mcs.service_import import ServiceImportController
from karmada_nb.engine.karmada.gates import MULTI_CLUSTER_SERVICE
from karmada_nb.engine.karmada.mcs import collected
from karmada_nb.engine.karmada.plane import Plane
from karmada_nb.engine.runtime.controller import Controller


def service_controllers(plane: Plane) -> Iterator[Controller]:
    """Exports and imports in both editions; MultiClusterServices with their feature gate."""
    yield EndpointSliceCollector(plane, "service-export-controller", collected.SERVICE_EXPORT)
    yield EndpointSliceController(plane)
    yield ServiceImportController(plane)
    if not plane.article and plane.gate(MULTI_CLUSTER_SERVICE):
        yield MultiClusterServiceController(plane)
        yield EndpointSliceCollector(
            plane, "endpointslice-collect-controller", collected.MULTI_CLUSTER_SERVICE
        )
        yield EndpointSliceDispatchController(plane)
