"""``resourceregistries.search.karmada.io`` as a resource of the Karmada API server."""

from typing import ClassVar, Final

from karmada_nb.engine.apiserver.crd import structural
from karmada_nb.engine.apiserver.crd.strategy import CustomStrategy
from karmada_nb.engine.apiserver.resource import Resource
from karmada_nb.engine.apiserver.schema.catalogue import ResourceInfo, Subresource
from karmada_nb.engine.apiserver.tables import table_for
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.karmada.admission.search import validate_resource_registry
from karmada_nb.engine.karmada.api.schema import facts, root_schema
from karmada_nb.engine.karmada.constants import Edition
from karmada_nb.engine.meta import Object

INFO: Final = ResourceInfo(
    group="search.karmada.io",
    version="v1alpha1",
    kind="ResourceRegistry",
    plural="resourceregistries",
    singular="resourceregistry",
    namespaced=False,
    subresources=(Subresource("status", "ResourceRegistry"),),
)


class ResourceRegistryStrategy(CustomStrategy):
    """The aggregated API's own checks stand in for a CRD's validation. No generation is counted."""

    generational: ClassVar[bool] = False
    allow_unconditional_update: ClassVar[bool] = True

    def validate(self, obj: Object) -> list[Cause]:
        return validate_resource_registry(obj)

    def validate_update(self, obj: Object, old: Object) -> list[Cause]:
        return validate_resource_registry(obj)

    def validate_status(self, obj: Object, old: Object) -> list[Cause]:
        return []


def resource_registry(edition: Edition) -> Resource:
    """The resource to add to the registry of a Karmada API server while karmada-search runs."""
    line = next(line for line in facts(edition) if line.get("aggregated") == INFO.kind)
    schema = structural.root(root_schema(line, line, edition))
    return Resource(
        info=INFO,
        schema=schema,
        strategy=ResourceRegistryStrategy(schema, True),
        table=table_for(INFO.group, INFO.kind),
        storage=f"{INFO.plural}.{INFO.group}",
        custom=True,
    )
