"""The unified authentication controller: Karmada may act in a member as whoever may reach it through Karmada.

Follows pkg/controllers/unifiedauth/unified_auth_controller.go, and the same at v1.2.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.karmada import constants as words
from karmada_nb.engine.karmada.controllers.impersonation import (
    cluster_role,
    cluster_role_binding,
    impersonation_rules,
    proxied_clusters,
    reaches,
)
from karmada_nb.engine.karmada.controllers.system_work import ensure_system_work, system_work
from karmada_nb.engine.karmada.names import generate_execution_space_name
from karmada_nb.engine.karmada.plane import CLUSTERS, NAMESPACES, Plane
from karmada_nb.engine.karmada.work import WorkError
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.runtime.client import Resource
from karmada_nb.engine.runtime.controller import DONE, Result, Watch, itself
from karmada_nb.engine.runtime.informer import Event

_GROUP: Final = "rbac.authorization.k8s.io"
CLUSTER_ROLES: Final = Resource(_GROUP, "v1", "clusterroles")
CLUSTER_ROLE_BINDINGS: Final = Resource(_GROUP, "v1", "clusterrolebindings")
_REACHING: Final = "reaches-clusters"
_OF_ROLE: Final = "of-cluster-role"


class UnifiedAuthController:
    """Two Works a Cluster: the role ``karmada-impersonator``, and its binding to Karmada's account there."""

    name = words.UNIFIED_AUTH_CONTROLLER

    def __init__(self, plane: Plane) -> None:
        self._plane = plane
        self._client = plane.client_as(self.name)
        self._recorder = plane.recorder(self.name)
        self._clusters = plane.informers(*CLUSTERS)
        self._namespaces = plane.informers(*NAMESPACES)
        self._roles = plane.informers(*CLUSTER_ROLES)
        self._bindings = plane.informers(*CLUSTER_ROLE_BINDINGS)
        self._roles.add_index(_REACHING, self._reaching)
        self._bindings.add_index(_OF_ROLE, _role_of)

    def watches(self) -> Iterable[Watch]:
        yield Watch(self._clusters, _created)
        yield Watch(self._namespaces, self._space_created)
        yield Watch(self._roles, lambda event: self._of_roles([event.old, event.new]))
        yield Watch(self._bindings, self._binding_changed)

    async def reconcile(self, key: Key) -> Result:
        cluster = self._clusters.get(key)
        if cluster is None or meta.deleting(cluster):
            return DONE
        if self._namespaces.get(Key("", generate_execution_space_name(key.name))) is None:
            return DONE  # Its creation brings the key back.
        if not self._plane.article and not meta.dig(cluster, "spec", "impersonatorSecretRef"):
            return DONE
        labels = {} if self._plane.article else {words.KARMADA_SYSTEM_LABEL: words.KARMADA_SYSTEM_LABEL_VALUE}
        rules = impersonation_rules(self._subjects(key.name))
        wrote = False
        try:
            for manifest in (cluster_role(rules, labels), cluster_role_binding(cluster, labels)):
                work = system_work(self._plane, key.name, manifest, cluster)
                wrote = await ensure_system_work(self._plane, self._client, work) or wrote
        except (StatusError, WorkError) as error:
            await self._tell(
                cluster, "Warning", words.EVENT_REASON_SYNC_IMPERSONATION_CONFIG_FAILED, str(error)
            )
            raise
        if wrote:
            message = "Sync impersonation config succeed."
            await self._tell(cluster, "Normal", words.EVENT_REASON_SYNC_IMPERSONATION_CONFIG_SUCCEED, message)
        return DONE

    def _subjects(self, cluster: str) -> list[Object]:
        roles = [
            role
            for role in self._roles.by_index(_REACHING, "")
            if reaches(role, cluster, article=self._plane.article)
        ]
        return [
            subject
            for role in roles
            for binding in self._bindings.by_index(_OF_ROLE, meta.name(role))
            for subject in binding.get("subjects") or ()
        ]

    async def _tell(self, cluster: Object, kind: str, reason: str, message: str) -> None:
        if not self._plane.article:
            await self._recorder.event(cluster, kind, reason, message)

    def _reaching(self, role: Object) -> Iterable[str]:
        return ("",) if proxied_clusters(role, article=self._plane.article) != set() else ()

    def _of_roles(self, roles: Iterable[Object | None]) -> Iterable[Key]:
        names: dict[str, None] = {}
        for role in roles:
            found = set() if role is None else proxied_clusters(role, article=self._plane.article)
            if found is None:
                return [meta.key(cluster) for cluster in self._clusters.items()]
            names.update(dict.fromkeys(sorted(found)))
        return [Key("", name) for name in names]

    def _binding_changed(self, event: Event) -> Iterable[Key]:
        role = next(iter(_role_of(event.object)), "")
        return self._of_roles([self._roles.get(Key("", role))]) if role else ()

    def _space_created(self, event: Event) -> Iterable[Key]:
        name = meta.name(event.object)
        if event.old is not None or not name.startswith("karmada-es-"):
            return ()
        return (Key("", name.removeprefix("karmada-es-")),)


def _created(event: Event) -> Iterable[Key]:
    return itself(event) if event.old is None else ()


def _role_of(binding: Object) -> Iterable[str]:
    ref = binding.get("roleRef") or {}
    return (ref["name"],) if ref.get("kind") == "ClusterRole" and ref.get("name") else ()
