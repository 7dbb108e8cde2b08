"""The in-process client and informers: a verb is a call, a read is a look into the store."""

from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

from karmada_nb.engine.apiserver import resource as served
from karmada_nb.engine.apiserver.verbs.api import Api
from karmada_nb.engine.apiserver.verbs.call import Call, DeleteOptions, ListOptions, User
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.runtime.client import MERGE_PATCH, ObjectList, Resource, WatchEvent
from karmada_nb.engine.runtime.informer import Event, Handler, Index, Indices, Informer
from karmada_nb.engine.store import Change, Store, StoreKey


class LocalClient:
    """``Client`` on an ``Api`` in this process, as one user. Answers are shared objects: read only."""

    def __init__(self, api: Api, user: User, manager: str) -> None:
        self._api = api
        self._user = user
        self._manager = manager

    def _call(self) -> Call:
        return Call(user=self._user, manager=self._manager)

    def _find(self, resource: Resource) -> served.Resource:
        return self._api.registry.resource(resource.group, resource.version, resource.plural)

    async def get(self, resource: Resource, name: str, namespace: str = "") -> Object:
        found = self._find(resource)
        if not found.asks:
            return self._api.get(found, namespace, name).object
        record = await self._api.settle(self._call(), lambda: self._api.get(found, namespace, name))
        return record.object

    async def list(
        self, resource: Resource, namespace: str = "", label_selector: str = "", field_selector: str = ""
    ) -> ObjectList:
        options = ListOptions(label_selector, field_selector)
        found = self._find(resource)
        if found.asks:
            page = await self._api.settle(self._call(), lambda: self._api.list(found, namespace, options))
        else:
            page = self._api.list(found, namespace, options)
        return ObjectList([r.object for r in page.records], str(page.revision))

    async def watch(
        self, resource: Resource, namespace: str = "", revision: str = "", label_selector: str = ""
    ) -> AsyncIterator[WatchEvent]:
        options = ListOptions(label_selector, resource_version=revision)
        stream = self._api.watch(self._find(resource), namespace, options)
        try:
            while items := await stream.next():
                for item in items:
                    yield WatchEvent(item.type, item.record.object)
        finally:
            stream.close()

    async def create(
        self, resource: Resource, obj: Mapping[str, Any], namespace: str = "", subresource: str = ""
    ) -> Object:
        name = obj["metadata"].get("name", "") if subresource else ""
        place = namespace or obj.get("metadata", {}).get("namespace", "")
        found, call = self._find(resource), self._call()
        made = await self._api.settle(
            call, lambda: self._api.create(found, place, obj, call, name, subresource)
        )
        return await self._api.told(found, made)

    async def update(self, resource: Resource, obj: Mapping[str, Any], subresource: str = "") -> Object:
        metadata = obj["metadata"]
        place, name = metadata.get("namespace", ""), metadata["name"]
        found, call = self._find(resource), self._call()
        made, _ = await self._api.settle(
            call, lambda: self._api.update(found, place, name, obj, call, subresource)
        )
        return await self._api.told(found, made)

    async def patch(
        self,
        resource: Resource,
        name: str,
        patch: Any,
        kind: str = MERGE_PATCH,
        namespace: str = "",
        subresource: str = "",
    ) -> Object:
        found, call = self._find(resource), self._call()
        made, _ = await self._api.settle(
            call, lambda: self._api.patch(found, namespace, name, kind, patch, call, subresource)
        )
        return await self._api.told(found, made)

    async def delete(
        self,
        resource: Resource,
        name: str,
        namespace: str = "",
        *,
        uid: str = "",
        propagation: str = "",
        grace_seconds: int | None = None,
    ) -> None:
        options = DeleteOptions(propagation, grace_seconds, uid)
        found, call = self._find(resource), self._call()
        await self._api.settle(call, lambda: self._api.delete(found, namespace, name, options, call))


class LocalInformer:
    """``Informer`` on a store in this process: nothing is copied, and it is always in step."""

    def __init__(self, store: Store, storage: str, read: Callable[[Object], Object] | None) -> None:
        self._store = store
        self._storage = storage
        self._read = read or _as_it_is
        self._handlers: list[Handler] = []
        self._indices = Indices()
        self._listening = False

    def get(self, key: Key) -> Object | None:
        record = self._store.get(StoreKey(self._storage, key.namespace, key.name))
        return None if record is None else self._read(record.object)

    def items(self, namespace: str = "") -> list[Object]:
        return [self._read(record.object) for record in self._store.items(self._storage, namespace)]

    def add_index(self, name: str, index: Index) -> None:
        self._listen()
        existing = ((Key(*r.key[1:]), self._read(r.object)) for r in self._store.items(self._storage))
        self._indices.add(name, index, existing)

    def by_index(self, name: str, value: str) -> list[Object]:
        found = (self.get(key) for key in self._indices.keys(name, value))
        return [obj for obj in found if obj is not None]

    def add_handler(self, handler: Handler) -> Callable[[], None]:
        self._listen()
        for obj in self.items():
            handler(Event(None, obj))
        self._handlers.append(handler)
        return lambda: self._handlers.remove(handler) if handler in self._handlers else None

    async def synced(self) -> None:
        return None

    def _listen(self) -> None:
        if not self._listening:
            self._listening = True
            self._store.subscribe(self._storage, self._changed)

    def _changed(self, change: Change) -> None:
        old = None if change.previous is None else self._read(change.previous.object)
        new = None if change.deleted else self._read(change.record.object)
        if self._indices:
            self._indices.update(Key(*change.record.key[1:]), old, new)
        event = Event(old, new)
        for handler in tuple(self._handlers):
            handler(event)


class LocalInformers:
    """``Informers`` of one in-process cluster. An unknown resource raises the API's 404."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._made: dict[Resource, Informer] = {}

    def __call__(self, group: str, version: str, plural: str) -> Informer:
        wanted = Resource(group, version, plural)
        informer = self._made.get(wanted)
        if informer is None:
            found = self._api.registry.resource(group, version, plural)
            informer = LocalInformer(
                self._api.store, found.storage, None if found.asks else found.from_storage
            )
            self._made[wanted] = informer
        return informer


def _as_it_is(obj: Object) -> Object:
    return obj
