"""ResourceQuotas: what is used of them. Follows pkg/controller/resourcequota/resource_quota_controller.go."""

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Final

from karmada_nb.engine import meta, quantity
from karmada_nb.engine.apiserver.admission.quota import in_scope, usage_of
from karmada_nb.engine.controllers.context import Context
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.runtime.client import Resource
from karmada_nb.engine.runtime.controller import DONE, SETTLE, Result, Watch, itself
from karmada_nb.engine.runtime.informer import Event

QUOTAS: Final = Resource("", "v1", "resourcequotas")
_CORE: Final = (
    "configmaps", "persistentvolumeclaims", "pods", "replicationcontrollers", "resourcequotas", "secrets",
    "services",
)  # fmt: skip
_OTHERS: Final = (
    Resource("apps", "v1", "deployments"),
    Resource("apps", "v1", "replicasets"),
    Resource("apps", "v1", "statefulsets"),
    Resource("apps", "v1", "daemonsets"),
    Resource("batch", "v1", "jobs"),
    Resource("batch", "v1", "cronjobs"),
    Resource("networking.k8s.io", "v1", "ingresses"),
)
COUNTED: Final = (*(Resource("", "v1", plural) for plural in _CORE), *_OTHERS)
"""What may be counted; a quota costs nothing where nobody made one."""


class ResourceQuotaController:
    name = "resourcequota-controller"

    def __init__(self, context: Context) -> None:
        self._client = context.client_as(self.name)
        self._quotas = context.informers(*QUOTAS)
        self._informers = {resource: context.informers(*resource) for resource in COUNTED}

    def watches(self) -> Iterable[Watch]:
        yield Watch(self._quotas, itself)
        for informer in self._informers.values():
            yield Watch(informer, self._quotas_of(), SETTLE)

    def _quotas_of(self) -> Callable[[Event], Iterable[Key]]:
        def keys(event: Event) -> Iterable[Key]:
            return [meta.key(quota) for quota in self._quotas.items(meta.namespace(event.object))]

        return keys

    async def reconcile(self, key: Key) -> Result:
        quota = self._quotas.get(key)
        if quota is None or meta.deleting(quota):
            return DONE
        hard = quota["spec"].get("hard") or {}
        used: dict[str, Decimal] = dict.fromkeys(hard, Decimal(0))
        for resource, informer in self._informers.items():
            for obj in informer.items(key.namespace):
                if not in_scope(quota, obj, resource.plural):
                    continue
                for name, amount in usage_of(obj, resource.group, resource.plural).items():
                    if name in used:
                        used[name] += amount
        status: Object = {
            "hard": hard,
            "used": {n: quantity.render(v, quantity.family(hard[n])) for n, v in used.items()},
        }
        if status != quota.get("status"):
            await self._client.update(QUOTAS, {**quota, "status": status}, "status")
        return DONE
