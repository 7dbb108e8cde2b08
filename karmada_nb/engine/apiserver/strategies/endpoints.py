"""Endpoints and EndpointSlices.

Follows pkg/apis/core/v1/defaults.go, pkg/apis/discovery/v1/defaults.go, pkg/registry/core/endpoint and
pkg/registry/discovery/endpointslice.
"""

from __future__ import annotations

from karmada_nb.engine.apiserver.strategies.base import Builtin
from karmada_nb.engine.apiserver.strategies.filling import complete, drop, each, fill, filler, put
from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.apiserver.validation.endpoint_slices import validate_endpoints, validate_slice
from karmada_nb.engine.apiserver.validation.endpoints import validate_subsets
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object

_TCP = filler({"protocol": "TCP"})
_ZONE = "topology.kubernetes.io/zone"


class Endpoints(Builtin):
    allow_create_on_update = True
    judged = "subsets"

    def default(self, obj: Object) -> Object:
        return each(obj, "subsets", lambda subset: each(subset, "ports", _TCP))

    def validate(self, obj: Object) -> list[Cause]:
        return validate_subsets(obj.get("subsets") or [])


class EndpointSlice(Builtin):
    generational = True

    def default(self, obj: Object) -> Object:
        return each(obj, "ports", _default_port)

    def prepare_create(self, obj: Object) -> Object:
        return each(obj, "endpoints", _without_topology)

    def prepare_update(self, obj: Object, old: Object) -> Object:
        same = obj.get("endpoints") == old.get("endpoints")
        return obj if same else each(obj, "endpoints", _without_topology)

    def validate(self, obj: Object) -> list[Cause]:
        return validate_slice(obj) + validate_endpoints(obj)

    def validate_update(self, obj: Object, old: Object) -> list[Cause]:
        causes = validate_slice(obj)
        if obj.get("endpoints") != old.get("endpoints"):
            causes += validate_endpoints(obj)
        return causes + field.immutable("addressType", obj.get("addressType"), old.get("addressType"))

    def warnings(self, obj: Object, old: Object | None) -> list[str]:
        if obj.get("addressType") != "FQDN" or old is not None:
            return []
        return ["spec.addressType: FQDN endpoints are deprecated"]


def _default_port(port: Object) -> Object:
    """A name, and a protocol where none was said: an empty one was."""
    return complete(fill(port, {"name": ""}), {"protocol": "TCP"})


def _without_topology(endpoint: Object) -> Object:
    """The old labels are gone; the zone among them lives on in its own field."""
    zone = (endpoint.get("deprecatedTopology") or {}).get(_ZONE)
    endpoint = drop(endpoint, "deprecatedTopology")
    return put(endpoint, "zone", zone) if zone and endpoint.get("zone") is None else endpoint
