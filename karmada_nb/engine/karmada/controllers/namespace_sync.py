"""The namespace sync controller: a namespace of Karmada is in every member.

Follows pkg/controllers/namespace/namespace_sync_controller.go; v1.2 applied no overrides and knew no label to
leave a namespace out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.karmada import constants as words
from karmada_nb.engine.karmada.controllers.system_work import ensure_system_work, system_work
from karmada_nb.engine.karmada.names import (
    NAMESPACE_DEFAULT,
    generate_execution_space_name,
    is_reserved_namespace,
)
from karmada_nb.engine.karmada.override import ApplyOverridesError
from karmada_nb.engine.karmada.plane import CLUSTER_OVERRIDES, CLUSTERS, NAMESPACES, Plane
from karmada_nb.engine.karmada.work_common import WorkError, applied_annotations, override_for
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.runtime.controller import DONE, Result, Retry, Watch, itself
from karmada_nb.engine.runtime.informer import Event

SKIPPED: Final = re.compile("kube-.*")
"""The flag --skipped-propagating-namespaces."""
_INDEX: Final = "overrides-namespaces"


class NamespaceSyncController:
    """One key a namespace."""

    name = words.NAMESPACE_SYNC_CONTROLLER

    def __init__(self, plane: Plane) -> None:
        self._plane = plane
        self._client = plane.client_as(self.name)
        self._namespaces = plane.informers(*NAMESPACES)
        self._clusters = plane.informers(*CLUSTERS)
        self._overrides = plane.informers(*CLUSTER_OVERRIDES)
        self._overrides.add_index(_INDEX, lambda policy: () if _selected(policy) == [] else ("",))

    def watches(self) -> Iterable[Watch]:
        yield Watch(self._namespaces, self._namespace_changed)
        if not self._plane.article:
            yield Watch(self._overrides, self._override_changed)

    async def reconcile(self, key: Key) -> Result:
        namespace = self._namespaces.get(key)
        if not self._synced(key.name) or namespace is None or meta.deleting(namespace):
            return DONE
        skip = meta.labels(namespace).get(words.NAMESPACE_SKIP_AUTO_PROPAGATION_LABEL, "")
        if skip.lower() == "true" and not self._plane.article:
            return DONE
        policies = [] if self._plane.article else self._overrides.by_index(_INDEX, "")
        failed = False
        for cluster in self._clusters.items():
            space = self._namespaces.get(Key("", generate_execution_space_name(meta.name(cluster))))
            if meta.deleting(cluster) or space is None or meta.deleting(space):
                continue  # The space's creation brings every namespace back.
            try:
                await self._ensure(namespace, cluster, policies)
            except (ApplyOverridesError, WorkError):
                failed = True
        if failed:
            raise Retry
        return DONE

    async def _ensure(self, namespace: Object, cluster: Object, policies: list[Object]) -> None:
        name = meta.name(cluster)
        annotations: dict[str, str] = {}
        manifest = {**namespace, "apiVersion": "v1", "kind": "Namespace"}
        if policies:
            done = override_for(manifest, name, lambda _: cluster, [], policies, self._plane.edition)
            manifest, annotations = done.obj, applied_annotations(done)
        work = system_work(self._plane, name, manifest, namespace, annotations)
        await ensure_system_work(self._plane, self._client, work)

    def _synced(self, name: str) -> bool:
        return not (
            is_reserved_namespace(name, self._plane.edition)
            or name == NAMESPACE_DEFAULT
            or SKIPPED.fullmatch(name)
        )

    def _all(self) -> list[Key]:
        return [key for n in self._namespaces.items() if self._synced((key := meta.key(n)).name)]

    def _namespace_changed(self, event: Event) -> Iterable[Key]:
        """A new execution namespace is a new member, which gets all namespaces."""
        if meta.name(event.object).startswith("karmada-es-"):
            return self._all() if event.old is None else ()
        if not self._synced(meta.name(event.object)):
            return ()
        return itself(event)

    def _override_changed(self, event: Event) -> Iterable[Key]:
        found: dict[Key, None] = {}
        for policy in event:
            selected = [] if policy is None else _selected(policy)
            if selected is None:
                return self._all()
            found.update(dict.fromkeys(Key("", name) for name in selected))
        return found


def _selected(policy: Object) -> list[str] | None:
    """The namespaces that an override policy selects; None: all."""
    names: list[str] = []
    selectors = meta.dig(policy, "spec", "resourceSelectors")
    if not selectors:
        return None
    for selector in selectors:
        if selector.get("apiVersion") == "v1" and selector.get("kind") == "Namespace":
            if not selector.get("name"):
                return None
            names.append(selector["name"])
    return names
