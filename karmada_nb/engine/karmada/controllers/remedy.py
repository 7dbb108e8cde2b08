"""The remedy controller: what is to be done about clusters in the state that Remedies describe.

Follows pkg/controllers/remediation. v1.2 had no such thing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.controllers.writing import update
from karmada_nb.engine.karmada.plane import CLUSTERS, Plane
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.runtime.client import Resource
from karmada_nb.engine.runtime.controller import DONE, Result, Watch, itself
from karmada_nb.engine.runtime.informer import Event

REMEDIES: Final = Resource("remedy.karmada.io", "v1alpha1", "remedies")


class RemedyController:
    """Keys are Clusters; their ``status.remedyActions`` are those of all Remedies that match."""

    name = "remedy-controller"

    def __init__(self, plane: Plane) -> None:
        self._client = plane.client_as(self.name)
        self._clusters = plane.informers(*CLUSTERS)
        self._remedies = plane.informers(*REMEDIES)

    def watches(self) -> Iterable[Watch]:
        yield Watch(self._clusters, _state_changed)
        yield Watch(self._remedies, self._clusters_of)

    async def reconcile(self, key: Key) -> Result:
        cluster = self._clusters.get(key)
        if cluster is None or meta.deleting(cluster):
            return DONE
        remedies = self._remedies.items()

        def remedied(latest: Object) -> Object:
            actions = actions_for(latest, remedies)
            status = latest.get("status") or {}
            if actions == (status.get("remedyActions") or []):
                return latest
            rest = meta.without(status, ["remedyActions"])
            return {**latest, "status": {**rest, "remedyActions": actions} if actions else rest}

        await update(self._client, CLUSTERS, self._clusters, key, remedied, "status")
        return DONE

    def _clusters_of(self, event: Event) -> Iterable[Key]:
        names: set[str] = set()
        for remedy in event:
            affinity = meta.dig(remedy or {}, "spec", "clusterAffinity")
            if remedy is not None and affinity is None:
                return [meta.key(cluster) for cluster in self._clusters.items()]
            names |= set((affinity or {}).get("clusterNames") or ())
        return [Key("", name) for name in sorted(names)]


def actions_for(cluster: Object, remedies: Iterable[Object]) -> list[str]:
    """The actions of every Remedy that concerns the cluster as it is, each once, by name."""
    conditions = meta.dig(cluster, "status", "conditions", default=[])
    actions: set[str] = set()
    for remedy in remedies:
        spec = remedy.get("spec") or {}
        affinity = spec.get("clusterAffinity")
        if affinity is not None and meta.name(cluster) not in (affinity.get("clusterNames") or ()):
            continue
        if _decided(spec.get("decisionMatches"), conditions):
            actions |= set(spec.get("actions") or ())
    return sorted(actions)


def _decided(matches: list[Object] | None, conditions: list[Object]) -> bool:
    """Whether one of the matches holds; a Remedy without any acts at once."""
    if matches is None:
        return True
    status = {condition.get("type"): condition.get("status") for condition in conditions}
    for match in matches:
        wanted = match.get("clusterConditionMatch")
        if wanted is None or wanted.get("conditionType") not in status:
            continue
        same = status[wanted["conditionType"]] == wanted.get("conditionStatus")
        if same is (wanted.get("operator") == "Equal"):
            return True
    return False


def _state_changed(event: Event) -> Iterable[Key]:
    if event.old is None or event.new is None:
        return ()
    for field in ("conditions", "remedyActions"):
        if meta.dig(event.old, "status", field) != meta.dig(event.new, "status", field):
            return itself(event)
    return ()
