"""ResourceQuotas: what is used of them. Follows pkg/controller/resourcequota/resource_quota_controller.go."""

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Final

from karmada_nb.engine import meta, quantity
from karmada_nb.engine.apiserver.admission.quota_scopes import applies
from karmada_nb.engine.apiserver.admission.quota_usage import usage_of
from karmada_nb.engine.controllers.context import Context
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.runtime.client import Resource
from karmada_nb.engine.runtime.controller import DONE, SETTLE, Result, Watch, itself
from karmada_nb.engine.runtime.informer import Event, Handler, Informer

QUOTAS: Final = Resource("", "v1", "resourcequotas")
_CORE: Final = (
    "configmaps", "persistentvolumeclaims", "pods", "replicationcontrollers", "resourcequotas", "secrets",
    "services",
)  # fmt: skip
COUNTED: Final = tuple(Resource("", "v1", plural) for plural in _CORE)
"""What may be bounded by other names than ``count/...``; a quota costs nothing where nobody made one."""
_COUNT: Final = "count/"


class _Sources:
    """What quotas count, as one source: it grows when a quota counts something new."""

    def __init__(self) -> None:
        self._handlers: list[Handler] = []
        self._informers: list[Informer] = []
        self._stops: list[Callable[[], None]] = []

    def add(self, informer: Informer) -> None:
        self._informers.append(informer)
        self._stops += [informer.add_handler(handler) for handler in self._handlers]

    def add_handler(self, handler: Handler) -> Callable[[], None]:
        self._handlers.append(handler)
        self._stops += [informer.add_handler(handler) for informer in self._informers]
        return self._stop

    def _stop(self) -> None:
        for stop in self._stops:
            stop()


class ResourceQuotaController:
    name = "resourcequota-controller"

    def __init__(self, context: Context) -> None:
        self._client = context.client_as(self.name)
        self._informers_of = context.informers
        self._served = context.served
        self._quotas = context.informers(*QUOTAS)
        self._counted: dict[Resource, Informer] = {}
        self._sources = _Sources()
        for resource in COUNTED:
            self._count(resource)

    def watches(self) -> Iterable[Watch]:
        yield Watch(self._quotas, itself)
        yield Watch(self._sources, self._quotas_of(), SETTLE)

    def _count(self, resource: Resource) -> None:
        if resource not in self._counted:
            informer = self._counted[resource] = self._informers_of(*resource)
            self._sources.add(informer)

    def _quotas_of(self) -> Callable[[Event], Iterable[Key]]:
        def keys(event: Event) -> Iterable[Key]:
            return [meta.key(quota) for quota in self._quotas.items(meta.namespace(event.object))]

        return keys

    async def reconcile(self, key: Key) -> Result:
        quota = self._quotas.get(key)
        if quota is None or meta.deleting(quota):
            return DONE
        hard = quota["spec"].get("hard") or {}
        for name in hard:
            plural, _, group = name.removeprefix(_COUNT).partition(".")
            found = self._served(group, plural) if name.startswith(_COUNT) else None
            if found is not None:
                self._count(found)
        used: dict[str, Decimal] = dict.fromkeys(hard, Decimal(0))
        for resource, informer in self._counted.items():
            for obj in informer.items(key.namespace):
                if not applies(quota, obj, resource.group, resource.plural):
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
