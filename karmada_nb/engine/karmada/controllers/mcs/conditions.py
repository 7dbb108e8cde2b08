"""What the two controllers of a MultiClusterService ask clusters, and say on its status."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.karmada import constants as words
from karmada_nb.engine.karmada.controllers.cluster_state import is_ready, serves_differently
from karmada_nb.engine.karmada.controllers.writing import update
from karmada_nb.engine.karmada.scheduler.api_enablement import api_enabled
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.runtime.client import Client, Resource
from karmada_nb.engine.runtime.informer import Event, Informer

MULTI_CLUSTER_SERVICES: Final = Resource("networking.karmada.io", "v1alpha1", "multiclusterservices")


def hindrance(cluster: Object | None, role: str, name: str, what: str) -> tuple[str, str] | None:
    """Reason and message of the event where ``what`` cannot be propagated to a Provider or Consumer."""
    if cluster is None:
        return words.EVENT_REASON_CLUSTER_NOT_FOUND, f"{role} cluster {name} is not found"
    if not is_ready(cluster):
        message = f"{role} cluster {name} is not ready, skip to propagate {what}"
        return words.EVENT_REASON_SYNC_SERVICE_FAILED, message
    complete = (meta.condition(cluster, words.CLUSTER_CONDITION_COMPLETE_API_ENABLEMENTS) or {}).get("status")
    if complete == "True" and not api_enabled(cluster, "discovery.k8s.io/v1", "EndpointSlice"):
        return words.EVENT_REASON_API_INCOMPATIBLE, f"{role} cluster {name} does not support EndpointSlice"
    return None


def cluster_matters(event: Event) -> bool:
    """Whether a cluster came, went, or changed in what providers and consumers are asked."""
    old, new = event
    if old is None or new is None:
        return True
    return is_ready(old) != is_ready(new) or serves_differently(old, new)


async def say(
    client: Client, services: Informer, key: Key, condition: tuple[str, str, str, str], now: datetime
) -> None:
    """Set a condition: its type, status, reason and message."""

    def said(service: Object) -> Object:
        standing = meta.dig(service, "status", "conditions", default=[])
        wanted = meta.set_condition(standing, *condition, now)
        return service if wanted == standing else meta.replace(service, ("status", "conditions"), wanted)

    await update(client, MULTI_CLUSTER_SERVICES, services, key, said, "status")
