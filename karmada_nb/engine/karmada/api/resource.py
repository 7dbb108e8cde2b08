"""``clusters.cluster.karmada.io`` as a resource of the Karmada API server."""

from datetime import datetime
from typing import Any, ClassVar, Final

from karmada_nb.engine.apiserver.crd import structural
from karmada_nb.engine.apiserver.crd.misfit import misfit, without_nulls
from karmada_nb.engine.apiserver.crd.strategy import CustomStrategy
from karmada_nb.engine.apiserver.resource import Resource, Table
from karmada_nb.engine.apiserver.schema.catalogue import ResourceInfo, Subresource
from karmada_nb.engine.apiserver.schema.strict import cannot_be_handled
from karmada_nb.engine.apiserver.tables.cells import age
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.karmada.admission import cluster as rules
from karmada_nb.engine.karmada.api.cluster import cluster_cells, cluster_columns, cluster_schema
from karmada_nb.engine.karmada.constants import CURRENT, Edition
from karmada_nb.engine.meta import Object
from karmada_nb.engine.runtime.clock import Clock

GROUP: Final = "cluster.karmada.io"
PROXY: Final = Subresource(
    "proxy", "ClusterProxyOptions", ("create", "delete", "get", "patch", "update"), GROUP, "v1alpha1"
)


class ClusterStrategy(CustomStrategy):
    """The aggregated API's own preparation and checks stand in for a CRD's validation.

    Every ``prepare_`` raises StatusError (400) for what cannot be read as a Cluster. v1.2 counted no
    generations.
    """

    allow_unconditional_update: ClassVar[bool] = True

    def __init__(self, edition: Edition) -> None:
        self._type = structural.root(cluster_schema(edition))
        super().__init__(self._type, True)
        self.generational = edition == CURRENT  # type: ignore[misc]
        self._edition = edition

    def prepare_create(self, obj: Object) -> Object:
        return rules.prepare_for_create(super().prepare_create(self._read(obj)), self._edition)

    def prepare_update(self, obj: Object, old: Object) -> Object:
        return rules.prepare_for_update(super().prepare_update(self._read(obj), old), old, self._edition)

    def prepare_status(self, obj: Object, old: Object) -> Object:
        return super().prepare_status(self._read(obj), old)

    def _read(self, obj: Object) -> Object:
        why = misfit(self._type, obj)
        if why:
            raise cannot_be_handled("Cluster", "v1alpha1", why)
        read: Object = without_nulls(self._type, obj)
        return read

    def validate_name(self, name: str) -> list[str]:
        return rules.cluster_name_complaints(name)

    def validate(self, obj: Object) -> list[Cause]:
        return rules.validate_cluster(obj)

    def validate_update(self, obj: Object, old: Object) -> list[Cause]:
        return rules.validate_cluster(obj)

    def validate_status(self, obj: Object, old: Object) -> list[Cause]:
        return []


def cluster_resource(edition: Edition, clock: Clock) -> Resource:
    """The resource to add to the registry of a Karmada API server."""

    def cells(obj: Object, now: datetime) -> list[Any]:
        return list(cluster_cells(obj, age(obj, now), edition))

    info = ResourceInfo(
        group=GROUP,
        version="v1alpha1",
        kind="Cluster",
        plural="clusters",
        singular="cluster",
        namespaced=False,
        subresources=(PROXY, Subresource("status", "Cluster")),
    )
    return Resource(
        info=info,
        schema=structural.root(cluster_schema(edition)),
        strategy=ClusterStrategy(edition),
        table=Table(cluster_columns(edition), cells),
        storage="clusters.cluster.karmada.io",
        custom=True,
        to_storage=lambda cluster: rules.canonicalize(cluster, clock.now(), edition),
    )
