"""FederatedResourceQuotas: a ResourceQuota in each cluster that has an assignment, and what is used in all.

Follows pkg/controllers/federatedresourcequota. v1.2 gave every cluster one, an
empty one where nothing was assigned, told no events and enforced nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.karmada import constants as words
from karmada_nb.engine.karmada.admission.quota_enforcement import added_up, resource_usage, used_by
from karmada_nb.engine.karmada.controllers.system_work import ensure_system_work, system_work
from karmada_nb.engine.karmada.controllers.writing import update
from karmada_nb.engine.karmada.gates import FEDERATED_QUOTA_ENFORCEMENT
from karmada_nb.engine.karmada.names import generate_execution_space_name, get_cluster_name
from karmada_nb.engine.karmada.plane import BINDINGS, CLUSTERS, WORKS, Plane
from karmada_nb.engine.karmada.work import WorkError
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.runtime.client import Resource
from karmada_nb.engine.runtime.controller import DONE, Result, Retry, Watch, itself
from karmada_nb.engine.runtime.informer import Event

QUOTAS: Final = Resource("policy.karmada.io", "v1alpha1", "federatedresourcequotas")
_INDEX: Final = "federatedResourceQuota"


class QuotaSync:
    """Works with the ResourceQuotas of ``staticAssignments``."""

    name = "federated-resource-quota-sync-controller"

    def __init__(self, plane: Plane) -> None:
        self._plane = plane
        self._client = plane.client_as(self.name)
        self._recorder = plane.recorder(self.name)
        self._quotas = plane.informers(*QUOTAS)
        self._clusters = plane.informers(*CLUSTERS)
        self._works = plane.informers(*WORKS)
        self._works.add_index(_INDEX, _quota_of)

    def watches(self) -> Iterable[Watch]:
        yield Watch(self._quotas, _assignments_changed)
        yield Watch(self._clusters, self._cluster_came)

    async def reconcile(self, key: Key) -> Result:
        quota = self._quotas.get(key)
        wanted = {} if quota is None else self._wanted(quota)
        spaces = {generate_execution_space_name(cluster) for cluster in wanted}
        for work in self._works.by_index(_INDEX, str(key)):
            if meta.namespace(work) not in spaces and not meta.deleting(work):
                await self._client.delete(WORKS, meta.name(work), meta.namespace(work), uid=meta.uid(work))
        if quota is None:
            return DONE
        try:
            for cluster, hard in wanted.items():
                if self._clusters.get(Key("", cluster)) is not None:
                    await self._ensure(quota, cluster, hard)
        except (StatusError, WorkError) as error:
            reason = words.EVENT_REASON_SYNC_FEDERATED_RESOURCE_QUOTA_FAILED
            await self._tell(quota, "Warning", reason, str(error))
            raise Retry(str(error)) from error
        message = f"Sync works for FederatedResourceQuota({key}) succeed."
        reason = words.EVENT_REASON_SYNC_FEDERATED_RESOURCE_QUOTA_SUCCEED
        await self._tell(quota, "Normal", reason, message)
        return DONE

    def _wanted(self, quota: Object) -> dict[str, Object]:
        """By cluster, the hard limits of its ResourceQuota."""
        assigned = _assignments(quota)
        if not self._plane.article:
            return assigned
        return {meta.name(c): assigned.get(meta.name(c), {}) for c in self._clusters.items()}

    async def _tell(self, quota: Object, kind: str, reason: str, message: str) -> None:
        if not self._plane.article:
            await self._recorder.event(quota, kind, reason, message)

    async def _ensure(self, quota: Object, cluster: str, hard: Object) -> None:
        metadata = {"namespace": meta.namespace(quota), "name": meta.name(quota)}
        manifest: Object = {
            "apiVersion": "v1",
            "kind": "ResourceQuota",
            "metadata": metadata,
            "spec": {"hard": hard} if hard else {},
        }
        marks = {
            words.FEDERATED_RESOURCE_QUOTA_NAMESPACE_LABEL: meta.namespace(quota),
            words.FEDERATED_RESOURCE_QUOTA_NAME_LABEL: meta.name(quota),
        }
        work = system_work(self._plane, cluster, manifest, quota)
        wanted = meta.with_metadata(work, labels=marks, ownerReferences=None)
        await ensure_system_work(self._plane, self._client, wanted)

    def _cluster_came(self, event: Event) -> Iterable[Key]:
        if event.old is not None:
            return ()
        name = meta.name(event.object)
        return [meta.key(quota) for quota in self._quotas.items() if name in self._wanted(quota)]


class QuotaStatus:
    """What the members' ResourceQuotas report. Without enforcement it is also what is used in all."""

    name = "federated-resource-quota-status-controller"

    def __init__(self, plane: Plane) -> None:
        self._article = plane.article
        self._enforced = not plane.article and plane.gate(FEDERATED_QUOTA_ENFORCEMENT)
        self._client = plane.client_as(self.name)
        self._recorder = plane.recorder(self.name)
        self._quotas = plane.informers(*QUOTAS)
        self._works = plane.informers(*WORKS)
        self._works.add_index(_INDEX, _quota_of)

    def watches(self) -> Iterable[Watch]:
        yield Watch(self._quotas, _spec_changed)
        yield Watch(self._works, _work_reported)

    async def reconcile(self, key: Key) -> Result:
        reported = _reported(self._works.by_index(_INDEX, str(key)))

        def collected(quota: Object) -> Object:
            status: Object = {**(quota.get("status") or {}), "aggregatedStatus": reported}
            if not self._enforced:
                status["overall"] = meta.dig(quota, "spec", "overall", default={})
                status["overallUsed"] = added_up(item.get("used") or {} for item in reported)
            return meta.replace(quota, ("status",), {k: v for k, v in status.items() if v})

        written = await update(self._client, QUOTAS, self._quotas, key, collected, "status")
        if written is not None and not self._article:
            reason = words.EVENT_REASON_COLLECT_FEDERATED_RESOURCE_QUOTA_STATUS_SUCCEED
            message = f"Collect status of FederatedResourceQuota({key}) succeed."
            await self._recorder.event(written, "Normal", reason, message)
        return DONE


class QuotaEnforcement:
    """What the bindings of a namespace take of its quotas.

    Upstream's webhook notes down what it lets in; here the webhook adds the bindings up itself, and the
    status follows from the bindings as well.
    """

    name = "federated-resource-quota-enforcement-controller"

    def __init__(self, plane: Plane) -> None:
        self._client = plane.client_as(self.name)
        self._recorder = plane.recorder(self.name)
        self._quotas = plane.informers(*QUOTAS)
        self._bindings = plane.informers(*BINDINGS)

    def watches(self) -> Iterable[Watch]:
        yield Watch(self._quotas, _spec_changed)
        yield Watch(self._bindings, self._usage_changed)

    async def reconcile(self, key: Key) -> Result:
        bindings = self._bindings.items(key.namespace)

        def counted(quota: Object) -> Object:
            overall = meta.dig(quota, "spec", "overall", default={})
            status: Object = {**(quota.get("status") or {}), "overall": overall}
            status["overallUsed"] = used_by(bindings, overall)
            return meta.replace(quota, ("status",), {k: v for k, v in status.items() if v})

        written = await update(self._client, QUOTAS, self._quotas, key, counted, "status")
        if written is not None:
            reason = words.EVENT_REASON_COLLECT_FEDERATED_RESOURCE_QUOTA_OVERALL_STATUS_SUCCEED
            message = f"Collect status of FederatedResourceQuota({key}) succeed."
            await self._recorder.event(written, "Normal", reason, message)
        return DONE

    def _usage_changed(self, event: Event) -> Iterable[Key]:
        before, after = (resource_usage(binding) if binding is not None else {} for binding in event)
        if before == after:
            return ()
        return [meta.key(quota) for quota in self._quotas.items(meta.namespace(event.object))]


def _assignments(quota: Object) -> dict[str, Object]:
    """By cluster, the hard limits; the first assignment of a cluster counts."""
    found: dict[str, Object] = {}
    for assignment in meta.dig(quota, "spec", "staticAssignments", default=[]):
        if assignment.get("hard") is not None:
            found.setdefault(assignment["clusterName"], assignment["hard"])
    return found


def _reported(works: Iterable[Object]) -> list[Object]:
    items: list[Object] = []
    for work in works:
        applied = meta.condition(work, "Applied") or {}
        manifests = meta.dig(work, "status", "manifestStatuses", default=[])
        if applied.get("status") == "True" and manifests:
            status = manifests[0].get("status") or {}
            items.append({"clusterName": get_cluster_name(meta.namespace(work)), **status})
    return sorted(items, key=lambda item: str(item["clusterName"]))


def _quota_of(work: Object) -> Iterable[str]:
    labels = meta.labels(work)
    name = labels.get(words.FEDERATED_RESOURCE_QUOTA_NAME_LABEL)
    namespace = labels.get(words.FEDERATED_RESOURCE_QUOTA_NAMESPACE_LABEL, "")
    return [str(Key(namespace, name))] if name else ()


def _work_reported(event: Event) -> Iterable[Key]:
    labels = meta.labels(event.object)
    name = labels.get(words.FEDERATED_RESOURCE_QUOTA_NAME_LABEL)
    if not name or (event.old and event.new and event.old.get("status") == event.new.get("status")):
        return ()
    return [Key(labels.get(words.FEDERATED_RESOURCE_QUOTA_NAMESPACE_LABEL, ""), name)]


def _assignments_changed(event: Event) -> Iterable[Key]:
    if event.old is not None and event.new is not None and _assignments(event.old) == _assignments(event.new):
        return ()
    return itself(event)


def _spec_changed(event: Event) -> Iterable[Key]:
    if event.new is None or (event.old is not None and event.old.get("spec") == event.new.get("spec")):
        return ()
    return itself(event)
