"""The built-in resources, made of the catalogue's facts, the schemas and each kind's strategy."""

from collections.abc import Iterable
from typing import Final

from karmada_nb.engine.apiserver.conversion import convert_for
from karmada_nb.engine.apiserver.resource import Resource
from karmada_nb.engine.apiserver.schema import builtin
from karmada_nb.engine.apiserver.schema.catalogue import ResourceInfo
from karmada_nb.engine.apiserver.strategies import scale_for, selectable_fields, strategy_for
from karmada_nb.engine.apiserver.tables import table_for
from karmada_nb.engine.errors import qualified

_SHARED = {("events.k8s.io", "events"): "events"}
"""Resources of two groups whose objects are the same."""


_DEPRECATED: Final = {
    ("", "endpoints"): (
        33,
        "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice",
    ),
    ("", "componentstatuses"): (19, "v1 ComponentStatus is deprecated in v1.19+"),
}
"""Since which minor version, and what is said of it."""


def resources(catalogue: Iterable[ResourceInfo], minor: int = 36) -> list[Resource]:
    """A ``Resource`` for each resource that is stored; the others (reviews, bindings) only act.

    ``minor`` is the server's minor version: what it calls deprecated depends on it, and a few rules.
    """
    return [_resource(info, minor) for info in catalogue if "list" in info.verbs]


def _resource(info: ResourceInfo, minor: int) -> Resource:
    since, warning = _DEPRECATED.get((info.group, info.plural), (minor + 1, ""))
    storage = _SHARED.get((info.group, info.plural)) or qualified(info.group, info.plural)
    from_storage, to_storage = convert_for(info.group, info.version, info.kind)
    return Resource(
        info=info,
        schema=builtin.resource(info.group, info.version, info.kind),
        strategy=strategy_for(info.group, info.kind, minor),
        table=table_for(info.group, info.kind),
        storage=storage,
        scale=scale_for(info.group, info.kind),
        from_storage=from_storage,
        to_storage=to_storage,
        selectable=selectable_fields(info.group, info.kind),
        deprecation=warning if minor >= since else "",
    )
