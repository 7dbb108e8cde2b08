"""Writes into aggregating cluster roles the rules of those that they select.

Follows pkg/controller/clusterroleaggregation/clusterroleaggregation_controller.go.
"""

from collections.abc import Iterable
from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.rbac.aggregation import aggregated_rules
from karmada_nb.engine.controllers.context import Context
from karmada_nb.engine.meta import Key
from karmada_nb.engine.runtime.client import Resource
from karmada_nb.engine.runtime.controller import DONE, Result, Watch
from karmada_nb.engine.runtime.informer import Event

CLUSTER_ROLES: Final = Resource("rbac.authorization.k8s.io", "v1", "clusterroles")


class ClusterRoleAggregation:
    """A change to any cluster role may be a change to every role that aggregates."""

    name = "clusterrole-aggregation-controller"

    def __init__(self, context: Context) -> None:
        self._client = context.client_as(self.name)
        self._roles = context.informers(*CLUSTER_ROLES)

    def watches(self) -> Iterable[Watch]:
        yield Watch(self._roles, self._aggregating)

    def _aggregating(self, event: Event) -> Iterable[Key]:
        return [meta.key(role) for role in self._roles.items() if role.get("aggregationRule") is not None]

    async def reconcile(self, key: Key) -> Result:
        role = self._roles.get(key)
        if role is None or role.get("aggregationRule") is None or meta.deleting(role):
            return DONE
        rules = aggregated_rules(role, self._roles.items())
        if rules != (role.get("rules") or []):
            await self._client.update(CLUSTER_ROLES, {**role, "rules": rules})
        return DONE
