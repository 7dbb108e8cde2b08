"""The cluster status controller: whether a member is well, what it serves, and how much room it has.

Follows pkg/controllers/status/cluster_status_controller.go, and the same at v1.2. Every ten seconds, unless a
flag says otherwise, it asks one light question; the sums come from watches, and are only told when they
changed.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.karmada import constants as words
from karmada_nb.engine.karmada.controllers.channel import Channel
from karmada_nb.engine.karmada.controllers.cluster_readiness import (
    Condition,
    Thresholds,
    collection_failed,
    observed_condition,
)
from karmada_nb.engine.karmada.controllers.cluster_summary import Usage
from karmada_nb.engine.karmada.controllers.writing import update
from karmada_nb.engine.karmada.members import Health, Member
from karmada_nb.engine.karmada.plane import CLUSTERS, Plane
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.runtime.client import Unreachable
from karmada_nb.engine.runtime.controller import DONE, Result, Watch, itself
from karmada_nb.engine.runtime.informer import Event

_API_ENABLEMENTS: Final = words.CLUSTER_CONDITION_COMPLETE_API_ENABLEMENTS
_FAILURES: Final = (StatusError, Unreachable, TimeoutError)


class ClusterStatusController:
    """One key a Cluster in Push mode; the agents of the others report by themselves."""

    name = words.CLUSTER_STATUS_CONTROLLER

    def __init__(self, plane: Plane) -> None:
        self._plane = plane
        self._client = plane.client_as(self.name)
        self._clusters = plane.informers(*CLUSTERS)
        self._thresholds = Thresholds(plane.options.timers, article=plane.article)
        self._timers = plane.options.timers
        self._usage: dict[str, Usage] = {}
        self._channel = Channel()
        plane.members.on_change(self._reconnected)

    def watches(self) -> Iterable[Watch]:
        yield Watch(self._clusters, _started_or_changed)
        yield Watch(self._channel, itself)

    async def reconcile(self, key: Key) -> Result:
        cluster = self._clusters.get(key)
        if cluster is None:
            self._thresholds.forget(key.name)
            self._forget(key.name)
            return DONE
        if meta.dig(cluster, "spec", "syncMode") != "Push":
            return DONE
        if words.CLUSTER_CONTROLLER_FINALIZER not in meta.finalizers(cluster):
            return DONE  # The cluster controller comes first; its write brings the key back.
        now = self._plane.clock.monotonic()
        try:
            member = self._plane.members.get(key.name)
        except StatusError as error:
            observed, member = collection_failed(error.message), None
            health = Health(online=False, healthy=False)
        else:
            health = Health(False, False) if member is None else await member.health()
            observed = observed_condition(health)
        ready = self._thresholds.adjust(cluster, observed, now)
        changes: Object = {}
        conditions: list[tuple[str, Condition]] = []
        if member is not None and health.healthy and (ready.status == "True" or self._plane.article):
            changes = await self._collect(cluster, member, conditions)
        conditions.append((words.CLUSTER_CONDITION_READY, ready))
        await self._write(key, changes, conditions)
        if "resourceSummary" in changes:
            self._usage[key.name].dirty = False
        return Result(self._timers.status_update)

    async def _collect(
        self, cluster: Object, member: Member, conditions: list[tuple[str, Condition]]
    ) -> Object:
        """The parts of the status that differ from what the Cluster says."""
        status = cluster.get("status") or {}
        found: Object = {}
        try:
            found["kubernetesVersion"] = await member.version()
        except _FAILURES:
            found["kubernetesVersion"] = ""
        served, complete = await self._served(member)
        found["apiEnablements"] = served
        if not self._plane.article:
            conditions.append((_API_ENABLEMENTS, _enablements_condition(served, complete)))
        try:
            usage = self._following(meta.name(cluster), member)
        except _FAILURES:
            usage = None
        if usage is not None and (usage.dirty or "resourceSummary" not in status):
            models = meta.dig(cluster, "spec", "resourceModels", default=[])
            nodes, resources = usage.summary(models, modeled=not self._plane.article)
            found |= {"nodeSummary": nodes, "resourceSummary": resources}
        return found

    async def _served(self, member: Member) -> tuple[list[Object], bool]:
        try:
            return await member.api_enablements()
        except _FAILURES:
            return [], False

    async def _write(self, key: Key, changes: Object, conditions: list[tuple[str, Condition]]) -> None:
        now = self._plane.clock.now()

        def said(latest: Object) -> Object:
            status = latest.get("status") or {}
            standing = status.get("conditions") or []
            told = standing
            for kind, condition in conditions:
                known = meta.condition(latest, kind)
                if known is None or any(known.get(f) != v for f, v in condition._asdict().items()):
                    told = meta.set_condition(told, kind, *condition, now)
            differing = {field: value for field, value in changes.items() if status.get(field) != value}
            if told is standing and not differing:
                return latest
            return {**latest, "status": {**status, **differing, "conditions": told}}

        await update(self._client, CLUSTERS, self._clusters, key, said, "status")

    def _following(self, cluster: str, member: Member) -> Usage:
        usage = self._usage.get(cluster)
        if usage is None or usage.member is not member:
            self._forget(cluster)
            usage = self._usage[cluster] = Usage(member)
        return usage

    def _forget(self, cluster: str) -> None:
        usage = self._usage.pop(cluster, None)
        if usage is not None:
            usage.close()

    def _reconnected(self, cluster: str) -> None:
        self._forget(cluster)
        self._channel.send(Key("", cluster))


def _enablements_condition(served: list[Object], complete: bool) -> Condition:
    if not served:
        return Condition("False", "Empty", "collected empty APIEnablements from the cluster")
    if not complete:
        message = f"might collect partial APIEnablements({len(served)}) from the cluster"
        return Condition("False", "Partial", message)
    return Condition("True", "Complete", "collected complete APIEnablements from the cluster")


def _started_or_changed(event: Event) -> Iterable[Key]:
    """New clusters once they are held, changed specs, and clusters that are gone."""
    old, new = event.old, event.new
    if old is None or new is None:
        return itself(event)
    same = meta.finalizers(old) == meta.finalizers(new) and old.get("spec") == new.get("spec")
    return () if same else itself(event)
