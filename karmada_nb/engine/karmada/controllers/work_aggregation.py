"""From the statuses of a binding's Works to the status of the binding.

Follows pkg/util/helper/workstatus.go; v1.2 aggregated no health.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from karmada_nb.engine import meta
from karmada_nb.engine.karmada import constants as words
from karmada_nb.engine.karmada.controllers.work_origin import manifest_index
from karmada_nb.engine.karmada.names import get_cluster_name
from karmada_nb.engine.meta import Object


class NoSuchManifest(Exception):
    """A Work does not carry what its binding is about."""


def assemble_work_status(works: Iterable[Object], reference: Object, *, article: bool) -> list[Object]:
    """``status.aggregatedStatus``: an item a Work that is not being deleted, by cluster.

    ``reference`` is the binding's ``spec.resource``. Raises NoSuchManifest.
    """
    like = {
        "apiVersion": reference.get("apiVersion"),
        "kind": reference.get("kind"),
        "metadata": {"name": reference.get("name", ""), "namespace": reference.get("namespace", "")},
    }
    items = []
    for work in works:
        if meta.deleting(work):
            continue
        at = manifest_index(work, like)
        if at < 0:
            raise NoSuchManifest("no such manifest exist")
        items.append(_item(work, at, like, article=article))
    return sorted(items, key=lambda item: str(item["clusterName"]))


def _item(work: Object, at: int, like: Object, *, article: bool) -> Object:
    condition = meta.condition(work, words.WORK_APPLIED) or {}
    item: Object = {"clusterName": get_cluster_name(meta.namespace(work))}
    if not article:
        item["health"] = words.RESOURCE_UNKNOWN
    if condition.get("status") != "True":
        return {**item, "appliedMessage": condition["message"]} if condition.get("message") else item
    item["applied"] = True
    for status in meta.dig(work, "status", "manifestStatuses", default=[]):
        if _identifies(status["identifier"], at, like):
            if status.get("status") is not None:
                item["status"] = status["status"]
            if not article:
                item["health"] = status.get("health") or words.RESOURCE_UNKNOWN
            break
    return item


def _identifies(identifier: Object, at: int, like: Object) -> bool:
    group, version = meta.group_version(like["apiVersion"])
    return bool(
        identifier.get("ordinal", 0) == at
        and identifier.get("group", "") == group
        and identifier.get("version", "") == version
        and identifier.get("kind", "") == like["kind"]
        and identifier.get("namespace", "") == meta.namespace(like)
        and identifier.get("name", "") == meta.name(like)
    )


def existing_clusters(spec: Object, *, article: bool) -> set[str]:
    """Where the binding's resource is to be found: also where it is only leaving, unless it is purged."""
    found = {target["name"] for target in spec.get("clusters") or ()}
    for snapshot in spec.get("requiredBy") or ():
        found |= {target["name"] for target in snapshot.get("clusters") or ()}
    if not article:
        for task in spec.get("gracefulEvictionTasks") or ():
            if task.get("purgeMode") != "Directly":
                found.add(task["fromCluster"])
    return found


def fully_applied(items: list[Object], clusters: set[str]) -> bool:
    """Whether each of the clusters, and no other, reports its Work applied."""
    return (
        bool(clusters)
        and len(items) == len(clusters)
        and all(item.get("applied") and item["clusterName"] in clusters for item in items)
    )


def with_aggregated(binding: Object, items: list[Object], now: datetime, *, article: bool) -> Object:
    """The binding with this status; the same binding where it says so already."""
    status = binding.get("status") or {}
    conditions = status.get("conditions") or []
    full = fully_applied(items, existing_clusters(binding.get("spec") or {}, article=article))
    said = (
        ("True", words.FULLY_APPLIED_SUCCESS_REASON, words.FULLY_APPLIED_SUCCESS_MESSAGE)
        if full
        else ("False", words.FULLY_APPLIED_FAILED_REASON, words.FULLY_APPLIED_FAILED_MESSAGE)
    )
    standing = meta.condition(binding, words.FULLY_APPLIED)
    if standing is None or standing.get("status") != said[0] or standing.get("reason") != said[1]:
        conditions = meta.set_condition(conditions, words.FULLY_APPLIED, *said, now)
        if article and standing is None:
            # v1.2 says it before the scheduler has said anything.
            conditions = [conditions[-1], *conditions[:-1]]
    elif (status.get("aggregatedStatus") or []) == items:
        return binding
    return {**binding, "status": {**status, "aggregatedStatus": items, "conditions": conditions}}
